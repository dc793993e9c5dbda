/// Who we are to a peer, and how we show it.
///
/// Never shown: its description has no password.
package struct PasswordCredential: Sendable, Equatable, CustomStringConvertible {
    package let user: String
    package let password: String

    package init(user: String, password: String) {
        self.user = user
        self.password = password
    }

    package var description: String { "credential of \(user)" }
}

extension PasswordCredential: CustomDebugStringConvertible, CustomReflectable {
    package var debugDescription: String { description }
    package var customMirror: Mirror { Mirror(self, children: ["user": user]) }
}
