/// Words of other character sets within a field (RFC 2047): `=?utf-8?Q?caf=C3=A9?=`.
package enum EncodedWords {
    /// Whether there is anything that looks like the beginning of a word.
    package static func mayOccur(in text: Span<UInt8>) -> Bool {
        var index = 1
        while index < text.count {
            if text[index] == ASCII.questionMark, text[index &- 1] == ASCII.equals { return true }
            index &+= 1
        }
        return false
    }

    /// The unfolded text with its encoded words decoded to UTF-8, in time linear in the text.
    ///
    /// A word counts where white space, an end of the text, or one of `()<>,;:` stands on both of its sides, or another
    /// word does (RFC 2047 §5; that words touch is tolerated). White space between words is dropped (§6.2), and
    /// words of one character set are joined before they are converted, since a character may be split between
    /// them. Words of an unknown character set or encoding stay as they are, as does all other text.
    package static func decode(_ text: Span<UInt8>, with converters: inout CharsetConverters) -> [UInt8] {
        var output: [UInt8] = []
        output.reserveCapacity(text.count)
        var run: Run?
        var copied = 0
        var index = 0
        while index < text.count {
            guard let word = word(in: text, at: index, previousEnd: run?.end ?? -1, &converters) else {
                index &+= 1
                continue
            }
            if var open = run, text.trimmed(open.end..<index).isEmpty {
                if open.charset == word.charset {
                    open.bytes += word.bytes
                    open.end = word.end
                    run = open
                } else {
                    flush(open, from: text, to: &output, &converters)
                    run = Run(charset: word.charset, bytes: word.bytes, start: index, end: word.end)
                }
            } else {
                if let open = run { flush(open, from: text, to: &output, &converters) }
                output.append(contentsOf: text, in: copied..<index)
                run = Run(charset: word.charset, bytes: word.bytes, start: index, end: word.end)
            }
            index = word.end
            copied = index
        }
        if let open = run { flush(open, from: text, to: &output, &converters) }
        output.append(contentsOf: text, in: copied..<text.count)
        return output
    }

    /// ``decode(_:with:)`` for a text that comes alone.
    package static func decode(_ text: [UInt8]) -> [UInt8] {
        guard mayOccur(in: text.span) else { return text }
        var converters = CharsetConverters()
        return decode(text.span, with: &converters)
    }

    /// Words of one character set with nothing but white space between them.
    private struct Run {
        let charset: Charset
        var bytes: [UInt8]
        let start: Int
        var end: Int
    }

    private struct Word {
        let charset: Charset
        let bytes: [UInt8]
        let end: Int
    }

    /// No character set takes more than six octets of UTF-8 for one of its own.
    private static let longestExpansion = 6

    private static func flush(
        _ run: Run, from text: Span<UInt8>, to output: inout [UInt8], _ converters: inout CharsetConverters
    ) {
        let limit = run.bytes.count &* longestExpansion
        if let decoded = converters.convert(run.bytes.span, from: run.charset, limit: limit) {
            output += decoded
        } else {
            output.append(contentsOf: text, in: run.start..<run.end)
        }
    }

    /// The word at `start`, if there is one that can be decoded.
    ///
    /// Looks no farther than the fourth question mark, so that trying everywhere stays linear.
    private static func word(
        in text: Span<UInt8>, at start: Int, previousEnd: Int, _ converters: inout CharsetConverters
    ) -> Word? {
        guard text[start] == ASCII.equals, start + 8 <= text.count, text[start + 1] == ASCII.questionMark,
            start == 0 || start == previousEnd || isBoundary(text[start - 1])
        else { return nil }
        guard let labelEnd = end(of: start + 2, in: text), labelEnd + 2 < text.count,
            text[labelEnd + 2] == ASCII.questionMark,
            let textEnd = end(of: labelEnd + 3, in: text), textEnd + 1 < text.count,
            text[textEnd + 1] == ASCII.equals, isEndBoundary(text, at: textEnd + 2)
        else { return nil }
        // RFC 2231 §5: a language may follow the character set.
        let star = text.firstIndex(of: UInt8(ascii: "*"), from: start + 2, to: labelEnd) ?? labelEnd
        guard let charset = Charset(label: text.array((start + 2)..<star)), converters.knows(charset) else {
            return nil
        }
        let encoded = (labelEnd + 3)..<textEnd
        switch text[labelEnd + 1].lowercased {
        case UInt8(ascii: "b"):
            let bytes = Base64.decode(text.extracting(encoded), limit: encoded.count)
            return Word(charset: charset, bytes: bytes, end: textEnd + 2)
        case UInt8(ascii: "q"):
            return Word(charset: charset, bytes: decodeQ(text, in: encoded), end: textEnd + 2)
        default: return nil
        }
    }

    /// Where the question mark is that ends what begins at `start`; nil if white space comes first.
    private static func end(of start: Int, in text: Span<UInt8>) -> Int? {
        var index = start
        while index < text.count {
            if text[index] == ASCII.questionMark { return index }
            if text[index].isWhiteSpace { return nil }
            index &+= 1
        }
        return nil
    }

    private static func isBoundary(_ byte: UInt8) -> Bool {
        if byte.isWhiteSpace { return true }
        switch byte {
        case ASCII.openParenthesis, ASCII.closeParenthesis, ASCII.less, ASCII.greater, ASCII.comma,
            ASCII.semicolon,
            ASCII.colon:
            return true
        default: return false
        }
    }

    private static func isEndBoundary(_ text: Span<UInt8>, at index: Int) -> Bool {
        guard index < text.count else { return true }
        if isBoundary(text[index]) { return true }
        return text[index] == ASCII.equals && index + 1 < text.count && text[index + 1] == ASCII.questionMark
    }

    /// The `Q` encoding (RFC 2047 §4.2); what it does not allow is kept.
    private static func decodeQ(_ text: Span<UInt8>, in range: Range<Int>) -> [UInt8] {
        var decoded: [UInt8] = []
        decoded.reserveCapacity(range.count)
        var index = range.lowerBound
        while index < range.upperBound {
            let byte = text[index]
            if byte == ASCII.equals, index + 2 < range.upperBound,
                let high = text[index + 1].hexadecimalValue,
                let low = text[index + 2].hexadecimalValue
            {
                decoded.append(high << 4 | low)
                index &+= 3
                continue
            }
            decoded.append(byte == ASCII.underscore ? ASCII.space : byte)
            index &+= 1
        }
        return decoded
    }
}
