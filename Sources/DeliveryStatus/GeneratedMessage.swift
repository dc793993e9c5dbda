import MailMessage

/// How the lines of a message end.
package enum LineEnd: Sendable {
    /// On disk, and for the sendmail command.
    case lf
    /// In SMTP.
    case crlf

    var bytes: [UInt8] { self == .lf ? [0x0A] : [0x0D, 0x0A] }
}

/// A message being written, line by line.
///
/// Invariant: every line ends as asked, and no text that is handed in can begin a line of its own.
struct GeneratedMessage {
    private(set) var bytes: [UInt8] = []
    private let lineEnd: [UInt8]

    private static let preferredLength = 78
    /// RFC 5322 §2.1.1
    private static let longestLine = 998
    private static let longestWord = 900

    init(lineEnd: LineEnd) {
        self.lineEnd = lineEnd.bytes
    }

    /// The fields that every message of ours begins with.
    mutating func header(
        _ identity: MessageIdentity, from: MailAddress, to: MailAddress, subject: String,
        autoSubmitted: String
    ) {
        field("Date", identity.date)
        composed("From", from.text) { () throws(FieldComposition.Failure) in
            try FieldComposition.addresses(name: "From", [from])
        }
        composed("To", to.text) { () throws(FieldComposition.Failure) in
            try FieldComposition.addresses(name: "To", [to])
        }
        let subject = PrintableText.unicode(subject, limit: 500)
        composed("Subject", subject) { () throws(FieldComposition.Failure) in
            try FieldComposition.unstructured(name: "Subject", text: subject)
        }
        field("Message-ID", identity.messageID)
        field("Auto-Submitted", autoSubmitted)
        field("MIME-Version", "1.0")
    }

    /// One field, folded where it has spaces. Words that would not fit into a line are divided.
    mutating func field(_ name: String, _ value: String) {
        bytes += name.utf8
        bytes.append(UInt8(ascii: ":"))
        var column = name.utf8.count + 1
        for word in PrintableText.unicode(value, limit: 4000).utf8.split(separator: UInt8(ascii: " ")) {
            for piece in pieces(Array(word)) {
                if column + 1 + piece.count > Self.preferredLength, column > name.utf8.count + 1 {
                    bytes += lineEnd
                    column = 0
                }
                bytes.append(UInt8(ascii: " "))
                bytes += piece
                column += 1 + piece.count
            }
        }
        bytes += lineEnd
    }

    /// One field on one line, its value with the spaces that it has.
    mutating func unfoldedField(_ name: String, _ value: String) {
        line(name + ": " + PrintableText.exact(value, keepsNonASCII: true, limit: Self.longestWord))
    }

    mutating func emptyLine() { bytes += lineEnd }

    /// One line as it is; a control character in it becomes a space.
    mutating func line(_ text: String) {
        bytes += text.utf8.map { $0 < 0x20 || $0 == 0x7F ? 0x20 : $0 }
        bytes += lineEnd
    }

    /// Lines of text, each wrapped where it is too long.
    mutating func paragraphs(_ text: String) {
        for line in text.split(separator: "\n", omittingEmptySubsequences: false) {
            var column = 0
            for word in PrintableText.unicode(String(line), limit: 4000).utf8.split(
                separator: UInt8(ascii: " "))
            {
                for piece in pieces(Array(word)) {
                    if column > 0 {
                        let fits = column + 1 + piece.count <= Self.preferredLength
                        bytes += fits ? [UInt8(ascii: " ")] : lineEnd
                        column = fits ? column + 1 : 0
                    }
                    bytes += piece
                    column += piece.count
                }
            }
            bytes += lineEnd
        }
    }

    /// Bytes of another message, their line ends made like ours. What no transport can carry is changed: a lone
    /// CR and NUL become spaces, and a line of more than 998 bytes is folded.
    mutating func content(_ content: Span<UInt8>) {
        bytes.reserveCapacity(bytes.count + content.count)
        var column = 0
        for index in content.indices {
            let byte = content[index]
            if byte == 0x0A {
                bytes += lineEnd
                column = 0
                continue
            }
            if byte == 0x0D, index + 1 < content.count, content[index + 1] == 0x0A { continue }
            if column == Self.longestLine {
                bytes += lineEnd
                bytes.append(UInt8(ascii: " "))
                column = 1
            }
            bytes.append(byte == 0x0D || byte == 0 ? 0x20 : byte)
            column += 1
        }
        if content.count > 0, content[content.count - 1] != 0x0A { bytes += lineEnd }
    }

    /// A field that MailMessage composes; if it cannot, `plain` as it is.
    private mutating func composed(
        _ name: String, _ plain: String, _ compose: () throws(FieldComposition.Failure) -> [UInt8]
    ) {
        do {
            let field = try compose()
            content(field.span)
        } catch {
            field(name, plain)
        }
    }

    /// A word in pieces that fit into a line, divided between characters.
    private func pieces(_ word: [UInt8]) -> [ArraySlice<UInt8>] {
        guard word.count > Self.longestWord else { return [word[...]] }
        var pieces: [ArraySlice<UInt8>] = []
        var start = 0
        while start < word.count {
            var end = min(start + Self.longestWord, word.count)
            while end < word.count, end > start + 1, word[end] & 0xC0 == 0x80 { end -= 1 }
            pieces.append(word[start..<end])
            start = end
        }
        return pieces
    }
}
