import CPlatform
import Glibc

/// A connection to a Unix datagram socket that is never waited for.
package struct DatagramSocket: ~Copyable, Sendable {
    private let descriptor: OwnedFileDescriptor
    private let path: String

    /// Connects to the socket at `path`.
    package init(connectingTo path: String) throws(SystemError) {
        let raw = unsafe postmaster_connect_unix(CInt(SOCK_DGRAM.rawValue), path)
        guard raw >= 0 else { throw SystemError(call: "connect", path: path) }
        descriptor = OwnedFileDescriptor(raw: raw)
        self.path = path
    }

    /// Sends one datagram, or says why it could not be sent now: `EAGAIN` and `ENOBUFS` where the reader is
    /// behind, `EMSGSIZE` where it takes nothing as long, `ECONNREFUSED` and `ENOTCONN` where it is gone.
    package func send(_ datagram: [UInt8]) throws(SystemError) {
        let flags = CInt(MSG_NOSIGNAL) | CInt(MSG_DONTWAIT)
        while true {
            let count = unsafe datagram.withUnsafeBytes {
                unsafe Glibc.send(descriptor.raw, $0.baseAddress, $0.count, flags)
            }
            if count >= 0 { return }
            guard errno == EINTR else { throw SystemError(call: "send", path: path) }
        }
    }
}
