import Glibc
import Platform

/// Descriptors of this process that one test has opened, whatever its neighbours open and close meanwhile.
package enum OpenDescriptors {
    /// Ends of connections to local sockets beneath a directory, on the side that connected.
    package static func connections(beneath directory: String) -> Int {
        numbers().count { number in
            var address = sockaddr_un()
            var length = socklen_t(MemoryLayout<sockaddr_un>.size)
            let isConnected = unsafe withUnsafeMutablePointer(to: &address) { pointer in
                unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    unsafe getpeername(number, $0, &length) == 0
                }
            }
            guard isConnected, address.sun_family == sa_family_t(AF_UNIX) else { return false }
            let path = unsafe withUnsafeBytes(of: &address.sun_path) { unsafe $0.prefix { $0 != 0 } + [] }
            return path.starts(with: (directory + "/").utf8)
        }
    }

    /// What event loops wait with; libdispatch has one, too, once it needs it.
    package static func eventQueues() -> Int {
        numbers().count { number in
            var target = [CChar](repeating: 0, count: 64)
            let count = unsafe readlink("/proc/self/fd/\(number)", &target, target.count)
            let text = target.prefix(max(count, 0)).map { UInt8(bitPattern: $0) }
            return text.elementsEqual("anon_inode:[eventpoll]".utf8)
        }
    }

    private static func numbers() -> [CInt] {
        let names = (try? Directory(opening: "/proc/self/fd").names()) ?? []
        return names.compactMap { CInt($0) }
    }
}
