/// A report of the message to somebody who collects them (RFC 5965).
package struct AbuseReport: Sendable, Equatable {
    /// Such as `abuse`, `fraud`, `not-spam` (RFC 5965 §3.1).
    package let feedbackType: String
    /// What a person reads.
    package let message: [UInt8]
    /// `local@domain`.
    package let address: String
    /// `:headers_only`.
    package let hasHeaderOnly: Bool

    package init(feedbackType: String, message: [UInt8], address: String, hasHeaderOnly: Bool) {
        self.feedbackType = feedbackType
        self.message = message
        self.address = address
        self.hasHeaderOnly = hasHeaderOnly
    }
}
