import CPlatform
import Glibc

/// Standard output and standard error, which may be closed, full, or a pipe that nobody reads.
package enum StandardStream {
    /// Writes as much as goes without waiting for ever; what does not is dropped.
    package static func write(_ bytes: [UInt8], to descriptor: CInt) {
        var written = 0
        while written < bytes.count {
            let count = unsafe bytes.withUnsafeBytes {
                unsafe Glibc.write(descriptor, $0.baseAddress.map { unsafe $0 + written }, $0.count - written)
            }
            if count > 0 {
                written += count
            } else if errno != EINTR {
                return
            }
        }
    }
}
