import CPlatform
import Glibc

/// An open descriptor with exactly one owner, closed when the owner is done with it.
package struct OwnedFileDescriptor: ~Copyable, Sendable {
    package let raw: CInt

    /// Takes over `raw`, which must be open and belong to nobody else.
    package init(raw: CInt) {
        self.raw = raw
    }

    /// Opens the file at `path` for reading, following links. A FIFO in its place cannot hold the caller up.
    package init(reading path: String) throws(SystemError) {
        let raw = unsafe postmaster_open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOCTTY, 0)
        guard raw >= 0 else { throw SystemError(call: "open", path: path) }
        self.init(raw: raw)
    }

    /// Closes, and says whether that worked: on NFS a write may fail only here.
    package consuming func close(path: String) throws(SystemError) {
        let descriptor = raw
        discard self
        // Linux closes the descriptor even when close says EINTR.
        guard Glibc.close(descriptor) == 0 || errno == EINTR else {
            throw SystemError(call: "close", path: path)
        }
    }

    deinit {
        _ = Glibc.close(raw)
    }
}
