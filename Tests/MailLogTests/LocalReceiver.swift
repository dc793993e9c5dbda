import Glibc

/// A system logger of a test: a Unix datagram socket in a directory of its own.
final class LocalReceiver {
    let path: String
    private let descriptor: CInt

    /// - Parameter buffer: bytes that wait to be received; 0 for the system's default.
    init?(at path: String, buffer: Int = 0) {
        descriptor = socket(AF_UNIX, CInt(SOCK_DGRAM.rawValue), 0)
        self.path = path
        _ = unsafe unlink(path)
        if buffer > 0 {
            var size = CInt(buffer)
            unsafe setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &size, socklen_t(MemoryLayout<CInt>.size))
        }
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        guard bytes.count < 108 else { return nil }
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { unsafe $0.copyBytes(from: bytes) }
        let bound = unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
        guard bound == 0 else { return nil }
    }

    deinit { close(descriptor) }

    /// The next datagram, if there is one.
    func receive() -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        let count = unsafe recv(descriptor, &bytes, bytes.count, CInt(MSG_DONTWAIT))
        return count >= 0 ? Array(bytes.prefix(count)) : nil
    }
}
