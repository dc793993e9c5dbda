/// Where `redirect` sends the message, and what it asks of the way there.
package struct Redirection: Sendable, Equatable {
    /// `local@domain`.
    package var address: String
    /// `:notify`, as NOTIFY of SMTP has it: `NEVER`, or of `SUCCESS`, `FAILURE`, `DELAY` (RFC 6009 §5).
    package var notify: String?
    /// `:ret`: `FULL` or `HDRS` (RFC 6009 §5).
    package var returns: String?
    /// `:bytimerelative` or `:bytimeabsolute`, with `:bymode` and `:bytrace` (RFC 6009 §6).
    package var deliverBy: DeliverBy?

    package init(
        address: String, notify: String? = nil, returns: String? = nil, deliverBy: DeliverBy? = nil
    ) {
        self.address = address
        self.notify = notify
        self.returns = returns
        self.deliverBy = deliverBy
    }
}

/// The BY parameter of SMTP (RFC 2852 §4).
package struct DeliverBy: Sendable, Equatable {
    /// Seconds from the time of the delivery; may be negative in mode `N`.
    package let seconds: Int
    /// What happens when the time is over: `true` to return the message, `false` to notify only.
    package let returnsMessage: Bool
    package let traces: Bool

    package init(seconds: Int, returnsMessage: Bool, traces: Bool) {
        self.seconds = seconds
        self.returnsMessage = returnsMessage
        self.traces = traces
    }
}
