package import Platform

/// Looking at what is in a mail root, for those who do not deliver.
extension MailRoot {
    /// The mailboxes that there are, INBOX first, the others by name; at most `limit` of them.
    ///
    /// What could not be a mailbox's name in this layout, links, and what cannot be looked at are passed over.
    package func mailboxes(limit: Int = 10_000) throws(MaildirError) -> [MailboxName] {
        var found: [MailboxName] = []
        do throws(SystemError) {
            switch layout.kind {
            case .maildirPlusPlus: found = try flatMailboxes(limit)
            case .fs:
                var examined = 0
                try collect(root.directory, [], limit, &found, &examined)
            }
        } catch {
            throw .system(error)
        }
        found.sort { $0.text < $1.text }
        return [.inbox] + found
    }

    private func flatMailboxes(_ limit: Int) throws(SystemError) -> [MailboxName] {
        var found: [MailboxName] = []
        for entry in try root.directory.entries.names(limit: limit) {
            guard entry.utf8.first == UInt8(ascii: "."), Self.mailbox(entry, in: root.directory) != nil else {
                continue
            }
            if let name = MailboxName(directories: [entry], layout) { found.append(name) }
        }
        return found
    }

    private static var mostLevels: Int { 32 }

    /// - Parameter examined: names that were looked at; twenty for each mailbox that is wanted, at the most.
    private func collect(
        _ directory: OpenDirectory, _ levels: [String], _ limit: Int, _ found: inout [MailboxName],
        _ examined: inout Int
    ) throws(SystemError) {
        guard levels.count < Self.mostLevels else { return }
        for entry in try directory.entries.names(limit: limit) where found.count < limit {
            examined += 1
            guard examined / 20 < limit else { return }
            let isOwn = ["cur", "new", "tmp"].contains(entry) || entry.utf8.first == UInt8(ascii: ".")
            guard !isOwn, let inner = Self.folder(entry, in: directory) else { continue }
            if inner.isMaildir, let name = MailboxName(directories: levels + [entry], layout) {
                found.append(name)
            }
            do throws(SystemError) {
                try collect(inner, levels + [entry], limit, &found, &examined)
            } catch {
                continue
            }
        }
    }

    private static func mailbox(_ entry: String, in directory: OpenDirectory) -> OpenDirectory? {
        guard let found = folder(entry, in: directory) else { return nil }
        return found.isMaildir ? found : nil
    }

    /// Nil for what is no directory, or is not there any more.
    private static func folder(_ entry: String, in directory: OpenDirectory) -> OpenDirectory? {
        do throws(SystemError) {
            guard try directory.entries.status(of: entry).kind == .directory else { return nil }
            return OpenDirectory(try directory.entries.openDirectory(entry))
        } catch {
            return nil
        }
    }
}

extension Folder {
    /// The names of the messages' files, in the order of their names.
    package func messages(in subdirectory: Subdirectory) throws(MaildirError) -> [String] {
        var names: [String] = []
        do throws(SystemError) {
            try directory.entries.openDirectory(subdirectory.rawValue, followingLinks: true).forEachName {
                name in
                if name.utf8.first != UInt8(ascii: ".") { names.append(name) }
                return true
            }
        } catch {
            guard error.code == ErrorCode.noSuchFile else { throw .system(error) }
        }
        return names.sorted()
    }

    /// The file of the message, open for reading.
    package func open(
        _ message: String, in subdirectory: Subdirectory
    ) throws(MaildirError) -> OwnedFileDescriptor {
        do throws(SystemError) {
            return try directory.entries.openDirectory(subdirectory.rawValue, followingLinks: true)
                .openFile(message)
        } catch {
            throw .system(error)
        }
    }

    /// The file of the message that a delivery has recorded under this name, wherever it is now.
    package func find(_ recorded: String) throws(MaildirError) -> (name: String, subdirectory: Subdirectory)?
    {
        let unique = recorded.prefix { $0 != "," && $0 != ":" }
        guard let name = UniqueName(text: String(unique)) else { return nil }
        for subdirectory in [Subdirectory.new, .cur] {
            if let file = try messages(in: subdirectory).first(where: { name.isName(ofFile: $0) }) {
                return (file, subdirectory)
            }
        }
        return nil
    }
}
