import CPlatform
import Glibc

/// What the file system says of a file (`stat(2)`).
package struct FileStatus: Equatable, Sendable {
    package enum Kind: Sendable { case regular, directory, link, other }

    package let device: UInt64
    package let inode: UInt64
    package let kind: Kind
    /// Permission bits with set-id and sticky: `mode & 07777`.
    package let permissions: UInt32
    package let owner: UInt32
    package let group: UInt32
    package let links: UInt64
    /// Bytes.
    package let size: Int
    /// Time of last modification, seconds and nanoseconds since the epoch.
    package let modified: Int
    package let modifiedNanoseconds: Int
    /// Time of last status change, seconds since the epoch.
    package let changed: Int

    init(_ status: stat) {
        device = UInt64(status.st_dev)
        inode = UInt64(status.st_ino)
        kind =
            switch status.st_mode & S_IFMT {
            case S_IFREG: .regular
            case S_IFDIR: .directory
            case S_IFLNK: .link
            default: .other
            }
        permissions = UInt32(status.st_mode) & 0o7777
        owner = UInt32(status.st_uid)
        group = UInt32(status.st_gid)
        links = UInt64(status.st_nlink)
        size = Int(status.st_size)
        modified = Int(status.st_mtim.tv_sec)
        modifiedNanoseconds = Int(status.st_mtim.tv_nsec)
        changed = Int(status.st_ctim.tv_sec)
    }

    /// Whether both tell of one file.
    package func isSameFile(as other: FileStatus) -> Bool {
        device == other.device && inode == other.inode
    }

    /// The status of what `path` names.
    package static func of(_ path: String, followingLinks: Bool = true) throws(SystemError) -> FileStatus {
        var status = stat()
        let flags = followingLinks ? 0 : AT_SYMLINK_NOFOLLOW
        guard unsafe fstatat(AT_FDCWD, path, &status, flags) == 0 else {
            throw SystemError(call: "stat", path: path)
        }
        return FileStatus(status)
    }
}

extension OwnedFileDescriptor {
    package func status(path: String) throws(SystemError) -> FileStatus {
        var status = stat()
        guard unsafe fstat(raw, &status) == 0 else { throw SystemError(call: "fstat", path: path) }
        return FileStatus(status)
    }
}
