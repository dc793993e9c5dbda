import Glibc

/// A conversion of text to UTF-8 by the C library.
///
/// Never fails on text: what is invalid becomes U+FFFD. A class, since it owns the library's descriptor and is
/// kept in collections; not for use from several threads.
@safe
package final class CharsetConverter {
    private let descriptor: iconv_t

    /// - Parameter name: the library's name of the character set. It must not come from outside unchecked:
    ///   behind `//` it takes options.
    /// - Throws: `EINVAL` if the library does not know the character set, or cannot load what it takes.
    package init(from name: String) throws(SystemError) {
        guard !name.utf8.contains(UInt8(ascii: "/")), !name.utf8.contains(0) else {
            throw SystemError(call: "iconv_open", path: name, code: EINVAL)
        }
        let opened = unsafe iconv_open("UTF-8", name)
        // The library reports failure by the address -1.
        guard let opened = unsafe opened, UInt(bitPattern: opened) != UInt.max else {
            throw SystemError(call: "iconv_open", path: name)
        }
        unsafe descriptor = opened
    }

    deinit {
        _ = unsafe iconv_close(descriptor)
    }

    /// `input` as UTF-8: at most `limit` octets, no character cut.
    package func convert(_ input: Span<UInt8>, limit: Int) -> [UInt8] {
        unsafe input.withUnsafeBufferPointer { buffer in
            // iconv takes a pointer to mutable input but does not write to it.
            var source = unsafe UnsafeMutableRawPointer(mutating: buffer.baseAddress)?
                .assumingMemoryBound(to: CChar.self)
            return unsafe convert(&source, count: buffer.count, limit: limit)
        }
    }

    private static let replacement: [UInt8] = [0xEF, 0xBF, 0xBD]

    private func convert(_ source: inout UnsafeMutablePointer<CChar>?, count: Int, limit: Int) -> [UInt8] {
        _ = unsafe iconv(descriptor, nil, nil, nil, nil)
        var output: [UInt8] = []
        var left = count
        var isFlushed = false
        while !isFlushed, output.count < limit {
            let before = left
            let isFlushing = left == 0
            let (written, code) = unsafe step(&source, &left)
            output += written
            switch code {
            case 0: isFlushed = isFlushing
            case E2BIG where !written.isEmpty || left < before: break
            case EILSEQ where left > 0:
                output += CharsetConverter.replacement
                unsafe source = unsafe source?.advanced(by: 1)
                left -= 1
            default:
                // An incomplete character at the end, or an error that no further step would get over.
                output += CharsetConverter.replacement
                isFlushed = true
            }
        }
        return CharsetConverter.clipped(output, limit: limit)
    }

    /// One call of the library, into a buffer of fixed size; with no input left, for the final shift sequence.
    private func step(_ source: inout UnsafeMutablePointer<CChar>?, _ left: inout Int) -> ([UInt8], CInt) {
        var code: CInt = 0
        let capacity = min(4096, max(64, left &* 2))
        let written = unsafe [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
            var target = unsafe UnsafeMutableRawPointer(buffer.baseAddress)?.assumingMemoryBound(
                to: CChar.self)
            var room = buffer.count
            let result =
                left > 0
                ? unsafe iconv(descriptor, &source, &left, &target, &room)
                : unsafe iconv(descriptor, nil, nil, &target, &room)
            if result == -1 { code = errno }
            count = buffer.count - room
        }
        return (written, code)
    }

    private static func clipped(_ text: [UInt8], limit: Int) -> [UInt8] {
        guard text.count > limit else { return text }
        var end = max(limit, 0)
        while end > 0, text[end] & 0xC0 == 0x80 { end -= 1 }
        return Array(text[..<end])
    }
}
