import MailMessage

extension Message {
    /// Whether a program sent the message by itself: an `Auto-Submitted` that says anything but `no`, comments and
    /// parameters aside (RFC 3834 §5).
    package var isAutoSubmitted: Bool {
        fields(named: "Auto-Submitted").contains { keyword(of: $0) != Array("no".utf8) }
    }

    /// What a field of keywords begins with, in lower case; empty where that is not a keyword.
    func keyword(of field: HeaderField) -> [UInt8] {
        let text = unfoldedBody(field)
        var index = 0
        var depth = 0
        // Comments may stand in front, and nest (RFC 5322 §3.2.2).
        while index < text.count {
            switch text[index] {
            case 0x5C where depth > 0: index += 1
            case 0x28: depth += 1
            case 0x29 where depth > 0: depth -= 1
            case 0x20, 0x09, 0x0D, 0x0A: break
            default:
                if depth > 0 { break }
                let end = text[index...].firstIndex { !$0.isKeywordPart } ?? text.count
                return [UInt8](text[index..<end]).lowercasedASCII
            }
            index += 1
        }
        return []
    }
}

extension UInt8 {
    /// A letter, a digit, or one of `-_.`.
    fileprivate var isKeywordPart: Bool { isIdentifierPart || self == 0x2D || self == 0x2E }
}
