package import Platform

/// The directory that holds one user's mail: INBOX itself, and all other mailboxes below it.
///
/// Nothing is ever looked up by path again once it is open.
package struct MailRoot: ~Copyable, Sendable {
    let root: RootDirectory

    /// Opens a mail root; links on the way to it are followed, so the caller looks at ``status``.
    ///
    /// - Parameter creating: whether it is made if it is not there, with permissions 0700: the last component of
    ///   the path, or as many as the options say.
    package init(
        opening path: String, layout: MailboxLayout = MailboxLayout(),
        options: MaildirOptions = MaildirOptions(),
        creating: Bool
    ) throws(MaildirError) {
        let opened = try Self.open(path, creatable: creating ? max(options.creatableLevels, 1) : 0)
        do throws(SystemError) {
            root = try RootDirectory(opened, layout: layout, options: options)
        } catch {
            throw .system(error)
        }
        mayCreate = creating
    }

    /// Whether INBOX may be made, in a root that is no Maildir yet.
    private let mayCreate: Bool

    package var path: String { root.path }
    package var layout: MailboxLayout { root.layout }
    /// Device, owner and permissions of the root.
    package var status: FileStatus { root.status }

    private static func open(_ path: String, creatable: Int) throws(MaildirError) -> Directory {
        do throws(SystemError) {
            return try Directory(opening: path)
        } catch {
            guard error.code == ErrorCode.noSuchFile else { throw .system(error) }
            guard creatable > 0 else { throw .noSuchMailbox(path: path) }
            return try create(path, levels: creatable, error)
        }
    }

    private static func create(
        _ path: String, levels: Int, _ failure: SystemError
    ) throws(MaildirError) -> Directory {
        guard let (parent, name) = split(path) else { throw .system(failure) }
        let above: Directory
        do throws(MaildirError) {
            above = try open(parent, creatable: levels - 1)
        } catch {
            if error.isNoSuchMailbox { throw .system(failure) }
            throw error
        }
        do throws(SystemError) {
            try above.makeDirectoryIfMissing(name, permissions: 0o700)
            try above.synchronizeEntries()
            return try above.openDirectory(name)
        } catch {
            throw .system(error)
        }
    }

    /// The path above, and the last component.
    private static func split(_ path: String) -> (parent: String, name: String)? {
        var path = Substring(path)
        while path.utf8.count > 1, path.utf8.last == UInt8(ascii: "/") { path.removeLast() }
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else {
            return path.isEmpty ? nil : (".", String(path))
        }
        let name = path[path.utf8.index(after: slash)...]
        let parent = path[..<slash]
        return name.isEmpty ? nil : (parent.isEmpty ? "/" : String(parent), String(name))
    }

    /// Opens a mailbox.
    ///
    /// - Parameters:
    ///   - creating: whether it may be made: now, and again if somebody deletes it meanwhile.
    ///   - subscribing: whether it is subscribed to if it is made. A failure of that is a warning.
    /// - Throws: ``MaildirError/noSuchMailbox(path:)`` if it is not there and may not be made.
    package func folder(
        _ name: MailboxName, creating: Bool = false, subscribing: Bool = false
    ) throws(MaildirError) -> Folder {
        let components = try root.components(of: name)
        guard !components.isEmpty else {
            return Folder(name, components, in: root, root.directory, mayCreate: creating || mayCreate)
        }
        if let directory = try root.open(components),
            root.layout.kind == .maildirPlusPlus || directory.isMaildir
        {
            return Folder(name, components, in: root, directory, mayCreate: creating)
        }
        guard creating else { throw .noSuchMailbox(path: root.path(of: components)) }
        let directory = try root.create(components)
        let warning = subscribing ? root.subscribe(to: name) : nil
        return Folder(name, components, in: root, directory, mayCreate: true, wasCreated: true, warning)
    }

    /// Whether there is such a mailbox; INBOX always is. A name that cannot be, and a folder that cannot be
    /// looked at, is none.
    package func exists(_ name: MailboxName) -> Bool {
        if name.isInbox { return true }
        do throws(MaildirError) {
            return try root.open(root.components(of: name))?.isMaildir == true
        } catch {
            return false
        }
    }

    /// Adds a mailbox to those that the user's programs show.
    ///
    /// - Returns: why that could not be done; nil if it is done, or was already.
    package func subscribe(to name: MailboxName) -> MaildirWarning? { root.subscribe(to: name) }
}
