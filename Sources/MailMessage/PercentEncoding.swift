/// Text within a URI (RFC 3986 §2.1): `%` and two hexadecimal digits for an octet that cannot stand for itself.
package enum PercentEncoding {
    /// Everything but unreserved characters (RFC 3986 §2.3) encoded, as `:encodeurl` has it (RFC 5435 §6).
    ///
    /// - Parameter limit: octets of the result. It ends before the first character that does not fit as a whole.
    package static func encode(_ text: Span<UInt8>, limit: Int = .max) -> [UInt8] {
        var encoded: [UInt8] = []
        encoded.reserveCapacity(min(text.count, max(limit, 0)))
        // Behind the last character that is whole.
        var end = 0
        for index in text.indices {
            let byte = text[index]
            if byte & 0xC0 != 0x80 { end = encoded.count }
            if isUnreserved(byte) {
                encoded.append(byte)
            } else {
                QuotedPrintable.appendEscape(byte, to: &encoded)
                encoded[encoded.count - 3] = UInt8(ascii: "%")
            }
            if encoded.count > limit { return Array(encoded[..<end]) }
        }
        return encoded
    }

    /// What `text` stands for; a `%` that no two hexadecimal digits follow is kept.
    package static func decodeWhatIsRight(_ text: [UInt8]) -> [UInt8] {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(text.count)
        var index = 0
        while index < text.count {
            if text[index] == UInt8(ascii: "%"), index + 2 < text.count,
                let high = text[index + 1].hexadecimalValue, let low = text[index + 2].hexadecimalValue
            {
                decoded.append(high << 4 | low)
                index += 3
            } else {
                decoded.append(text[index])
                index += 1
            }
        }
        return decoded
    }

    /// What `text` stands for; nil where a `%` is not followed by two hexadecimal digits.
    package static func decode(_ text: Span<UInt8>) -> [UInt8]? {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(text.count)
        var index = 0
        while index < text.count {
            guard text[index] == UInt8(ascii: "%") else {
                decoded.append(text[index])
                index &+= 1
                continue
            }
            guard text.count - index > 2, let high = text[index &+ 1].hexadecimalValue,
                let low = text[index &+ 2].hexadecimalValue
            else { return nil }
            decoded.append(high << 4 | low)
            index &+= 3
        }
        return decoded
    }

    /// A letter, a digit, or one of `-._~`.
    package static func isUnreserved(_ byte: UInt8) -> Bool {
        byte.isLetter || byte.isDigit || byte == ASCII.hyphen || byte == ASCII.dot || byte == ASCII.underscore
            || byte == UInt8(ascii: "~")
    }
}
