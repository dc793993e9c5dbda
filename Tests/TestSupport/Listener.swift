import Glibc
package import Platform

/// A stream socket that somebody can connect to: a local one, or a port of loopback.
package final class Listener: Sendable {
    private let descriptor: OwnedFileDescriptor
    /// 0 for a local socket.
    package let port: UInt16

    /// At a path, in the place of what is there.
    package init(at path: String, backlog: CInt = 16) throws {
        _ = unsafe unlink(path)
        descriptor = OwnedFileDescriptor(raw: socket(AF_UNIX, CInt(SOCK_STREAM.rawValue), 0))
        port = 0
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { buffer in
            unsafe buffer.copyBytes(from: path.utf8.prefix(buffer.count - 1))
        }
        guard Self.listen(descriptor.raw, at: address, backlog) else {
            throw SystemError(call: "bind", path: path, code: errno)
        }
    }

    /// At a free port of 127.0.0.1, below those that the kernel gives to connections.
    package init(backlog: CInt = 16) throws {
        descriptor = OwnedFileDescriptor(raw: socket(AF_INET, CInt(SOCK_STREAM.rawValue), 0))
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        for _ in 0..<100 {
            let port = UInt16.random(in: 20000...32000)
            address.sin_port = port.bigEndian
            if Self.listen(descriptor.raw, at: address, backlog) {
                self.port = port
                return
            }
        }
        throw SystemError(call: "bind", path: "127.0.0.1", code: errno)
    }

    /// At a free port of ::1.
    package init(onIPv6 backlog: CInt) throws {
        descriptor = OwnedFileDescriptor(raw: socket(AF_INET6, CInt(SOCK_STREAM.rawValue), 0))
        var address = sockaddr_in6()
        address.sin6_family = sa_family_t(AF_INET6)
        address.sin6_addr = in6addr_loopback
        for _ in 0..<100 {
            let port = UInt16.random(in: 20000...32000)
            address.sin6_port = port.bigEndian
            if Self.listen(descriptor.raw, at: address, backlog) {
                self.port = port
                return
            }
        }
        throw SystemError(call: "bind", path: "::1", code: errno)
    }

    private static func listen<Address>(_ raw: CInt, at address: Address, _ backlog: CInt) -> Bool {
        let length = socklen_t(MemoryLayout<Address>.size)
        return unsafe withUnsafePointer(to: address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(raw, $0, length) == 0
            }
        } && Glibc.listen(raw, backlog) == 0
    }

    /// A port of loopback that nobody listens on at this moment.
    package static func freePort() throws -> UInt16 { try Listener().port }

    /// Waits for somebody. Who hangs up on the server does not end the tests.
    package func accept() -> OwnedFileDescriptor {
        signal(SIGPIPE, SIG_IGN)
        return OwnedFileDescriptor(raw: Glibc.accept(descriptor.raw, nil, nil))
    }

    /// Nobody is waited for any more, nor is anybody who waits now.
    package func close() { shutdown(descriptor.raw, CInt(SHUT_RDWR)) }
}
