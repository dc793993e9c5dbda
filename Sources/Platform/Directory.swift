import CPlatform
import Glibc

/// An open directory: everything in it is reached through its descriptor, so that nobody can change the
/// way there in between.
///
/// Names are single components unless a function says otherwise. Links are not followed unless asked for.
package struct Directory: ~Copyable, Sendable {
    package let descriptor: OwnedFileDescriptor
    /// Where it was opened: for messages, never to be opened again.
    package let path: String

    package init(descriptor: consuming OwnedFileDescriptor, path: String) {
        self.descriptor = descriptor
        self.path = path
    }

    /// Opens `path`, following links on the way.
    package init(opening path: String) throws(SystemError) {
        let raw = unsafe postmaster_open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
        guard raw >= 0 else { throw SystemError(call: "open", path: path) }
        self.init(descriptor: OwnedFileDescriptor(raw: raw), path: path)
    }

    /// The path of a name in it, for messages.
    package func path(of name: String) -> String {
        path.utf8.last == UInt8(ascii: "/") ? path + name : path + "/" + name
    }

    /// Opens a directory in it.
    package func openDirectory(_ name: String, followingLinks: Bool = false) throws(SystemError) -> Directory
    {
        let flags = O_RDONLY | O_DIRECTORY | O_CLOEXEC | (followingLinks ? 0 : O_NOFOLLOW)
        return Directory(descriptor: try open(name, flags, mode: 0), path: path(of: name))
    }

    /// A second descriptor of the same directory.
    package func duplicate() throws(SystemError) -> Directory {
        Directory(descriptor: try open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC, mode: 0), path: path)
    }

    /// How a file is opened.
    package enum Access: Sendable {
        case read, write, readWrite, append
        fileprivate var flags: CInt {
            switch self {
            case .read: O_RDONLY
            case .write: O_WRONLY
            case .readWrite: O_RDWR
            case .append: O_WRONLY | O_APPEND
            }
        }
    }

    /// Opens a file that exists. A FIFO in its place cannot hold the caller up.
    package func openFile(
        _ name: String, _ access: Access = .read, followingLinks: Bool = false
    ) throws(SystemError) -> OwnedFileDescriptor {
        let flags = access.flags | O_CLOEXEC | O_NONBLOCK | O_NOCTTY | (followingLinks ? 0 : O_NOFOLLOW)
        return try open(name, flags, mode: 0)
    }

    /// Creates a file that must not exist yet; `EEXIST` if it does.
    package func createFile(
        _ name: String, _ access: Access = .write, permissions: UInt32
    ) throws(SystemError) -> OwnedFileDescriptor {
        try open(name, access.flags | O_CREAT | O_EXCL | O_NOFOLLOW | O_CLOEXEC, mode: permissions)
    }

    /// Opens a file, creating it if need be.
    package func openOrCreateFile(
        _ name: String, _ access: Access, permissions: UInt32
    ) throws(SystemError) -> OwnedFileDescriptor {
        try open(
            name, access.flags | O_CREAT | O_NOFOLLOW | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, mode: permissions)
    }

    private func open(_ name: String, _ flags: CInt, mode: UInt32) throws(SystemError) -> OwnedFileDescriptor
    {
        let raw = unsafe postmaster_openat(descriptor.raw, name, flags, mode)
        guard raw >= 0 else { throw SystemError(call: "open", path: path(of: name)) }
        return OwnedFileDescriptor(raw: raw)
    }

    package func makeDirectory(_ name: String, permissions: UInt32) throws(SystemError) {
        guard unsafe mkdirat(descriptor.raw, name, permissions) == 0 else {
            throw SystemError(call: "mkdir", path: path(of: name))
        }
    }

    /// Makes the entries of this directory durable.
    ///
    /// A failure is final: the kernel forgets what it could not write, a second call would lie.
    package func synchronize() throws(SystemError) {
        guard postmaster_fsync(descriptor.raw) == 0 else { throw SystemError(call: "fsync", path: path) }
    }

    package func status(of name: String, followingLinks: Bool = false) throws(SystemError) -> FileStatus {
        var status = stat()
        let flags = followingLinks ? 0 : AT_SYMLINK_NOFOLLOW
        guard unsafe fstatat(descriptor.raw, name, &status, flags) == 0 else {
            throw SystemError(call: "stat", path: path(of: name))
        }
        return FileStatus(status)
    }

    package func status() throws(SystemError) -> FileStatus {
        try descriptor.status(path: path)
    }

    /// Removes a file.
    package func removeFile(_ name: String) throws(SystemError) {
        guard unsafe unlinkat(descriptor.raw, name, 0) == 0 else {
            throw SystemError(call: "unlink", path: path(of: name))
        }
    }

    /// Removes an empty directory.
    package func removeDirectory(_ name: String) throws(SystemError) {
        guard unsafe unlinkat(descriptor.raw, name, AT_REMOVEDIR) == 0 else {
            throw SystemError(call: "rmdir", path: path(of: name))
        }
    }

    /// Renames, replacing what has the new name.
    package func rename(
        _ name: String, to newName: String, in target: borrowing Directory
    ) throws(SystemError) {
        guard unsafe renameat(descriptor.raw, name, target.descriptor.raw, newName) == 0 else {
            throw SystemError(call: "rename", path: target.path(of: newName))
        }
    }

    /// Renames unless the new name exists (`EEXIST`); `EINVAL` or `ENOSYS` where the file system cannot tell.
    package func renameWithoutReplacing(
        _ name: String, to newName: String, in target: borrowing Directory
    ) throws(SystemError) {
        guard unsafe postmaster_rename_noreplace(descriptor.raw, name, target.descriptor.raw, newName) == 0
        else {
            throw SystemError(call: "renameat2", path: target.path(of: newName))
        }
    }

    /// Makes a second name for a file; `EEXIST` if the name is taken.
    package func link(
        _ name: String, to newName: String, in target: borrowing Directory
    ) throws(SystemError) {
        guard unsafe linkat(descriptor.raw, name, target.descriptor.raw, newName, 0) == 0 else {
            throw SystemError(call: "link", path: target.path(of: newName))
        }
    }

    /// What a symbolic link says; at most 4,095 bytes of it.
    package func readLink(_ name: String) throws(SystemError) -> String {
        var target = [UInt8](repeating: 0, count: 4096)
        let count = unsafe target.withUnsafeMutableBytes { buffer in
            guard let base = buffer.baseAddress else { return 0 }
            return unsafe readlinkat(descriptor.raw, name, base, buffer.count)
        }
        guard count >= 0 else { throw SystemError(call: "readlink", path: path(of: name)) }
        return String(decoding: target.prefix(count), as: UTF8.self)
    }

    /// The names in it but `.` and `..`, in no order, at most `limit` of them.
    ///
    /// - Parameter limit: how many names at the most; what is beyond is not read.
    package func names(limit: Int = .max) throws(SystemError) -> [String] {
        var names: [String] = []
        try forEachName { name in
            names.append(name)
            return names.count < limit
        }
        return names
    }

    /// Calls `body` with every name but `.` and `..`, in no order, until it says false.
    package func forEachName(_ body: (String) -> Bool) throws(SystemError) {
        // A descriptor of its own: reading moves the offset, and closedir closes.
        let raw = unsafe postmaster_openat(descriptor.raw, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0)
        guard raw >= 0 else { throw SystemError(call: "open", path: path) }
        var opened = unsafe fdopendir(raw)
        while unsafe opened == nil, errno == EINTR { unsafe opened = fdopendir(raw) }
        guard let stream = unsafe opened else {
            let failure = SystemError(call: "fdopendir", path: path)
            _ = close(raw)
            throw failure
        }
        defer { unsafe closedir(stream) }
        while true {
            errno = 0
            guard let entry = unsafe readdir(stream) else { break }
            let name = unsafe withUnsafePointer(to: &entry.pointee.d_name) {
                unsafe String(cString: UnsafeRawPointer($0).assumingMemoryBound(to: CChar.self))
            }
            if name == "." || name == ".." { continue }
            guard body(name) else { return }
        }
        guard errno == 0 else { throw SystemError(call: "readdir", path: path) }
    }
}
