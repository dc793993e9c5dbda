import Foundation
import Glibc

/// A connection to a port on loopback or to a local socket, read line by line, with a deadline on every wait.
final class Connection {
    private let socket: Int32
    private var received: [UInt8] = []

    init(port: UInt16) throws {
        socket = Glibc.socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7f00_0001).bigEndian
        guard connect(to: address) else { throw Obstacle("nobody listens on port \(port)") }
    }

    /// To a local socket.
    init(socket path: String) throws {
        socket = Glibc.socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { bytes in
            unsafe bytes.copyBytes(from: path.utf8.prefix(bytes.count - 1))
        }
        guard connect(to: address) else { throw Obstacle("nobody listens on \(path)") }
    }

    private func connect<Address>(to address: Address) -> Bool {
        var patience = timeval(tv_sec: 20, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        unsafe setsockopt(socket, SOL_SOCKET, SO_RCVTIMEO, &patience, size)
        unsafe setsockopt(socket, SOL_SOCKET, SO_SNDTIMEO, &patience, size)
        return unsafe withUnsafePointer(to: address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe Glibc.connect(socket, $0, socklen_t(MemoryLayout<Address>.size)) == 0
            }
        }
    }

    deinit { close(socket) }

    func write(_ bytes: Data) throws {
        var rest = Array(bytes)
        while !rest.isEmpty {
            let count = unsafe Glibc.send(socket, rest, rest.count, Int32(MSG_NOSIGNAL))
            guard count > 0 else { throw Obstacle("the server does not read") }
            rest.removeFirst(count)
        }
    }

    /// The next line, without its end.
    func line() throws -> String {
        while true {
            if let end = received.firstIndex(of: 10) {
                let line = received[..<end]
                received.removeSubrange(...end)
                return String(decoding: line.last == 13 ? line.dropLast() : line, as: UTF8.self)
            }
            try receive()
        }
    }

    func bytes(_ count: Int) throws -> Data {
        while received.count < count { try receive() }
        defer { received.removeFirst(count) }
        return Data(received.prefix(count))
    }

    private func receive() throws {
        var buffer = [UInt8](repeating: 0, count: 1 << 16)
        let count = unsafe read(socket, &buffer, buffer.count)
        guard count > 0 else { throw Obstacle("the server went away, or said nothing for 20 s") }
        received += buffer.prefix(count)
    }
}

/// A port on loopback that nobody uses at this moment.
func freePort() throws -> UInt16 {
    for _ in 0..<100 {
        // Below those that the kernel gives to connections, which would be in a server's way.
        let port = UInt16.random(in: 20000...32000)
        if (try? Connection(port: port)) == nil { return port }
    }
    throw Obstacle("no free port")
}
