import Platform

/// A script that is to be replaced: whoever reads it sees the old one or the new one, whole.
///
/// Links are followed, so that what a link like `~/.dovecot.sieve` stands for is replaced, and not the link.
struct ScriptFile: ~Copyable {
    private let path: String
    private let directory: Directory
    private let name: String
    private let file: OwnedFileDescriptor
    /// When it was opened.
    private let status: FileStatus

    /// Links from one to another, as many as the kernel follows.
    private static let maxLinks = 40

    /// - Throws: `EINVAL` for what is no regular file.
    init(opening path: String) throws(SystemError) {
        var (parent, name) = Self.split(path)
        var directory = try Directory(opening: parent)
        var links = 0
        while try directory.status(of: name).kind == .link {
            links += 1
            guard links <= Self.maxLinks else {
                throw SystemError(call: "open", path: path, code: ErrorCode.tooManySymbolicLinks)
            }
            (parent, name) = Self.split(try directory.readLink(name))
            directory = try directory.openDirectory(parent, followingLinks: true)
        }
        let file = try directory.openFile(name)
        let status = try file.status(path: path)
        guard status.kind == .regular else {
            throw SystemError(call: "open", path: path, code: ErrorCode.invalidArgument)
        }
        self.init(path: path, directory: directory, name: name, file: file, status: status)
    }

    private init(
        path: String, directory: consuming Directory, name: String, file: consuming OwnedFileDescriptor,
        status: FileStatus
    ) {
        self.path = path
        self.directory = directory
        self.name = name
        self.file = file
        self.status = status
    }

    private static func split(_ path: String) -> (directory: String, name: String) {
        guard let slash = path.utf8.lastIndex(of: UInt8(ascii: "/")) else { return (".", path) }
        let name = String(path[path.utf8.index(after: slash)...])
        return (slash == path.startIndex ? "/" : String(path[..<slash]), name)
    }

    func read(limit: Int) throws(SystemError) -> [UInt8] {
        try file.readAll(limit: limit, path: path)
    }

    /// Puts `bytes` in its place, with its owner and permissions, and durably so.
    ///
    /// - Throws: `EBUSY` if somebody else changed it since it was opened.
    func replace(with bytes: [UInt8]) throws(SystemError) {
        let new = ".\(name).\(String(Host.random(), radix: 36))"
        let descriptor = try directory.createFile(new, permissions: 0o600)
        do throws(SystemError) {
            try descriptor.write(bytes, path: path)
            let made = try descriptor.status(path: path)
            if made.owner != status.owner || made.group != status.group {
                try descriptor.setOwner(status.owner, group: status.group, path: path)
            }
            try descriptor.setPermissions(status.permissions, path: path)
            try descriptor.synchronize(path: path)
            try descriptor.close(path: path)
            guard try directory.status(of: name) == status else {
                throw SystemError(call: "rename", path: path, code: ErrorCode.busy)
            }
            try directory.rename(new, to: name, in: directory)
        } catch {
            try? directory.removeFile(new)
            throw error
        }
        try directory.synchronize()
    }
}
