import CPlatform
import Glibc

/// A stream socket that others connect to, at a local path or by TCP. No call on it waits.
package struct ListeningSocket: ~Copyable, Sendable {
    private let descriptor: OwnedFileDescriptor
    /// For messages: `unix:/PATH`, or address and port.
    package let name: String
    private let path: String?
    /// The port of TCP that it got; 0 for a local one.
    package let port: UInt16

    /// Listens at a path. What a server that is gone has left there is removed.
    ///
    /// - Parameter permissions: of the socket; who may write to it may connect.
    /// - Throws: `EADDRINUSE` where somebody listens, `EEXIST` where something else is.
    package init(path: String, permissions: UInt32) throws(SystemError) {
        var raw = unsafe postmaster_listen_unix(path, mode_t(permissions))
        if raw < 0, errno == EADDRINUSE {
            try Self.removeLeftover(path)
            raw = unsafe postmaster_listen_unix(path, mode_t(permissions))
        }
        guard raw >= 0 else { throw SystemError(call: "bind", path: path) }
        descriptor = OwnedFileDescriptor(raw: raw)
        name = "unix:\(path)"
        self.path = path
        port = 0
    }

    private static func removeLeftover(_ path: String) throws(SystemError) {
        var status = stat()
        guard unsafe lstat(path, &status) == 0 else { return }
        guard status.st_mode & S_IFMT == S_IFSOCK else {
            throw SystemError(call: "bind", path: path, code: EEXIST)
        }
        let probe = unsafe postmaster_connect_unix(CInt(SOCK_STREAM.rawValue), path)
        if probe >= 0 { _ = close(probe) }
        // A socket that nobody listens at refuses; any other answer is somebody's.
        guard probe < 0, errno == ECONNREFUSED else {
            throw SystemError(call: "bind", path: path, code: EADDRINUSE)
        }
        _ = unsafe unlink(path)
    }

    /// Listens at a port by TCP.
    ///
    /// - Parameters:
    ///   - address: of this host, IPv4 or IPv6; `EINVAL` for anything else.
    ///   - port: 0 for any that is free.
    package init(address: String, port: UInt16) throws(SystemError) {
        var bound: UInt16 = 0
        let isLong = address.utf8.contains(UInt8(ascii: ":"))
        let raw = unsafe postmaster_listen_tcp(address, port, &bound)
        guard raw >= 0 else {
            throw SystemError(call: "bind", path: (isLong ? "[\(address)]" : address) + ":\(port)")
        }
        descriptor = OwnedFileDescriptor(raw: raw)
        name = (isLong ? "[\(address)]" : address) + ":\(bound)"
        path = nil
        self.port = bound
    }

    /// For ``Readiness``.
    package var raw: CInt { descriptor.raw }

    /// The next connection, which does not wait either; nil where there is none now.
    package func accept() throws(SystemError) -> OwnedFileDescriptor? {
        while true {
            let raw = postmaster_accept(descriptor.raw)
            if raw >= 0 { return OwnedFileDescriptor(raw: raw) }
            switch errno {
            case EINTR: continue
            // Somebody was here, and has gone (accept(2)).
            case EAGAIN, ECONNABORTED, EPROTO: return nil
            default: throw SystemError(call: "accept", path: name)
            }
        }
    }

    deinit {
        if let path { _ = unsafe unlink(path) }
    }
}

/// What a look at several descriptors finds.
package enum Readiness {
    /// Waits until one of them can be read, has ended or is broken, or the time is over, or a signal came.
    ///
    /// - Returns: for each, whether it is worth reading.
    package static func wait(for descriptors: [CInt], milliseconds: Int) -> [Bool] {
        var entries = descriptors.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        let found = unsafe poll(&entries, nfds_t(entries.count), CInt(clamping: max(milliseconds, 0)))
        return entries.map { found > 0 && $0.revents != 0 }
    }
}

/// Talking over a connection that does not wait.
extension OwnedFileDescriptor {
    /// What is there, at most `most` bytes: none at the end, nil where there is nothing yet.
    package func receive(most: Int) throws(SystemError) -> [UInt8]? {
        while true {
            var code: CInt = 0
            let bytes = unsafe [UInt8](unsafeUninitializedCapacity: max(most, 1)) { buffer, count in
                let got = unsafe recv(raw, buffer.baseAddress, buffer.count, 0)
                code = got < 0 ? errno : 0
                count = max(got, 0)
            }
            switch code {
            case 0: return bytes
            case EINTR: continue
            case EAGAIN: return nil
            default: throw SystemError(call: "recv", path: "connection", code: code)
            }
        }
    }

    /// Sends all of it, or throws `ETIMEDOUT`. A peer that hangs up is never a signal.
    package func send(_ bytes: [UInt8], until deadline: Deadline) throws(SystemError) {
        var sent = 0
        while sent < bytes.count {
            let count = unsafe bytes.withUnsafeBytes {
                unsafe Glibc.send(
                    raw, $0.baseAddress.map { unsafe $0 + sent }, $0.count - sent, CInt(MSG_NOSIGNAL))
            }
            if count >= 0 {
                sent += count
                continue
            }
            guard errno == EAGAIN || errno == EINTR else {
                throw SystemError(call: "send", path: "connection")
            }
            guard !deadline.hasPassed else {
                throw SystemError(call: "send", path: "connection", code: ETIMEDOUT)
            }
            var entry = pollfd(fd: raw, events: Int16(POLLOUT), revents: 0)
            _ = unsafe poll(&entry, 1, CInt(clamping: deadline.remaining))
        }
    }
}

/// By which one thread ends another's ``Readiness/wait(for:milliseconds:)``.
package final class WakeUp: Sendable {
    private let reader: OwnedFileDescriptor
    private let writer: OwnedFileDescriptor

    package init() throws(SystemError) {
        var ends: (CInt, CInt) = (-1, -1)
        let code = unsafe withUnsafeMutablePointer(to: &ends) {
            unsafe $0.withMemoryRebound(to: CInt.self, capacity: 2) { unsafe postmaster_pipe($0) }
        }
        guard code == 0 else { throw SystemError(call: "pipe", path: "") }
        reader = OwnedFileDescriptor(raw: ends.0)
        writer = OwnedFileDescriptor(raw: ends.1)
        _ = postmaster_set_nonblocking(reader.raw)
        _ = postmaster_set_nonblocking(writer.raw)
    }

    /// To wait for.
    package var raw: CInt { reader.raw }

    /// A pipe that is full wakes as well.
    package func call() {
        var byte: UInt8 = 0
        _ = unsafe write(writer.raw, &byte, 1)
    }

    /// Forgets all calls so far.
    package func take() {
        var bytes = [UInt8](repeating: 0, count: 512)
        while unsafe read(reader.raw, &bytes, bytes.count) == bytes.count {}
    }
}
