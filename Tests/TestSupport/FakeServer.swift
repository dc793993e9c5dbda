import Glibc
package import Platform

/// A server that does with each connection, one after the other, what a test says.
package final class FakeServer: Sendable {
    private let listener: Listener
    private let thread: Thread<Int>
    /// Of 127.0.0.1; 0 where there is a path.
    package var port: UInt16 { listener.port }

    /// - Parameter serve: is given the far end of a connection, which is closed behind it, and its number
    ///   from 0 on.
    package convenience init(_ serve: @escaping @Sendable (inout FarEnd, Int) -> Void) throws {
        self.init(try Listener(), serve)
    }

    package convenience init(
        at path: String, _ serve: @escaping @Sendable (inout FarEnd, Int) -> Void
    ) throws {
        self.init(try Listener(at: path), serve)
    }

    package init(_ listener: Listener, _ serve: @escaping @Sendable (inout FarEnd, Int) -> Void) {
        self.listener = listener
        thread = Thread {
            var number = 0
            while true {
                let connection = listener.accept()
                guard connection.raw >= 0 else { return number }
                var end = FarEnd(connection)
                serve(&end, number)
                number += 1
            }
        }
    }

    /// Ends it, once, and gives the number of connections that it has had.
    @discardableResult
    package func end() -> Int {
        listener.close()
        return thread.join() ?? 0
    }
}

/// A server's end of a connection. Whatever is waited for ends after ``patience``.
package struct FarEnd: ~Copyable {
    private let descriptor: OwnedFileDescriptor
    private var received: [UInt8] = []

    /// Milliseconds. A client that took this long has not kept a deadline of its own.
    package static var patience: Int { 60_000 }

    package init(_ descriptor: consuming OwnedFileDescriptor) {
        var patience = timeval(tv_sec: Self.patience / 1000, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        _ = unsafe setsockopt(descriptor.raw, SOL_SOCKET, SO_RCVTIMEO, &patience, size)
        _ = unsafe setsockopt(descriptor.raw, SOL_SOCKET, SO_SNDTIMEO, &patience, size)
        self.descriptor = descriptor
    }

    /// So many octets, or all that come before the end.
    package mutating func read(_ count: Int) -> [UInt8] {
        while received.count < count, receive() {}
        defer { received.removeFirst(min(count, received.count)) }
        return Array(received.prefix(count))
    }

    /// Up to an octet, and with it; or all that come before the end.
    package mutating func read(through octet: UInt8) -> [UInt8] {
        while true {
            if let end = received.firstIndex(of: octet) { return read(end + 1) }
            guard receive() else { return read(received.count) }
        }
    }

    /// All that comes.
    @discardableResult
    package mutating func readAll() -> [UInt8] {
        while receive() {}
        return read(received.count)
    }

    private mutating func receive() -> Bool {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let count = unsafe recv(descriptor.raw, &buffer, buffer.count, 0)
        guard count > 0 else { return false }
        received += buffer[..<count]
        return true
    }

    /// - Returns: whether all of it is sent.
    @discardableResult
    package func write(_ bytes: [UInt8]) -> Bool {
        var start = 0
        while start < bytes.count {
            let count = unsafe bytes.withUnsafeBytes {
                unsafe send(
                    descriptor.raw, $0.baseAddress.map { unsafe $0 + start }, $0.count - start,
                    CInt(MSG_NOSIGNAL))
            }
            guard count > 0 else { return false }
            start += count
        }
        return true
    }

    @discardableResult
    package func write(_ text: String) -> Bool { write(Array(text.utf8)) }

    /// Byte by byte, with a pause behind each.
    package func write(_ text: String, pausing milliseconds: Int) {
        for octet in text.utf8 {
            guard write([octet]) else { return }
            pause(milliseconds: milliseconds)
        }
    }

    /// Waits until the client of a local socket is gone; one that only says no more is not.
    package func waitForHangUp() {
        var entry = pollfd(fd: descriptor.raw, events: 0, revents: 0)
        _ = unsafe poll(&entry, 1, CInt(Self.patience))
    }

    /// Nothing more will be said, but still be read.
    package func finishWriting() { shutdown(descriptor.raw, CInt(SHUT_WR)) }

    /// The end of the connection, when it comes, is a reset.
    package func willReset() {
        var linger = linger(l_onoff: 1, l_linger: 0)
        _ = unsafe setsockopt(
            descriptor.raw, SOL_SOCKET, SO_LINGER, &linger, socklen_t(MemoryLayout<linger>.size))
    }

    /// What comes next, and all that is in the open file that is passed with it; nil for none.
    package mutating func readWithFile() -> (bytes: [UInt8], file: [UInt8]?) {
        var buffer = [UInt8](repeating: 0, count: 256)
        // A cmsghdr with one descriptor: its length, level and type, and then the number.
        var control = [Int](repeating: 0, count: 3)
        let count = unsafe buffer.withUnsafeMutableBytes { bytes in
            unsafe control.withUnsafeMutableBytes { room in
                var vector = unsafe iovec(iov_base: bytes.baseAddress, iov_len: bytes.count)
                return unsafe withUnsafeMutablePointer(to: &vector) { vector in
                    var message = unsafe msghdr()
                    unsafe message.msg_iov = vector
                    unsafe message.msg_iovlen = 1
                    unsafe message.msg_control = room.baseAddress
                    unsafe message.msg_controllen = room.count
                    return unsafe recvmsg(descriptor.raw, &message, CInt(MSG_CMSG_CLOEXEC))
                }
            }
        }
        let bytes = Array(buffer.prefix(max(count, 0)))
        guard control[0] == 20 else { return (bytes, nil) }
        let file = OwnedFileDescriptor(raw: CInt(truncatingIfNeeded: control[2]))
        return (bytes, try? file.read(at: 0, count: 1 << 20, path: "passed"))
    }
}
