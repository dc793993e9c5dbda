/// Why the message is refused (RFC 5429).
package struct Rejection: Sendable, Equatable {
    /// In UTF-8, with CRLF between its lines.
    package let reason: String
    /// Whether the script said `ereject`, which must not become a message of its own where the protocol can refuse.
    package let isExtended: Bool

    package init(reason: String, isExtended: Bool) {
        self.reason = reason
        self.isExtended = isExtended
    }
}
