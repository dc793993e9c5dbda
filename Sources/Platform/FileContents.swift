import CPlatform
import Glibc

/// Reading, writing and making durable, on an open descriptor. `EINTR` is never an answer.
extension OwnedFileDescriptor {
    /// Reads into `buffer` from `offset` on; gives the new end. The end of file gives `offset` back.
    package func read(
        into buffer: inout [UInt8], from offset: Int = 0, path: String
    ) throws(SystemError) -> Int {
        let start = min(max(offset, 0), buffer.count)
        while true {
            let count = unsafe buffer.withUnsafeMutableBytes {
                unsafe Glibc.read(raw, $0.baseAddress.map { unsafe $0 + start }, $0.count - start)
            }
            if count >= 0 { return start + count }
            guard errno == EINTR else { throw SystemError(call: "read", path: path) }
        }
    }

    /// Everything from the current offset on; `EFBIG` if that is more than `limit` bytes.
    package func readAll(limit: Int, path: String) throws(SystemError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: min(max(limit, 0), 1 << 12) + 1)
        var end = 0
        while true {
            let next = try read(into: &bytes, from: end, path: path)
            guard next > end else { break }
            end = next
            guard end <= limit else { throw SystemError(call: "read", path: path, code: EFBIG) }
            if end == bytes.count {
                bytes.append(contentsOf: [UInt8](repeating: 0, count: min(bytes.count, limit - end &+ 1)))
            }
        }
        bytes.removeSubrange(end...)
        return bytes
    }

    /// Everything from the current offset on; `EFBIG` if that is more than `limit` bytes.
    ///
    /// - Parameter size: how much it probably is, which saves copies; anything is right.
    package func readAll(limit: Int, expecting size: Int, path: String) throws(SystemError) -> [UInt8] {
        let capacity = min(max(size, 0), max(limit, 0)) &+ 1
        var failure: SystemError?
        var bytes = unsafe [UInt8](unsafeUninitializedCapacity: capacity) { buffer, end in
            while end < buffer.count {
                let got = unsafe Glibc.read(
                    raw, buffer.baseAddress.map { unsafe $0 + end }, buffer.count - end)
                if got < 0, errno == EINTR { continue }
                if got < 0 { failure = SystemError(call: "read", path: path) }
                guard got > 0 else { return }
                end += got
            }
        }
        if let failure { throw failure }
        guard bytes.count == capacity else { return bytes }
        // It is longer than it was said to be.
        bytes += try readAll(limit: max(limit, 0), path: path)
        guard bytes.count <= limit else { throw SystemError(call: "read", path: path, code: EFBIG) }
        return bytes
    }

    /// Reads up to `count` bytes at `offset`, without moving the descriptor's own offset.
    package func read(at offset: Int, count: Int, path: String) throws(SystemError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: max(count, 0))
        var end = 0
        while end < bytes.count {
            let got = unsafe bytes.withUnsafeMutableBytes {
                unsafe pread(raw, $0.baseAddress.map { unsafe $0 + end }, $0.count - end, offset + end)
            }
            if got < 0 {
                guard errno == EINTR else { throw SystemError(call: "pread", path: path) }
                continue
            }
            guard got > 0 else { break }
            end += got
        }
        bytes.removeSubrange(end...)
        return bytes
    }

    /// Writes all of `bytes`; a short write is gone on with.
    package func write(_ bytes: Span<UInt8>, path: String) throws(SystemError) {
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes.extracting(written..<bytes.count).withUnsafeBytes {
                unsafe Glibc.write(raw, $0.baseAddress, $0.count)
            }
            if count < 0 {
                guard errno == EINTR else { throw SystemError(call: "write", path: path) }
                continue
            }
            // A file system that takes nothing and names no error would hold us here for ever.
            guard count > 0 else { throw SystemError(call: "write", path: path, code: EIO) }
            written += count
        }
    }

    package func write(_ bytes: [UInt8], path: String) throws(SystemError) {
        try write(bytes.span, path: path)
    }

    /// Writes two runs of bytes, the one behind the other, in one call where the kernel takes them so.
    package func write(_ first: [UInt8], then second: Span<UInt8>, path: String) throws(SystemError) {
        let count = unsafe first.withUnsafeBytes { head in
            unsafe second.withUnsafeBytes { tail in
                let vector = unsafe [
                    iovec(iov_base: UnsafeMutableRawPointer(mutating: head.baseAddress), iov_len: head.count),
                    iovec(iov_base: UnsafeMutableRawPointer(mutating: tail.baseAddress), iov_len: tail.count),
                ]
                return unsafe writev(raw, vector, 2)
            }
        }
        // What is left, or everything after an error, takes the plain way, which names the error.
        let written = max(count, 0)
        if written < first.count { try write(Array(first[written...]), path: path) }
        let rest = min(max(written - first.count, 0), second.count)
        try write(second.extracting(rest..<second.count), path: path)
    }

    /// Writes all of `bytes` at `offset`.
    package func write(_ bytes: [UInt8], at offset: Int, path: String) throws(SystemError) {
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes.withUnsafeBytes {
                unsafe pwrite(
                    raw, $0.baseAddress.map { unsafe $0 + written }, $0.count - written, offset + written)
            }
            if count < 0 {
                guard errno == EINTR else { throw SystemError(call: "pwrite", path: path) }
                continue
            }
            guard count > 0 else { throw SystemError(call: "pwrite", path: path, code: EIO) }
            written += count
        }
    }

    /// Appends `bytes` in exactly one call, for files that several processes append to.
    package func appendAtOnce(_ bytes: [UInt8], path: String) throws(SystemError) {
        var count: Int
        repeat {
            count = unsafe bytes.withUnsafeBytes { unsafe Glibc.write(raw, $0.baseAddress, $0.count) }
        } while count < 0 && errno == EINTR
        guard count >= 0 else { throw SystemError(call: "write", path: path) }
        guard count == bytes.count else { throw SystemError(call: "write", path: path, code: ENOSPC) }
    }

    /// Makes data and size durable. A failure is final: the kernel forgets what it could not write, and a
    /// second call would say that all is well.
    package func synchronize(path: String) throws(SystemError) {
        guard postmaster_fsync(raw) == 0 else { throw SystemError(call: "fsync", path: path) }
    }

    /// As ``synchronize(path:)`` without times and permissions.
    package func synchronizeData(path: String) throws(SystemError) {
        guard postmaster_fdatasync(raw) == 0 else { throw SystemError(call: "fdatasync", path: path) }
    }

    package func truncate(to size: Int, path: String) throws(SystemError) {
        guard ftruncate(raw, size) == 0 else { throw SystemError(call: "ftruncate", path: path) }
    }

    /// Has the file system set `count` bytes from `offset` on aside for this file, whose size stays as it is. Where a
    /// file system cannot do that, nothing happens.
    package func reserve(_ count: Int, at offset: Int, path: String) throws(SystemError) {
        while postmaster_reserve(raw, Int64(offset), Int64(count)) != 0 {
            if errno == EINTR { continue }
            guard errno != EOPNOTSUPP, errno != ENOSYS else { return }
            throw SystemError(call: "fallocate", path: path)
        }
    }

    package func setPermissions(_ permissions: UInt32, path: String) throws(SystemError) {
        guard fchmod(raw, permissions) == 0 else { throw SystemError(call: "fchmod", path: path) }
    }

    package func setGroup(_ group: UInt32, path: String) throws(SystemError) {
        guard fchown(raw, uid_t.max, group) == 0 else { throw SystemError(call: "fchown", path: path) }
    }

    /// Gives the file to another owner and group, which takes root's rights unless it has them.
    package func setOwner(_ owner: UInt32, group: UInt32, path: String) throws(SystemError) {
        guard fchown(raw, owner, group) == 0 else { throw SystemError(call: "fchown", path: path) }
    }

    /// Sets the time of last modification, seconds since the epoch.
    package func setModified(_ seconds: Int, path: String) throws(SystemError) {
        let times = [timespec(tv_sec: 0, tv_nsec: Int(keepTime)), timespec(tv_sec: seconds, tv_nsec: 0)]
        guard unsafe futimens(raw, times) == 0 else { throw SystemError(call: "futimens", path: path) }
    }

    package func seek(to offset: Int, path: String) throws(SystemError) {
        guard lseek(raw, offset, SEEK_SET) >= 0 else { throw SystemError(call: "lseek", path: path) }
    }
}

/// `UTIME_OMIT`, which Swift does not import.
private let keepTime = (1 << 30) - 2
