import Glibc
import Platform

/// Copies of all descriptors of this process that lead to a file, as a program that is just being started has them
/// until it runs.
package final class DescriptorCopies {
    private var copies: [CInt] = []

    package init(of path: String) throws {
        let descriptors = try Directory(opening: "/proc/self/fd").names().compactMap { CInt($0) }
        // First all that lead there, so that no copy is copied.
        for descriptor in descriptors.filter({ Self.target(of: $0) == path }) {
            let copy = fcntl(descriptor, F_DUPFD_CLOEXEC, 3)
            if copy >= 0 { copies.append(copy) }
        }
    }

    deinit { for copy in copies { _ = close(copy) } }

    package var count: Int { copies.count }

    private static func target(of descriptor: CInt) -> String? {
        var buffer = [CChar](repeating: 0, count: Int(PATH_MAX))
        let count = unsafe readlink("/proc/self/fd/\(descriptor)", &buffer, buffer.count)
        guard count > 0 else { return nil }
        return String(decoding: buffer[..<count].map { UInt8(bitPattern: $0) }, as: UTF8.self)
    }
}
