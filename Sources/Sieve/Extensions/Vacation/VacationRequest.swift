/// What `vacation` would answer, before anybody has looked at whether it may (RFC 5230 §4).
package struct VacationRequest: Sendable, Equatable {
    /// The text, or the MIME entity if ``isMIME``.
    package var reason: [UInt8]
    /// `:mime`: the reason has header fields of its own (RFC 5230 §4.4).
    package var isMIME: Bool
    /// `:subject`; nil for "Auto: " and the original's.
    package var subject: [UInt8]?
    /// `:from`, as the script has it; nil for the recipient of the delivery.
    package var from: String?
    /// `:addresses`: further addresses of the user.
    package var addresses: [String]
    /// For how long the same sender gets no second answer, in seconds; 0 for always an answer (RFC 6131).
    package var seconds: Int
    /// What makes answers the same: `:handle`, or all of the arguments, each with its length (RFC 5230 §4.2).
    package var handle: [UInt8]
    /// `:fcc`: where a copy of the answer goes (RFC 8580).
    package var copy: MailboxTarget?

    package init(
        reason: [UInt8], isMIME: Bool = false, subject: [UInt8]? = nil, from: String? = nil,
        addresses: [String] = [], seconds: Int, handle: [UInt8], copy: MailboxTarget? = nil
    ) {
        self.reason = reason
        self.isMIME = isMIME
        self.subject = subject
        self.from = from
        self.addresses = addresses
        self.seconds = seconds
        self.handle = handle
        self.copy = copy
    }
}
