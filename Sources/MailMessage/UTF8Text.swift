/// Text in UTF-8, made of octets that may be anything.
package enum UTF8Text {
    /// `bytes` with every invalid sequence replaced by U+FFFD; at most `limit` octets, no character cut.
    package static func repaired(_ bytes: Span<UInt8>, limit: Int) -> [UInt8] {
        let source = bytes.array(0..<bytes.count)
        let isValid = (try? UTF8Span(validating: bytes)) != nil
        let text = isValid ? source : Array(String(decoding: source, as: UTF8.self).utf8)
        return clipped(text, limit: limit)
    }

    /// ISO 8859-1 as UTF-8; at most `limit` octets, no character cut.
    package static func fromLatin1(_ bytes: Span<UInt8>, limit: Int) -> [UInt8] {
        fromSingleOctets(bytes, limit: limit) { UInt16($0) }
    }

    /// Windows code page 1252 as UTF-8; at most `limit` octets, no character cut. Octets without a meaning become U+FFFD.
    ///
    /// Done here since it is the most common of all sets in mail that the library would have to load.
    package static func fromWindows1252(_ bytes: Span<UInt8>, limit: Int) -> [UInt8] {
        fromSingleOctets(bytes, limit: limit) { windows1252($0) }
    }

    private static func fromSingleOctets(
        _ bytes: Span<UInt8>, limit: Int, _ scalar: (UInt8) -> UInt16
    ) -> [UInt8] {
        var text: [UInt8] = []
        text.reserveCapacity(min(bytes.count, max(limit, 0)))
        for index in bytes.indices {
            let value = scalar(bytes[index])
            let width = value < 0x80 ? 1 : value < 0x800 ? 2 : 3
            guard text.count <= limit - width else { break }
            switch width {
            case 1: text.append(UInt8(truncatingIfNeeded: value))
            case 2: text.append(0xC0 | UInt8(truncatingIfNeeded: value >> 6))
            default:
                text.append(0xE0 | UInt8(truncatingIfNeeded: value >> 12))
                text.append(0x80 | UInt8(truncatingIfNeeded: value >> 6 & 0x3F))
            }
            if width > 1 { text.append(0x80 | UInt8(truncatingIfNeeded: value & 0x3F)) }
        }
        return text
    }

    private static func windows1252(_ byte: UInt8) -> UInt16 {
        switch byte {
        case 0x80: 0x20AC
        case 0x82: 0x201A
        case 0x83: 0x0192
        case 0x84: 0x201E
        case 0x85: 0x2026
        case 0x86: 0x2020
        case 0x87: 0x2021
        case 0x88: 0x02C6
        case 0x89: 0x2030
        case 0x8A: 0x0160
        case 0x8B: 0x2039
        case 0x8C: 0x0152
        case 0x8E: 0x017D
        case 0x91: 0x2018
        case 0x92: 0x2019
        case 0x93: 0x201C
        case 0x94: 0x201D
        case 0x95: 0x2022
        case 0x96: 0x2013
        case 0x97: 0x2014
        case 0x98: 0x02DC
        case 0x99: 0x2122
        case 0x9A: 0x0161
        case 0x9B: 0x203A
        case 0x9C: 0x0153
        case 0x9E: 0x017E
        case 0x9F: 0x0178
        case 0x81, 0x8D, 0x8F, 0x90, 0x9D: 0xFFFD
        default: UInt16(byte)
        }
    }

    /// The longest beginning of `text` that is no longer than `limit` and ends with a character.
    package static func clipped(_ text: [UInt8], limit: Int) -> [UInt8] {
        guard text.count > limit else { return text }
        var end = max(limit, 0)
        while end > 0, text[end] & 0xC0 == 0x80 { end -= 1 }
        return Array(text[..<end])
    }
}
