import Platform

/// Dovecot's list of subscribed mailboxes, `subscriptions` in the mail root.
///
/// Version 2 begins with `V`, TAB, `2` and an empty line, and has TAB between the levels of a name; the old
/// version has no such beginning, and the layout's own separator. Names are spelt as on disk.
enum SubscriptionFile {
    private static var header: [UInt8] { Array("V\t2\n\n".utf8) }

    enum Addition: Equatable { case present, contents([UInt8]), unknownVersion }

    /// What the file becomes with a mailbox added. An empty file is given the new version.
    static func adding(_ levels: [String], to contents: [UInt8], listSeparator: UInt8) -> Addition {
        let isNew = contents.isEmpty
        let isSecond = isNew || contents.starts(with: header)
        if !isSecond, contents.starts(with: Array("V\t".utf8)) { return .unknownVersion }
        let separator = isSecond ? UInt8(ascii: "\t") : listSeparator
        let line = Array(levels.map { Array($0.utf8) }.joined(separator: [separator]))
        if contents.split(separator: UInt8(ascii: "\n")).contains(where: { $0.elementsEqual(line) }) {
            return .present
        }
        var result = isNew ? header : contents
        if result.last != UInt8(ascii: "\n") { result.append(UInt8(ascii: "\n")) }
        return .contents(result + line + [UInt8(ascii: "\n")])
    }
}

extension RootDirectory {
    private static var subscriptions: String { "subscriptions" }

    /// Adds a mailbox to the list. A failure is worth a line in the log, no more.
    func subscribe(to name: MailboxName) -> MaildirWarning? {
        do throws(SystemError) {
            return try addSubscription(name)
        } catch {
            return MaildirWarning("not subscribed to \(name.text)", error)
        }
    }

    private func addSubscription(_ name: MailboxName) throws(SystemError) -> MaildirWarning? {
        // Mostly it is there, and the file is only ever replaced as a whole: no lock to see that.
        if case .present = addition(of: name, to: try readSubscriptions()) { return nil }
        let lock = try Dotlock(
            Self.subscriptions, in: directory, staleAfter: 30, Deadline(milliseconds: options.lockWait),
            permissions: permissions)
        switch addition(of: name, to: try readSubscriptions()) {
        case .present:
            return nil
        case .unknownVersion:
            return MaildirWarning(
                "not subscribed to \(name.text): \(path)/subscriptions is of an unknown version")
        case .contents(let contents):
            try lock.write(contents)
            try lock.replace()
            try directory.entries.synchronizeEntries()
            return nil
        }
    }

    private func addition(of name: MailboxName, to contents: [UInt8]) -> SubscriptionFile.Addition {
        SubscriptionFile.adding(
            name.encodedLevels(layout.encoding), to: contents, listSeparator: layout.listSeparator)
    }

    private func readSubscriptions() throws(SystemError) -> [UInt8] {
        do throws(SystemError) {
            let file = try directory.entries.openFile(Self.subscriptions)
            return try file.readAll(limit: 1 << 20, path: directory.entries.path(of: Self.subscriptions))
        } catch {
            guard error.code == ErrorCode.noSuchFile else { throw error }
            return []
        }
    }
}
