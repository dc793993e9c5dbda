/// A mechanism of SASL that we know.
enum AuthenticationMechanism: String, Sendable, CaseIterable {
    /// RFC 7677: the server never sees the password, and shows that it knows it.
    case scramSHA256 = "SCRAM-SHA-256"
    /// RFC 4616
    case plain = "PLAIN"
    /// Not in any RFC; some servers have nothing else.
    case login = "LOGIN"

    /// Whether whoever listens learns the password.
    var showsPassword: Bool { self != .scramSHA256 }
}
