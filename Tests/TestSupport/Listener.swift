import Glibc
package import Platform

/// A stream socket that somebody can connect to: a local one, or a port of loopback. It ends with the object.
package final class Listener: Sendable {
    private let descriptor: OwnedFileDescriptor
    /// 0 for a local socket.
    package let port: UInt16

    /// At a path, in the place of what is there.
    package init(at path: String, backlog: CInt = 16) throws {
        _ = unsafe unlink(path)
        descriptor = Self.newSocket(AF_UNIX)
        port = 0
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { buffer in
            unsafe buffer.copyBytes(from: path.utf8.prefix(buffer.count - 1))
        }
        guard Self.bind(descriptor.raw, to: address), Glibc.listen(descriptor.raw, backlog) == 0 else {
            throw SystemError(call: "bind", path: path, code: errno)
        }
    }

    /// At a free port of 127.0.0.1, below those that the kernel gives to connections.
    package init(backlog: CInt = 16) throws {
        descriptor = Self.newSocket(AF_INET)
        port = try Self.bindToPort(descriptor.raw)
        guard Glibc.listen(descriptor.raw, backlog) == 0 else {
            throw SystemError(call: "listen", path: "127.0.0.1:\(port)", code: errno)
        }
    }

    /// At a free port of ::1.
    package init(onIPv6 backlog: CInt) throws {
        descriptor = Self.newSocket(AF_INET6)
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_addr = in6addr_loopback
        for _ in 0..<100 {
            let port = UInt16.random(in: 20000...32000)
            address.sin6_port = port.bigEndian
            if Self.bind(descriptor.raw, to: address), Glibc.listen(descriptor.raw, backlog) == 0 {
                self.port = port
                return
            }
        }
        throw SystemError(call: "bind", path: "::1", code: errno)
    }

    /// A program that a neighbour is just starting has a copy of the descriptor: closing alone would leave the socket
    /// open until it runs.
    deinit { close() }

    private static func newSocket(_ family: CInt) -> OwnedFileDescriptor {
        let kind = CInt(SOCK_STREAM.rawValue) | CInt(SOCK_CLOEXEC.rawValue)
        return OwnedFileDescriptor(raw: socket(family, kind, 0))
    }

    private static func bind<Address>(_ raw: CInt, to address: Address) -> Bool {
        let length = socklen_t(MemoryLayout<Address>.size)
        return unsafe withUnsafePointer(to: address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe Glibc.bind(raw, $0, length) == 0
            }
        }
    }

    /// Binds a socket to a free port of 127.0.0.1, below those that the kernel gives to connections.
    private static func bindToPort(_ raw: CInt) throws -> UInt16 {
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        for _ in 0..<100 {
            let port = UInt16.random(in: 20000...32000)
            address.sin_port = port.bigEndian
            if bind(raw, to: address) { return port }
        }
        throw SystemError(call: "bind", path: "127.0.0.1", code: errno)
    }

    /// Waits for somebody. Who hangs up on the server does not end the tests.
    package func accept() -> OwnedFileDescriptor {
        signal(SIGPIPE, SIG_IGN)
        return OwnedFileDescriptor(raw: forUsAlone(Glibc.accept(descriptor.raw, nil, nil)))
    }

    /// Nobody is waited for any more, nor is anybody who waits now.
    package func close() { shutdown(descriptor.raw, CInt(SHUT_RDWR)) }

    /// A port of 127.0.0.1 that no other test gets, as long as the object lives. Nobody listens at it, until a program
    /// does that binds with `SO_REUSEADDR`, as daemons do.
    package final class Place: Sendable {
        private let descriptor: OwnedFileDescriptor
        package let port: UInt16

        package init() throws {
            descriptor = Listener.newSocket(AF_INET)
            port = try Listener.bindToPort(descriptor.raw)
            // Only now: two places that share from the beginning could be one.
            var isOn: CInt = 1
            let size = socklen_t(MemoryLayout<CInt>.size)
            guard unsafe setsockopt(descriptor.raw, SOL_SOCKET, SO_REUSEADDR, &isOn, size) == 0 else {
                throw SystemError(call: "setsockopt", path: "127.0.0.1:\(port)", code: errno)
            }
        }
    }
}
