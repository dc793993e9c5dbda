/// The base64 transfer encoding (RFC 2045 §6.8).
package enum Base64 {
    /// Decodes whatever there is, at most `limit` octets of it.
    ///
    /// Characters outside of the alphabet are skipped. Padding ends a group, and decoding goes on behind it; a group
    /// that is cut short gives the octets that are whole.
    package static func decode(_ text: Span<UInt8>, limit: Int) -> [UInt8] {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(min(max(limit, 0), text.count / 4 * 3 + 3))
        var group: UInt32 = 0
        var bits = 0
        var index = 0
        while index < text.count, decoded.count < limit {
            let byte = text[index]
            index &+= 1
            if byte == ASCII.equals {
                group = 0
                bits = 0
                continue
            }
            guard let value = value(of: byte) else { continue }
            group = group << 6 | UInt32(value)
            bits &+= 6
            if bits >= 8 {
                bits &-= 8
                decoded.append(UInt8(truncatingIfNeeded: group >> UInt32(bits)))
            }
        }
        return decoded
    }

    private static func value(of byte: UInt8) -> UInt8? {
        switch byte {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): byte &- UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): byte &- UInt8(ascii: "a") &+ 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): byte &- UInt8(ascii: "0") &+ 52
        case UInt8(ascii: "+"): 62
        case ASCII.slash: 63
        default: nil
        }
    }

    /// Encodes with padding, in lines of `lineLength` characters that end in LF; in one piece if it is nil.
    package static func encode(_ bytes: Span<UInt8>, lineLength: Int? = 76) -> [UInt8] {
        var encoded: [UInt8] = []
        encoded.reserveCapacity(bytes.count / 3 * 4 + bytes.count / 50 + 5)
        let groupsPerLine = lineLength.map { max($0 / 4, 1) }
        var groups = 0
        var index = 0
        while index < bytes.count {
            let left = bytes.count - index
            let first = bytes[index]
            let second = left > 1 ? bytes[index + 1] : 0
            let third = left > 2 ? bytes[index + 2] : 0
            encoded.append(letter(first >> 2))
            encoded.append(letter((first & 3) << 4 | second >> 4))
            encoded.append(left > 1 ? letter((second & 15) << 2 | third >> 6) : ASCII.equals)
            encoded.append(left > 2 ? letter(third & 63) : ASCII.equals)
            index &+= 3
            groups &+= 1
            if let groupsPerLine, groups % groupsPerLine == 0 { encoded.append(ASCII.lineFeed) }
        }
        if groupsPerLine != nil, let last = encoded.last, last != ASCII.lineFeed {
            encoded.append(ASCII.lineFeed)
        }
        return encoded
    }

    /// Encodes in one piece, as protocols have it.
    package static func encodeUnbroken(_ bytes: [UInt8]) -> [UInt8] {
        encode(bytes.span, lineLength: nil)
    }

    /// Nil for anything but what ``encodeUnbroken(_:)`` could have made (RFC 4648 §3.5: with other bits in the padding
    /// it is something else).
    package static func decodeStrict(_ text: some Collection<UInt8>) -> [UInt8]? {
        let text = Array(text)
        let decoded = decode(text.span, limit: text.count)
        return encodeUnbroken(decoded) == text ? decoded : nil
    }

    private static func letter(_ value: UInt8) -> UInt8 {
        switch value {
        case 0..<26: value &+ UInt8(ascii: "A")
        case 26..<52: value &- 26 &+ UInt8(ascii: "a")
        case 52..<62: value &- 52 &+ UInt8(ascii: "0")
        case 62: UInt8(ascii: "+")
        default: ASCII.slash
        }
    }
}
