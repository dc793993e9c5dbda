import Platform

/// Making the directories of a mailbox, so that they are on disk before a message is.
extension RootDirectory {
    func components(of name: MailboxName) throws(MaildirError) -> [String] {
        do throws(MailboxNameError) {
            return try name.components(in: layout)
        } catch {
            throw .name(error)
        }
    }

    func path(of components: [String]) -> String {
        components.isEmpty ? path : directory.entries.path(of: components.joined(separator: "/"))
    }

    /// Makes the directories on the way to a mailbox that are missing, and the mailbox itself. Somebody else may
    /// be doing the same, and not have come to making it durable: so every level is made durable here.
    ///
    /// A level may be gone again, or an NFS server may say of one that is not there that it is: a few times that
    /// is put right, then it is a failure that may pass.
    func create(_ components: [String]) throws(MaildirError) -> OpenDirectory {
        var attempts = 3
        while true {
            if let made = try createOnce(components) { return made }
            attempts -= 1
            guard attempts > 0 else {
                throw .system(
                    SystemError(call: "mkdir", path: path(of: components), code: ErrorCode.staleHandle))
            }
        }
    }

    /// Nil if what was made, or was said to be there, is not there.
    private func createOnce(_ components: [String]) throws(MaildirError) -> OpenDirectory? {
        var current = directory
        for (depth, component) in components.enumerated() {
            do throws(SystemError) {
                if try current.entries.makeDirectoryIfMissing(component, permissions: permissions.directory) {
                    try permissions.apply(to: current.entries.openDirectory(component))
                }
                try current.entries.synchronizeEntries()
            } catch {
                throw .system(error)
            }
            guard let next = try open(Array(components[...depth])) else { return nil }
            current = next
        }
        try prepare(current, isInbox: components.isEmpty)
        return current
    }

    /// Makes what is missing of `cur`, `new` and `tmp`, and what marks a folder of Maildir++.
    func prepare(_ directory: OpenDirectory, isInbox: Bool) throws(MaildirError) {
        do throws(SystemError) {
            for name in ["tmp", "new", "cur"]
            where try directory.entries.makeDirectoryIfMissing(name, permissions: permissions.directory) {
                try permissions.apply(to: directory.entries.openDirectory(name))
            }
            if layout.kind == .maildirPlusPlus, !isInbox {
                try mark(directory)
            }
            try directory.entries.synchronizeEntries()
        } catch {
            throw .system(error)
        }
    }

    /// Courier tells a folder from a mail root by this file, when it looks for the quota.
    private func mark(_ directory: OpenDirectory) throws(SystemError) {
        do throws(SystemError) {
            let file = try directory.entries.createFile("maildirfolder", permissions: permissions.file)
            try permissions.apply(to: file, path: directory.entries.path(of: "maildirfolder"))
        } catch {
            guard error.code == ErrorCode.exists else { throw error }
        }
    }
}

extension OpenDirectory {
    /// Whether it has what makes a directory a Maildir, or had before somebody tidied an empty part away.
    var isMaildir: Bool { hasDirectory("cur") || hasDirectory("new") }

    private func hasDirectory(_ name: String) -> Bool {
        do throws(SystemError) {
            return try entries.status(of: name, followingLinks: true).kind == .directory
        } catch {
            return false
        }
    }
}

extension Directory {
    /// Makes a directory; false if there is one already, be it that an NFS server was asked twice.
    @discardableResult
    func makeDirectoryIfMissing(_ name: String, permissions: UInt32) throws(SystemError) -> Bool {
        do throws(SystemError) {
            try makeDirectory(name, permissions: permissions)
            return true
        } catch {
            guard error.code == ErrorCode.exists else { throw error }
            return false
        }
    }

    /// Makes the entries durable, where the file system knows how.
    ///
    /// Some (FUSE, old NFS and CIFS servers) answer `EINVAL` or `EOPNOTSUPP` to an `fsync` of a directory: they
    /// have nothing to offer, and do it on their own or not at all. To refuse all mail there would help nobody.
    func synchronizeEntries() throws(SystemError) {
        do throws(SystemError) {
            try synchronize()
        } catch {
            guard error.code == ErrorCode.invalidArgument || error.code == ErrorCode.notSupported else {
                throw error
            }
        }
    }
}
