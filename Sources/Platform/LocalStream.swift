import CPlatform
import Glibc

/// A connection to a Unix stream socket on which every wait has a deadline.
package struct LocalStream: ~Copyable, Sendable {
    private let descriptor: OwnedFileDescriptor
    private let path: String
    private let deadline: Deadline

    /// Connects to the socket at `path`.
    ///
    /// - Parameter deadline: for this and everything that follows on the connection; then `ETIMEDOUT`.
    package init(connectingTo path: String, deadline: Deadline) throws(SystemError) {
        var raw = unsafe postmaster_connect_unix(CInt(SOCK_STREAM.rawValue), path)
        // A full backlog is told at once on a non-blocking socket; give the server its chance.
        while raw < 0, errno == EAGAIN, !deadline.hasPassed {
            pause(milliseconds: 10)
            raw = unsafe postmaster_connect_unix(CInt(SOCK_STREAM.rawValue), path)
        }
        guard raw >= 0 else { throw SystemError(call: "connect", path: path) }
        descriptor = OwnedFileDescriptor(raw: raw)
        self.path = path
        self.deadline = deadline
    }

    package func send(_ bytes: [UInt8]) throws(SystemError) {
        var sent = 0
        while sent < bytes.count {
            let count = unsafe bytes.withUnsafeBytes {
                unsafe Glibc.send(
                    descriptor.raw, $0.baseAddress.map { unsafe $0 + sent }, $0.count - sent,
                    CInt(MSG_NOSIGNAL))
            }
            if count >= 0 {
                sent += count
            } else if errno == EAGAIN {
                try wait(for: POLLOUT)
            } else if errno != EINTR {
                throw SystemError(call: "send", path: path)
            }
        }
    }

    /// Some more bytes, at most 4,096; none at the end.
    package func receive() throws(SystemError) -> [UInt8] {
        var bytes = [UInt8](repeating: 0, count: 4096)
        while true {
            let count = unsafe bytes.withUnsafeMutableBytes {
                unsafe recv(descriptor.raw, $0.baseAddress, $0.count, 0)
            }
            if count >= 0 {
                bytes.removeSubrange(count...)
                return bytes
            }
            if errno == EAGAIN {
                try wait(for: POLLIN)
            } else if errno != EINTR {
                throw SystemError(call: "recv", path: path)
            }
        }
    }

    private func wait(for events: CInt) throws(SystemError) {
        var entry = pollfd(fd: descriptor.raw, events: Int16(events), revents: 0)
        while true {
            let left = deadline.remaining
            guard left > 0 else { throw SystemError(call: "poll", path: path, code: ETIMEDOUT) }
            let ready = unsafe poll(&entry, 1, CInt(clamping: left))
            if ready > 0 { return }
            if ready < 0, errno != EINTR { throw SystemError(call: "poll", path: path) }
        }
    }
}
