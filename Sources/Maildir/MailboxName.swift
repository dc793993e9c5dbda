/// The name of a mailbox: one level, or several, from the outermost on.
///
/// A value of this type cannot lead out of the mail root: no level is empty, `.` or `..`, has a `/`, a NUL or
/// another control character. INBOX, whichever way it is written as first level, is `INBOX`. What only one
/// layout cannot hold is refused by ``components(in:)``.
package struct MailboxName: Sendable {
    /// Never empty.
    package let levels: [String]

    /// The mailbox that every user has: the mail root itself.
    package static var inbox: MailboxName { MailboxName(levels: ["INBOX"]) }

    /// Bytes of a name in all.
    package static var maximumLength: Int { 1000 }

    private init(levels: [String]) { self.levels = levels }

    /// Takes a name apart at `separator`, an ASCII character.
    package init(_ text: String, separator: UInt8) throws(MailboxNameError) {
        guard !text.isEmpty else { throw MailboxNameError(.empty, in: text) }
        guard text.utf8.count <= Self.maximumLength else { throw MailboxNameError(.tooLong, in: text) }
        if let reason = Self.forbiddenCharacter(in: text, separator: separator) {
            throw MailboxNameError(reason, in: text)
        }
        var levels = text.utf8.split(separator: separator, omittingEmptySubsequences: false).map {
            String(Substring($0))
        }
        for level in levels {
            if level.isEmpty { throw MailboxNameError(.emptyLevel, in: text) }
            if level.utf8.elementsEqual(".".utf8) || level.utf8.elementsEqual("..".utf8) {
                throw MailboxNameError(.dots, in: text)
            }
        }
        // Dovecot opens no name that begins so: it could be meant for somebody's home.
        if text.utf8.first == UInt8(ascii: "~") { throw MailboxNameError(.tilde, in: text) }
        if let first = levels.first, Self.isInbox(first) { levels[0] = "INBOX" }
        self.init(levels: levels)
    }

    package var isInbox: Bool { levels.count == 1 && levels.first.map(Self.isInbox) == true }

    /// The name as it is written with `/` between its levels, for messages.
    package var text: String {
        // joined(separator:) looks up conformances at run time, which costs as much as reading a short script.
        var text = levels.first ?? ""
        for level in levels.dropFirst() { text += "/" + level }
        return text
    }

    private static func isInbox(_ level: String) -> Bool {
        level.utf8.count == 5 && level.utf8.elementsEqual("inbox".utf8) { $0 | 0x20 == $1 }
    }

    private static func forbiddenCharacter(in text: String, separator: UInt8) -> MailboxNameError.Reason? {
        let slash = UInt8(ascii: "/")
        var previous: (UInt8, UInt8) = (0, 0)
        for byte in text.utf8 {
            if byte < 0x20 || byte == 0x7F { return .controlCharacter }
            // C1 controls; LINE SEPARATOR and PARAGRAPH SEPARATOR.
            if previous.1 == 0xC2, byte < 0xA0 { return .controlCharacter }
            if previous == (0xE2, 0x80), byte == 0xA8 || byte == 0xA9 { return .controlCharacter }
            if byte == slash, separator != slash { return .slash }
            previous = (previous.1, byte)
        }
        return nil
    }
}

extension MailboxName: Hashable {
    // Bytes decide, as on disk: to String, U+00E9 and U+0065 U+0301 would be one name.
    package static func == (a: MailboxName, b: MailboxName) -> Bool {
        a.levels.elementsEqual(b.levels) { $0.utf8.elementsEqual($1.utf8) }
    }

    package func hash(into hasher: inout Hasher) {
        for level in levels {
            for byte in level.utf8 { hasher.combine(byte) }
            hasher.combine(UInt8(0))
        }
    }
}

extension MailboxName {
    /// The names of the directories on the way from the root to this mailbox; none for INBOX.
    ///
    /// - Throws: what this layout cannot hold.
    package func components(in layout: MailboxLayout) throws(MailboxNameError) -> [String] {
        if isInbox { return [] }
        var components: [String]
        switch layout.kind {
        case .maildirPlusPlus:
            var name = ""
            for level in levels {
                if level.utf8.contains(UInt8(ascii: ".")) { throw MailboxNameError(.dotInLevel, in: text) }
                name += "."
                name += Self.encode(level, layout.encoding)
            }
            components = [name]
        case .fs:
            components = levels.map { Self.encode($0, layout.encoding) }
        }
        guard !isReserved(in: layout.kind) else { throw MailboxNameError(.reserved, in: text) }
        // NAME_MAX of every Linux file system.
        guard components.allSatisfy({ $0.utf8.count <= 255 }) else {
            throw MailboxNameError(.tooLong, in: text)
        }
        return components
    }

    /// The directory of this mailbox as seen from the root: `.a.b` or `a/b`; empty for INBOX.
    package func directoryName(_ layout: MailboxLayout) throws(MailboxNameError) -> String {
        try components(in: layout).joined(separator: "/")
    }

    /// The levels as they are spelt on disk.
    func encodedLevels(_ encoding: MailboxLayout.NameEncoding) -> [String] {
        levels.map { Self.encode($0, encoding) }
    }

    private static func encode(_ level: String, _ encoding: MailboxLayout.NameEncoding) -> String {
        switch encoding {
        case .utf7: ModifiedUTF7.encode(level)
        case .utf8: level
        }
    }

    /// Whether a directory of this name would stand where Maildir or Dovecot keep things of their own.
    private func isReserved(in kind: MailboxLayout.Kind) -> Bool {
        guard let first = levels.first else { return true }
        switch kind {
        case .maildirPlusPlus:
            return first == "DOVECOT-TRASHED"
        case .fs:
            let files = ["maildirfolder", "maildirsize", "subscriptions", "subscriptions.lock"]
            return levels.contains { $0 == "cur" || $0 == "new" || $0 == "tmp" }
                || files.contains(first)
                || first.utf8.count >= 7
                    && first.utf8.prefix(7).elementsEqual("dovecot".utf8) { $0 | 0x20 == $1 }
        }
    }
}
