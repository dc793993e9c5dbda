import CPlatform
import Glibc

/// A file to which several processes append, each record in exactly one write.
package struct AppendingFile: ~Copyable, Sendable {
    private let descriptor: OwnedFileDescriptor
    private let path: String
    /// Whether the other end may be a pipe that is full.
    private let mayBlock: Bool

    /// Opens the file, creating it with permissions 0640; no link, no pipe and no terminal in its place.
    package init(opening path: String) throws(SystemError) {
        let flags = O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY
        let raw = unsafe postmaster_open(path, flags, 0o640)
        guard raw >= 0 else { throw SystemError(call: "open", path: path) }
        self.init(OwnedFileDescriptor(raw: raw), path: path, mayBlock: false)
    }

    /// The process's own standard error, whatever that is.
    package static func standardError() throws(SystemError) -> AppendingFile {
        let raw = dup(STDERR_FILENO)
        guard raw >= 0 else { throw SystemError(call: "dup", path: "standard error") }
        return AppendingFile(OwnedFileDescriptor(raw: raw), path: "standard error", mayBlock: true)
    }

    /// The same file once more, for another thread.
    package func duplicate() throws(SystemError) -> AppendingFile {
        let copy = fcntl(descriptor.raw, F_DUPFD_CLOEXEC, 3)
        guard copy >= 0 else { throw SystemError(call: "fcntl", path: path) }
        return AppendingFile(OwnedFileDescriptor(raw: copy), path: path, mayBlock: mayBlock)
    }

    private init(_ descriptor: consuming OwnedFileDescriptor, path: String, mayBlock: Bool) {
        self.descriptor = descriptor
        self.path = path
        self.mayBlock = mayBlock
    }

    /// Writes all of `record` in one call, or says why not; on a pipe, only records of up to 4,096 bytes are
    /// sure not to wait.
    package func append(_ record: [UInt8]) throws(SystemError) {
        if mayBlock {
            var entry = pollfd(fd: descriptor.raw, events: Int16(POLLOUT), revents: 0)
            guard unsafe poll(&entry, 1, 0) > 0 else {
                throw SystemError(call: "poll", path: path, code: EAGAIN)
            }
        }
        try descriptor.appendAtOnce(record, path: path)
    }
}
