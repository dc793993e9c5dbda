import Platform

/// A source of users that could not be asked, or whose answer cannot be used: mail waits until it can.
package struct UserLookupError: Error, Equatable, Sendable, CustomStringConvertible {
    /// `nss`, or the path of a file or a socket.
    package let source: String
    /// In one line, without anything that could end it.
    package let reason: String

    init(source: String, reason: String) {
        self.source = source
        self.reason = reason
    }

    init(source: String, _ error: SystemError) {
        self.init(source: source, reason: "\(error.call): \(error.reason)")
    }

    /// `users of /etc/postmaster/users: line 3: uid 0 is not a mail user's`
    package var description: String { "users of \(source): \(reason)" }
}
