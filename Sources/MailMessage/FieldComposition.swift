/// Header fields for messages that are generated: bounces, replies, notices.
///
/// What is composed is one field, whatever the text: a CR, LF or NUL in it is refused. Lines end in LF and are folded
/// so as not to exceed 78 characters where there is white space (RFC 5322 §2.1.1), and never exceed 998.
package enum FieldComposition {
    package enum Failure: Error, Equatable, Sendable {
        /// The name is no field name (RFC 5322 §2.2).
        case illegalName
        /// CR, LF or NUL; in structured text, any other control or non-ASCII character too.
        case illegalCharacter
        /// A line would exceed 998 characters.
        case lineTooLong
    }

    /// A field of free text, such as `Subject`; what is not printable ASCII becomes encoded words.
    package static func unstructured(name: String, text: String) throws(Failure) -> [UInt8] {
        try checkForInjection(text)
        var line = try FoldedField(name: name)
        let words = text.utf8.split(separator: ASCII.space, omittingEmptySubsequences: false)
        let first = words.firstIndex { needsEncoding($0) } ?? words.count
        let last = words.lastIndex { needsEncoding($0) } ?? words.count - 1
        for word in words[..<first] { line.append(Array(word)) }
        if first < words.count {
            let encoded = words[first...last].joined(separator: CollectionOfOne(ASCII.space))
            line.append(encoding: String(decoding: Array(encoded), as: UTF8.self))
            for word in words[(last + 1)...] { line.append(Array(word)) }
        }
        return try line.finished()
    }

    /// A field of tokens, such as `Content-Type` or `References`: printable ASCII, folded where it has blanks.
    package static func structured(name: String, text: String) throws(Failure) -> [UInt8] {
        guard text.utf8.allSatisfy({ $0 &- 0x20 < 95 || $0 == ASCII.tab }) else { throw .illegalCharacter }
        var line = try FoldedField(name: name)
        for word in text.utf8.split(separator: ASCII.space) { line.append(Array(word)) }
        return try line.finished()
    }

    /// A field of addresses, such as `To`. Addresses that are not ASCII stay UTF-8 (RFC 6532).
    package static func addresses(name: String, _ addresses: [MailAddress]) throws(Failure) -> [UInt8] {
        var line = try FoldedField(name: name)
        for (index, address) in addresses.enumerated() {
            let end = index + 1 < addresses.count ? "," : ""
            guard let displayName = address.displayName, !displayName.isEmpty else {
                line.append(Array((address.text + end).utf8))
                continue
            }
            try checkForInjection(displayName)
            append(phrase: displayName, to: &line)
            line.append(Array("<\(address.text)>\(end)".utf8))
        }
        return try line.finished()
    }
}

extension FieldComposition {
    /// Words beyond this are encoded, which divides them.
    private static let longestPlainWord = 900

    private static func checkForInjection(_ text: String) throws(Failure) {
        for byte in text.utf8 where byte == ASCII.carriageReturn || byte == ASCII.lineFeed || byte == 0 {
            throw .illegalCharacter
        }
    }

    private static func needsEncoding(_ word: Substring.UTF8View) -> Bool {
        var previous: UInt8 = 0
        for byte in word {
            if byte >= ASCII.delete || (byte < 0x20 && byte != ASCII.tab) { return true }
            if byte == ASCII.questionMark, previous == ASCII.equals { return true }
            previous = byte
        }
        return word.count > longestPlainWord
    }

    /// A display name as atoms, as a quoted string, or as encoded words (RFC 5322 §3.4, RFC 2047 §5).
    private static func append(phrase: String, to line: inout FoldedField) {
        let words = phrase.utf8.split(separator: ASCII.space, omittingEmptySubsequences: false)
        if words.contains(where: { needsEncoding($0) }) || phrase.utf8.count > longestPlainWord {
            line.append(encoding: phrase)
        } else if words.allSatisfy({ !$0.isEmpty && $0.allSatisfy(\.isAtomText) }) {
            for word in words { line.append(Array(word)) }
        } else {
            var quoted: [UInt8] = [ASCII.quote]
            for byte in phrase.utf8 {
                if byte == ASCII.quote || byte == ASCII.backslash { quoted.append(ASCII.backslash) }
                quoted.append(byte)
            }
            line.append(quoted + [ASCII.quote])
        }
    }
}

/// A field under composition, word by word.
private struct FoldedField {
    private var bytes: [UInt8]
    private var column: Int
    private var hasWord = false

    private static let preferredLength = 78
    private static let longestLine = 998

    init(name: String) throws(FieldComposition.Failure) {
        guard FieldName.isValid(name) else { throw .illegalName }
        bytes = Array(name.utf8) + [ASCII.colon]
        column = bytes.count
    }

    /// Adds a word behind a space, or on a line of its own; no line is left with nothing but blanks.
    mutating func append(_ word: [UInt8]) {
        let end = column + 1 + word.count
        let isTooLong = end > FoldedField.preferredLength && hasWord || end > FoldedField.longestLine
        if isTooLong, !word.isEmpty { fold() }
        bytes.append(ASCII.space)
        bytes += word
        column += 1 + word.count
        if !word.isEmpty { hasWord = true }
    }

    /// Adds text as encoded words. RFC 2047 §2: a line that holds one is no longer than 76 characters.
    mutating func append(encoding text: String) {
        let longestLine = EncodedWords.longestWord + 1
        if column + 1 + EncodedWords.shortestRoom > longestLine { fold() }
        let room = longestLine - column - 1
        for word in EncodedWords.encode(text, firstRoom: room) {
            if column + 1 + word.count > longestLine { fold() }
            bytes.append(ASCII.space)
            bytes += word
            column += 1 + word.count
            hasWord = true
        }
    }

    /// Ends the line; the space that comes next makes the new one a continuation.
    private mutating func fold() {
        while bytes.last == ASCII.space { bytes.removeLast() }
        bytes.append(ASCII.lineFeed)
        column = 0
    }

    func finished() throws(FieldComposition.Failure) -> [UInt8] {
        let lines = bytes.split(separator: ASCII.lineFeed)
        guard lines.allSatisfy({ $0.count <= FoldedField.longestLine }) else { throw .lineTooLong }
        return bytes + [ASCII.lineFeed]
    }
}
