import Platform

/// The permissions and the group of what is made in a mail root: those of the root itself, so that who may
/// read one may read the other. 0600 follows from 0700, 0660 from 2770.
struct CreationPermissions: Equatable, Sendable {
    let file: UInt32
    let directory: UInt32
    /// The group to be given, where the kernel would give another.
    let group: UInt32?

    init(from root: FileStatus, creator: @autoclosure () -> Identity) {
        file = root.permissions & 0o666 | 0o600
        directory = root.permissions & 0o2777 | 0o700
        let inherits = root.permissions & 0o2000 != 0
        let groupMatters = (root.permissions >> 3) & 7 != root.permissions & 7
        group = !inherits && groupMatters && creator().group != root.group ? root.group : nil
    }

    /// Whether `umask` may have taken away what ought to be there.
    private var isShared: Bool { directory & 0o077 != 0 }

    func apply(to file: borrowing OwnedFileDescriptor, path: String) throws(SystemError) {
        try apply(self.file, to: file, path)
    }

    func apply(to directory: borrowing Directory) throws(SystemError) {
        try apply(self.directory, to: directory.descriptor, directory.path)
    }

    private func apply(
        _ permissions: UInt32, to descriptor: borrowing OwnedFileDescriptor, _ path: String
    ) throws(SystemError) {
        guard isShared else { return }
        var permissions = permissions
        if let group {
            do {
                try descriptor.setGroup(group, path: path)
            } catch {
                // The bits were meant for that group, not for the one that the file has now.
                permissions &= ~0o070
            }
        }
        try descriptor.setPermissions(permissions, path: path)
    }
}
