import CMagic
import Platform

/// What contents are, by their look (libmagic).
///
/// All of its knowledge is loaded when it is made: later it opens no file and starts no program. For one thread at a
/// time.
@safe
package struct TypeRecognition: ~Copyable {
    /// Bytes from the beginning that are looked at.
    package static var window: Int { 1 << 20 }

    /// The same for contents that are nothing but text: libmagic looks long at those, and finds what it finds at once.
    private static var textWindow: Int { 4 << 10 }

    private let cookie: magic_t

    /// - Parameter path: of the database; nil or empty for the system's.
    /// - Throws: of the kind ``FormatsError/Kind/unavailable``.
    package init(database path: String? = nil) throws(FormatsError) {
        guard let cookie = unsafe magic_open(Self.flags) else {
            throw FormatsError(.unavailable, "magic_open")
        }
        let loaded =
            if let path, !path.isEmpty { unsafe magic_load(cookie, path) } else {
                unsafe magic_load(cookie, nil)
            }
        guard loaded == 0 else {
            let failure = unsafe FormatsError(.unavailable, words: magic_error(cookie))
            unsafe magic_close(cookie)
            throw failure
        }
        for (parameter, value) in Self.limits {
            var value = value
            _ = unsafe magic_setparam(cookie, parameter, &value)
        }
        unsafe self.cookie = cookie
    }

    deinit { unsafe magic_close(cookie) }

    /// The type that `bytes` look like, as `type/subtype` in lower case; empty where nobody can tell.
    package mutating func type(of bytes: Span<UInt8>) -> String {
        guard !bytes.isEmpty else { return "" }
        var beginning = bytes.extracting(first: Self.window)
        if beginning.count > Self.textWindow, Self.isText(beginning) {
            beginning = beginning.extracting(first: Self.textWindow)
        }
        let words = unsafe beginning.withUnsafeBytes { unsafe magic_buffer(cookie, $0.baseAddress, $0.count) }
        guard let words = unsafe words else { return "" }
        return unsafe Self.type(String(cString: words))
    }

    /// What libmagic says, where that is a type: not for contents that it knows nothing of, or has trouble with.
    private static func type(_ words: String) -> String {
        let octets = words.utf8
        guard octets.count <= 255, octets.count(where: { $0 == UInt8(ascii: "/") }) == 1,
            octets.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), words != "application/octet-stream"
        else { return "" }
        return words.lowercased()
    }

    /// Whether there are no control characters but those that texts have.
    private static func isText(_ bytes: Span<UInt8>) -> Bool {
        for place in bytes.indices {
            switch bytes[place] {
            case 0x20...0xFF, 0x08...0x0D, 0x1B: continue
            default: return false
            }
        }
        return true
    }

    private static var flags: CInt {
        MAGIC_MIME_TYPE | MAGIC_RAW | MAGIC_NO_CHECK_COMPRESS | MAGIC_NO_COMPRESS_FORK | MAGIC_NO_CHECK_TOKENS
            | MAGIC_NO_CHECK_CSV
    }

    /// How far it follows what the contents themselves say where to look.
    private static var limits: [(CInt, Int)] {
        [
            (MAGIC_PARAM_INDIR_MAX, 15), (MAGIC_PARAM_NAME_MAX, 40), (MAGIC_PARAM_ELF_PHNUM_MAX, 128),
            (MAGIC_PARAM_ELF_SHNUM_MAX, 256), (MAGIC_PARAM_ELF_NOTES_MAX, 64), (MAGIC_PARAM_REGEX_MAX, 1024),
            (MAGIC_PARAM_ENCODING_MAX, 64 << 10),
        ]
    }
}
