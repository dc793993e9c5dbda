import CPlatform
import Glibc

/// Standard output and standard error, which may be closed, full, or a pipe that nobody reads.
package enum StandardStream {
    /// Whether somebody sends something on standard input; a terminal does not count.
    ///
    /// - Parameter milliseconds: how long the sender is waited for. The byte that tells is consumed.
    package static func hasInput(within milliseconds: Int) -> Bool {
        guard isatty(0) == 0 else { return false }
        var entry = pollfd(fd: 0, events: Int16(POLLIN), revents: 0)
        guard unsafe poll(&entry, 1, CInt(clamping: milliseconds)) > 0 else { return false }
        var byte: UInt8 = 0
        return unsafe read(0, &byte, 1) == 1
    }

    /// Writes as much as goes without waiting for ever; what does not is dropped.
    ///
    /// - Returns: whether all of it went.
    @discardableResult
    package static func write(_ bytes: [UInt8], to descriptor: CInt) -> Bool {
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes.withUnsafeBytes {
                unsafe Glibc.write(descriptor, $0.baseAddress.map { unsafe $0 + written }, $0.count - written)
            }
            if count > 0 {
                written += count
            } else if errno != EINTR {
                return false
            }
        }
        return true
    }
}
