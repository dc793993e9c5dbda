import CPlatform
import Glibc

extension OwnedFileDescriptor {
    /// An empty file without a name, for reading and writing, that is gone with its last descriptor.
    ///
    /// - Parameter expectedBytes: small files are kept in memory where the system offers that, large ones in a
    ///   directory meant for them.
    package static func anonymousFile(expectedBytes: Int) throws(SystemError) -> OwnedFileDescriptor {
        let small = ["/dev/shm", "/tmp", "/var/tmp"]
        let candidates = expectedBytes <= 1 << 20 ? small : small.reversed()
        for directory in candidates {
            let raw = unsafe postmaster_open(directory, unnamed | O_RDWR | O_EXCL | O_CLOEXEC, 0o600)
            if raw >= 0 { return OwnedFileDescriptor(raw: raw) }
        }
        return try createAndUnlink(in: candidates)
    }

    /// For file systems that cannot make a file without a name.
    private static func createAndUnlink(in candidates: [String]) throws(SystemError) -> OwnedFileDescriptor {
        var failure = SystemError(call: "open", path: "/tmp", code: ENOENT)
        for path in candidates {
            do throws(SystemError) {
                let directory = try Directory(opening: path)
                let name = ".postmaster-\(Host.random())"
                let descriptor = try directory.createFile(name, .readWrite, permissions: 0o600)
                try directory.removeFile(name)
                return descriptor
            } catch {
                failure = error
            }
        }
        throw failure
    }
}

/// `O_TMPFILE`, which the C library declares in a way that Swift cannot read.
private let unnamed = 0o20_000_000 | O_DIRECTORY
