/// Whom to tell of the message, and what (RFC 5435 §3).
package struct Notification: Sendable, Equatable {
    /// The URI of the method, such as `mailto:ann@example.org`.
    package var method: String
    /// `:message`.
    package var message: [UInt8]?
    /// `:from`, as the script has it.
    package var from: String?
    /// `:importance`: 1 is high, 2 normal, 3 low.
    package var importance: Int
    /// `:options`, each `name=value`.
    package var options: [String]
    /// `:id`, by which `denotify` takes the notification back (draft-ietf-sieve-notify-00).
    package var identifier: [UInt8]?
    /// Whether it is one of draft-ietf-sieve-notify-00, whose message is the text of the notice and not its subject.
    package var isDraft = false
    /// `:fcc`: where a copy of the notice goes (RFC 8580).
    package var copy: MailboxTarget?

    package init(
        method: String, message: [UInt8]? = nil, from: String? = nil, importance: Int = 2,
        options: [String] = [], copy: MailboxTarget? = nil
    ) {
        self.method = method
        self.message = message
        self.from = from
        self.importance = importance
        self.options = options
        self.copy = copy
    }
}
