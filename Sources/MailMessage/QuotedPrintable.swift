/// The quoted-printable transfer encoding (RFC 2045 §6.7).
package enum QuotedPrintable {
    /// Decodes whatever there is, at most `limit` octets of it.
    ///
    /// Blanks at the end of a line are dropped, line ends are kept as they came, soft line breaks are
    /// removed. An `=` that no two hexadecimal digits of either case follow is kept.
    package static func decode(_ text: Span<UInt8>, limit: Int) -> [UInt8] {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(min(max(limit, 0), text.count))
        // Blanks are held back from here on, until it shows what follows them.
        var blanks: Int?
        var index = 0
        while index < text.count, decoded.count < limit {
            let byte = text[index]
            if byte.isBlank {
                blanks = blanks ?? index
                index &+= 1
                continue
            }
            if let start = blanks {
                blanks = nil
                if !endsLine(text, at: index) { decoded.append(contentsOf: text, in: start..<index) }
            }
            if byte == ASCII.equals {
                index = decodeEscape(text, at: index, into: &decoded)
            } else {
                decoded.append(byte)
                index &+= 1
            }
        }
        if decoded.count > limit { decoded.removeLast(decoded.count - max(limit, 0)) }
        return decoded
    }

    private static func endsLine(_ text: Span<UInt8>, at index: Int) -> Bool {
        text[index] == ASCII.lineFeed
            || (text[index] == ASCII.carriageReturn && index + 1 < text.count
                && text[index + 1] == ASCII.lineFeed)
    }

    /// What the `=` at `index` begins; the offset behind it.
    private static func decodeEscape(_ text: Span<UInt8>, at index: Int, into decoded: inout [UInt8]) -> Int {
        if index + 2 < text.count, let high = text[index + 1].hexadecimalValue,
            let low = text[index + 2].hexadecimalValue
        {
            decoded.append(high << 4 | low)
            return index + 3
        }
        if let next = afterSoftBreak(text, at: index) { return next }
        decoded.append(ASCII.equals)
        return index + 1
    }

    /// Where the line after a soft line break begins; nil if the `=` at `index` makes none.
    private static func afterSoftBreak(_ text: Span<UInt8>, at index: Int) -> Int? {
        var end = index + 1
        while end < text.count, text[end].isBlank { end &+= 1 }
        guard end < text.count else { return end }
        guard endsLine(text, at: end) else { return nil }
        return text[end] == ASCII.lineFeed ? end + 1 : end + 2
    }

    /// Encodes text, whose LF and CRLF line ends are kept, in lines of at most 76 characters.
    package static func encode(_ text: Span<UInt8>) -> [UInt8] {
        var encoded: [UInt8] = []
        encoded.reserveCapacity(text.count + text.count / 8)
        var column = 0
        for index in text.indices {
            let byte = text[index]
            if endsLine(text, at: index) {
                encoded.append(byte)
                column = 0
                continue
            }
            let isLast = index + 1 == text.count || endsLine(text, at: index + 1)
            // A line that begins with `From ` or a dot would be changed by mbox or SMTP.
            let mayBeginLine = column == 0 || column > 72
            let isExposed = mayBeginLine && (byte == UInt8(ascii: "F") || byte == ASCII.dot)
            let isPlain =
                (byte.isBlank && !isLast) || (byte &- 0x21 < 94 && byte != ASCII.equals && !isExposed)
            let width = isPlain ? 1 : 3
            if column + width > (isLast ? 76 : 75) {
                encoded.append(ASCII.equals)
                encoded.append(ASCII.lineFeed)
                column = 0
            }
            if isPlain { encoded.append(byte) } else { appendEscape(byte, to: &encoded) }
            column += width
        }
        return encoded
    }

    /// `=` and two hexadecimal digits.
    static func appendEscape(_ byte: UInt8, to text: inout [UInt8]) {
        text.append(ASCII.equals)
        text.append(hexadecimalDigit(byte >> 4))
        text.append(hexadecimalDigit(byte & 15))
    }

    private static func hexadecimalDigit(_ value: UInt8) -> UInt8 {
        value < 10 ? value &+ ASCII.zero : value &- 10 &+ UInt8(ascii: "A")
    }
}
