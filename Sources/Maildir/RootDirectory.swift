import Platform

/// A directory that several values hold open: a folder, the messages that are written in it.
final class OpenDirectory: Sendable {
    let entries: Directory

    init(_ directory: consuming Directory) { entries = directory }
}

/// A mail root that is open: what every mailbox in it needs to know. Nothing in it changes.
///
/// Every directory below is reached from here, level by level, through descriptors.
final class RootDirectory: Sendable {
    let directory: OpenDirectory
    let status: FileStatus
    let layout: MailboxLayout
    let options: MaildirOptions
    let permissions: CreationPermissions
    /// As what this process gives names to messages.
    let origin: UniqueName.Origin

    init(_ opened: consuming Directory, layout: MailboxLayout, options: MaildirOptions) throws(SystemError) {
        status = try opened.status()
        directory = OpenDirectory(opened)
        self.layout = layout
        self.options = options
        permissions = CreationPermissions(from: status, creator: Identity.current())
        origin = UniqueName.Origin(hostName: options.hostName)
    }

    var path: String { directory.entries.path }

    /// Opens the directory that `components` lead to.
    ///
    /// - Returns: nil if it is not there.
    func open(_ components: [String]) throws(MaildirError) -> OpenDirectory? {
        var current = directory
        for component in components {
            guard let next = try Self.level(component, in: current, owner: status.owner) else { return nil }
            current = next
        }
        return current
    }

    private static func level(
        _ name: String, in parent: OpenDirectory, owner: UInt32
    ) throws(MaildirError) -> OpenDirectory? {
        do throws(SystemError) {
            return OpenDirectory(try parent.entries.openDirectory(name))
        } catch {
            if error.code == ErrorCode.noSuchFile { return nil }
            // Linux answers ENOTDIR, not ELOOP, where a link stands for the directory that was asked for.
            guard error.code == ErrorCode.notDirectory || error.code == ErrorCode.tooManySymbolicLinks else {
                throw .system(error)
            }
            return try linkedLevel(name, in: parent, owner: owner, error)
        }
    }

    /// Users and administrators move large folders to other disks and leave a link. Such a link is followed
    /// if it, and the directory behind it, belong to the owner of the mail root or to root; anybody else's
    /// would lead the mail where they like.
    private static func linkedLevel(
        _ name: String, in parent: OpenDirectory, owner: UInt32, _ failure: SystemError
    ) throws(MaildirError) -> OpenDirectory? {
        do throws(SystemError) {
            let link = try parent.entries.status(of: name)
            guard link.kind == .link else { throw failure }
            let target = OpenDirectory(try parent.entries.openDirectory(name, followingLinks: true))
            let behind = try target.entries.status()
            if [owner, 0].contains(link.owner), [owner, 0].contains(behind.owner) { return target }
        } catch {
            throw .system(error)
        }
        throw .foreignLink(path: parent.entries.path(of: name))
    }
}
