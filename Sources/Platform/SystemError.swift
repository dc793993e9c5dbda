import CPlatform
import Glibc

/// A system call that failed: which, on what, and why.
package struct SystemError: Error, Equatable, Sendable {
    /// The call's name, as in its manual page.
    package let call: String
    /// What it was called on: a path, an address, a user; empty where there is none.
    package let path: String
    /// `errno` as the call left it.
    package let code: CInt

    package init(call: String, path: String, code: CInt) {
        self.call = call
        self.path = path
        self.code = code
    }

    /// The failure that `errno` tells of now.
    init(call: String, path: String) {
        self.init(call: call, path: path, code: errno)
    }
}

extension SystemError: CustomStringConvertible {
    /// `rename new/x: No space left on device`
    package var description: String {
        path.isEmpty ? "\(call): \(reason)" : "\(call) \(path): \(reason)"
    }

    /// The words that the C library has for ``code``.
    package var reason: String {
        unsafe String(cString: postmaster_strerror(code))
    }
}
