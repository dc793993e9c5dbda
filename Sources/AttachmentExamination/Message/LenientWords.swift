import MailMessage

/// Encoded words (RFC 2047) wherever they stand, also where the standard has none: within quotes, within other words.
enum LenientWords {
    /// Words of the text that are decoded.
    private static var most: Int { 64 }

    /// The text with its words decoded; the blanks between two words are dropped.
    static func decode(_ text: [UInt8]) -> [UInt8] {
        guard text.span.contains("=?") else { return text }
        var output: [UInt8] = []
        var converters = CharsetConverters()
        var index = 0
        var wordEnd = -1
        var words = 0
        while index < text.count {
            guard words < most, text[index] == 0x3D, let word = word(text, at: index) else {
                output.append(text[index])
                index += 1
                continue
            }
            words += 1
            if wordEnd >= 0, text[wordEnd..<index].allSatisfy({ $0 <= 0x20 }) {
                output.removeLast(index - wordEnd)
            }
            let charset = Charset(label: word.charset) ?? .latin1
            output +=
                converters.convert(word.octets.span, from: charset, limit: word.octets.count * 4)
                ?? word.octets
            index = word.end
            wordEnd = index
        }
        return output
    }

    /// `=?charset?B?text?=`; the end of the text ends it too.
    private static func word(_ text: [UInt8], at start: Int) -> (charset: [UInt8], octets: [UInt8], end: Int)?
    {
        guard start + 1 < text.count, text[start + 1] == 0x3F else { return nil }
        func mark(_ from: Int) -> Int? { text[from...].firstIndex(of: 0x3F) }
        guard let afterCharset = mark(start + 2), afterCharset > start + 2, afterCharset - start < 80,
            afterCharset + 2 < text.count, text[afterCharset + 2] == 0x3F
        else { return nil }
        let charset = text[(start + 2)..<afterCharset].prefix { $0 != UInt8(ascii: "*") }
        let from = afterCharset + 3
        let until = mark(from) ?? text.count
        let raw = Array(text[from..<until])
        let end = min(until + (until + 1 < text.count && text[until + 1] == 0x3D ? 2 : 1), text.count)
        switch text[afterCharset + 1].asLowerCase {
        case UInt8(ascii: "b"): return (Array(charset), Base64.decode(raw.span, limit: raw.count), end)
        case UInt8(ascii: "q"): return (Array(charset), quoted(raw), end)
        default: return nil
        }
    }

    private static func quoted(_ text: [UInt8]) -> [UInt8] {
        let blanks = text.map { $0 == 0x5F ? 0x20 : $0 }
        return QuotedPrintable.decode(blanks.span, limit: text.count)
    }
}
