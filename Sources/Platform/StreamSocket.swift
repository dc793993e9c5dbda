import CPlatform
import Glibc

/// A connection over a stream socket, to a local path or by TCP.
///
/// Every wait on it ends at one deadline, with `ETIMEDOUT`, and the peer may say so much and no more: then
/// `EMSGSIZE`. A peer that hangs up is never a signal.
package struct StreamSocket: ~Copyable, Sendable {
    private let descriptor: OwnedFileDescriptor
    /// The path, or the address and port, for messages.
    package let peer: String
    private let deadline: Deadline
    /// Bytes that the peer may still say.
    private var allowance: Int

    /// Connects to the local socket at `path`.
    ///
    /// - Parameters:
    ///   - deadline: for this and everything that follows on the connection.
    ///   - limit: bytes that may be received in all.
    package init(connectingTo path: String, deadline: Deadline, limit: Int = .max) throws(SystemError) {
        var raw = unsafe postmaster_connect_unix(CInt(SOCK_STREAM.rawValue), path)
        // A full backlog is told at once on a non-blocking socket; give the server its chance.
        while raw < 0, errno == EAGAIN, !deadline.hasPassed {
            pause(milliseconds: 10)
            raw = unsafe postmaster_connect_unix(CInt(SOCK_STREAM.rawValue), path)
        }
        guard raw >= 0 else { throw SystemError(call: "connect", path: path) }
        self.init(OwnedFileDescriptor(raw: raw), peer: path, deadline: deadline, limit: limit)
    }

    /// Connects to a port by TCP.
    ///
    /// - Parameters:
    ///   - address: of IPv4 or IPv6, without a zone; `EINVAL` for anything else. No name is looked up: see
    ///     ``HostLookup``.
    ///   - patience: for the connection to stand; nil for `deadline`.
    ///   - deadline: for this and everything that follows on the connection.
    ///   - limit: bytes that may be received in all.
    package init(
        connectingTo address: String, port: UInt16, patience: Deadline? = nil, deadline: Deadline,
        limit: Int = .max
    ) throws(SystemError) {
        let peer = address.utf8.contains(UInt8(ascii: ":")) ? "[\(address)]:\(port)" : "\(address):\(port)"
        var isPending: CInt = 0
        let raw = unsafe postmaster_connect_tcp(address, port, &isPending)
        guard raw >= 0 else { throw SystemError(call: "connect", path: peer) }
        let descriptor = OwnedFileDescriptor(raw: raw)
        if isPending != 0 {
            _ = try Self.wait(for: POLLOUT, on: raw, peer: peer, until: patience ?? deadline)
            let code = postmaster_socket_error(raw)
            guard code == 0 else { throw SystemError(call: "connect", path: peer, code: code) }
        }
        self.init(descriptor, peer: peer, deadline: deadline, limit: limit)
    }

    private init(_ descriptor: consuming OwnedFileDescriptor, peer: String, deadline: Deadline, limit: Int) {
        self.descriptor = descriptor
        self.peer = peer
        self.deadline = deadline
        allowance = max(limit, 0)
    }

    /// Sends all of it.
    package func send(_ bytes: Span<UInt8>) throws(SystemError) {
        var sent = 0
        while sent < bytes.count {
            if let count = try send(some: bytes, from: sent, flags: 0) {
                sent += count
            } else {
                _ = try wait(for: POLLOUT)
            }
        }
    }

    package func send(_ bytes: [UInt8]) throws(SystemError) {
        try send(bytes.span)
    }

    /// Sends as much of it as the peer wants: it ends when the peer says something, or hangs up, before it
    /// has all. What the peer said can then be received, and is to be, even behind an end that came with
    /// `ECONNRESET`.
    ///
    /// - Parameter more: whether something follows at once, so that both may travel together.
    /// - Returns: whether all of it is sent.
    package func offer(_ bytes: Span<UInt8>, more: Bool = false) throws(SystemError) -> Bool {
        var sent = 0
        return try offer(bytes, sent: &sent, more: more)
    }

    /// As ``offer(_:more:)``, and can be gone on with once what the peer said is received.
    ///
    /// - Parameter sent: bytes that the peer has.
    package func offer(
        _ bytes: Span<UInt8>, sent: inout Int, more: Bool = false
    ) throws(SystemError) -> Bool {
        while sent < bytes.count {
            do throws(SystemError) {
                if let count = try send(some: bytes, from: sent, flags: more ? CInt(MSG_MORE) : 0) {
                    sent += count
                } else if try wait(for: POLLOUT | POLLIN) & POLLIN != 0 {
                    return false
                }
            } catch {
                guard error.code == EPIPE || error.code == ECONNRESET else { throw error }
                return false
            }
        }
        return true
    }

    /// As ``offer(_:more:)``.
    package func offer(_ bytes: [UInt8], more: Bool = false) throws(SystemError) -> Bool {
        try offer(bytes.span, more: more)
    }

    /// Gives the peer, which is a local one, another descriptor of an open file, together with `bytes`: at
    /// least one, and few.
    ///
    /// - Returns: whether the peer was still there to take them.
    package func pass(_ file: borrowing OwnedFileDescriptor, with bytes: [UInt8]) throws(SystemError) -> Bool
    {
        while true {
            let count = unsafe bytes.withUnsafeBytes {
                unsafe postmaster_send_descriptor(descriptor.raw, $0.baseAddress, $0.count, file.raw)
            }
            // The descriptor goes with the first octet.
            if count > 0 { return try offer(bytes.span.extracting(min(count, bytes.count)...)) }
            switch errno {
            case EINTR: continue
            case EAGAIN: _ = try wait(for: POLLOUT)
            case EPIPE, ECONNRESET: return false
            default: throw SystemError(call: "sendmsg", path: peer)
            }
        }
    }

    /// Tells the peer that nothing more will be sent; it can still be listened to.
    package func finishSending() throws(SystemError) {
        // A peer that is gone knows it anyway.
        guard shutdown(descriptor.raw, CInt(SHUT_WR)) == 0 || errno == ENOTCONN else {
            throw SystemError(call: "shutdown", path: peer)
        }
    }

    /// Some more bytes, at most `most` (1 at least); none at the end.
    package mutating func receive(most: Int = 4096) throws(SystemError) -> [UInt8] {
        while true {
            var code: CInt = 0
            let bytes = unsafe [UInt8](unsafeUninitializedCapacity: max(most, 1)) { buffer, count in
                let got = unsafe recv(descriptor.raw, buffer.baseAddress, buffer.count, 0)
                code = got < 0 ? errno : 0
                count = max(got, 0)
            }
            if code == 0 {
                guard bytes.count <= allowance else {
                    throw SystemError(call: "recv", path: peer, code: EMSGSIZE)
                }
                allowance -= bytes.count
                return bytes
            }
            if code == EAGAIN {
                _ = try wait(for: POLLIN)
            } else if code != EINTR {
                throw SystemError(call: "recv", path: peer, code: code)
            }
        }
    }

    /// Sends what the kernel takes now; nil where that is nothing.
    private func send(some bytes: Span<UInt8>, from start: Int, flags: CInt) throws(SystemError) -> Int? {
        while true {
            let count = unsafe bytes.extracting(start..<bytes.count).withUnsafeBytes {
                unsafe Glibc.send(descriptor.raw, $0.baseAddress, $0.count, CInt(MSG_NOSIGNAL) | flags)
            }
            if count >= 0 { return count }
            if errno == EAGAIN { return nil }
            guard errno == EINTR else { throw SystemError(call: "send", path: peer) }
        }
    }

    private func wait(for events: CInt) throws(SystemError) -> CInt {
        try Self.wait(for: events, on: descriptor.raw, peer: peer, until: deadline)
    }

    /// - Returns: what happened, as poll(2) says it.
    private static func wait(
        for events: CInt, on raw: CInt, peer: String, until deadline: Deadline
    ) throws(SystemError) -> CInt {
        var entry = pollfd(fd: raw, events: Int16(events), revents: 0)
        while true {
            let left = deadline.remaining
            guard left > 0 else { throw SystemError(call: "poll", path: peer, code: ETIMEDOUT) }
            let ready = unsafe poll(&entry, 1, CInt(clamping: left))
            if ready > 0 { return CInt(entry.revents) }
            if ready < 0, errno != EINTR { throw SystemError(call: "poll", path: peer) }
        }
    }
}
