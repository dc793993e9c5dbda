package import Sieve

/// A script, to be explained.
package struct ScriptText: Sendable {
    /// As the engine calls it.
    package let name: String
    package let path: String?
    package let source: [UInt8]
    /// What the compiler made of it; nil after an error in it.
    package let listing: ScriptListing?
    package let diagnostics: [Diagnostic]

    package init(
        name: String, path: String?, source: [UInt8], listing: ScriptListing?, diagnostics: [Diagnostic] = []
    ) {
        self.name = name
        self.path = path
        self.source = source
        self.listing = listing
        self.diagnostics = diagnostics
    }

    /// Part of the script on one line, without what goes over 200 characters.
    func text(_ range: Range<Int>) -> String {
        let clamped = range.clamped(to: 0..<source.count)
        var words: [Substring.UnicodeScalarView] = []
        let text = String(decoding: source[clamped], as: UTF8.self)
        var count = 0
        for word in text.unicodeScalars.split(whereSeparator: { $0.value <= 0x20 }) {
            count += word.count + 1
            words.append(word)
            if count > Self.longestText { break }
        }
        let line = words.map { String($0) }.joined(separator: " ")
        guard count > Self.longestText else { return line }
        return String(line.unicodeScalars.prefix(Self.longestText).map(Character.init)) + "…"
    }

    private static let longestText = 200

    /// What the comment right above a place says: the name of a rule as Roundcube writes it (`# rule:[name]`), or its
    /// last line.
    func label(above offset: Int) -> String? {
        guard let ownStart = lineStart(before: offset), ownStart > 0 else { return nil }
        // Nothing but blanks stands before the command on its line.
        guard source[ownStart..<min(offset, source.count)].allSatisfy({ $0 == 0x20 || $0 == 0x09 }) else {
            return nil
        }
        guard let start = lineStart(before: ownStart - 1) else { return nil }
        var line = source[start..<(ownStart - 1)]
        while let last = line.last, last <= 0x20 { line.removeLast() }
        while let first = line.first, first <= 0x20 { line.removeFirst() }
        guard line.first == 0x23 else { return nil }
        while let first = line.first, first == 0x23 || first <= 0x20 { line.removeFirst() }
        let rule = Array("rule:[".utf8)
        if line.starts(with: rule), line.last == 0x5D { line = line.dropFirst(rule.count).dropLast() }
        guard !line.isEmpty else { return nil }
        return text(line.startIndex..<line.endIndex)
    }

    private func lineStart(before offset: Int) -> Int? {
        guard offset >= 0 else { return nil }
        var start = min(offset, source.count)
        while start > 0, source[start - 1] != 0x0A { start -= 1 }
        return start
    }
}
