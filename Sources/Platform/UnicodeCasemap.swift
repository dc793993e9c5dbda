import CUnistring

/// What the comparator `i;unicode-casemap` compares instead of `text` (RFC 5051 §2): each character in title
/// case, then decomposed until no decomposition of any type is left.
///
/// Text that is not UTF-8 comes back as it is, all of it (step 1b). The result has at most eleven times the
/// octets of `text`.
package func unicodeCasemap(_ text: Span<UInt8>) -> [UInt8] {
    var mapped: [UInt8] = []
    mapped.reserveCapacity(text.count)
    var offset = 0
    while offset < text.count {
        let octet = text[offset]
        if octet < 0x80 {
            mapped.append(octet &- 0x61 < 26 ? octet & 0xDF : octet)
            offset += 1
            continue
        }
        guard let (point, length) = codePoint(in: text, at: offset) else {
            return unsafe text.withUnsafeBufferPointer { unsafe Array($0) }
        }
        appendCasemap(of: point, to: &mapped)
        offset += length
    }
    return mapped
}

/// The same of an array.
package func unicodeCasemap(_ text: [UInt8]) -> [UInt8] { unicodeCasemap(text.span) }

private func appendCasemap(of point: UInt32, to mapped: inout [UInt8]) {
    unsafe withUnsafeTemporaryAllocation(of: UInt32.self, capacity: Int(CUNISTRING_CASEMAP_MAXIMUM)) {
        points in
        let count = unsafe cunistring_casemap(point, points.baseAddress)
        for index in 0..<min(count, points.count) {
            guard let scalar = unsafe Unicode.Scalar(points[index]) else { continue }
            mapped.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        }
    }
}

/// The code point that begins at `offset` with an octet beyond ASCII, and how many octets it has; nil if they
/// are not UTF-8 (RFC 3629 §4).
private func codePoint(in text: Span<UInt8>, at offset: Int) -> (UInt32, Int)? {
    let first = text[offset]
    let length: Int
    // The second octet keeps out what is too long, surrogates, and what is beyond Unicode.
    var second: ClosedRange<UInt8> = 0x80...0xBF
    switch first {
    case 0xC2...0xDF: length = 2
    case 0xE0...0xEF:
        length = 3
        if first == 0xE0 { second = 0xA0...0xBF }
        if first == 0xED { second = 0x80...0x9F }
    case 0xF0...0xF4:
        length = 4
        if first == 0xF0 { second = 0x90...0xBF }
        if first == 0xF4 { second = 0x80...0x8F }
    default: return nil
    }
    guard length <= text.count - offset, second.contains(text[offset + 1]) else { return nil }
    var point = UInt32(first) & (0x7F >> UInt32(length))
    for index in 1..<length {
        let octet = text[offset + index]
        guard octet & 0xC0 == 0x80 else { return nil }
        point = point << 6 | UInt32(octet & 0x3F)
    }
    return (point, length)
}
