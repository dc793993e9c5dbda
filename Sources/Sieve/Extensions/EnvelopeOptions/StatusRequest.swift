/// What the sender of a message wants to be told of its delivery (RFC 3461 §4).
package struct StatusRequest: Sendable, Equatable {
    /// NOTIFY: `NEVER`, or some of `SUCCESS`, `FAILURE`, `DELAY`; empty where there is none.
    package var notify: [String]
    /// RET: `FULL` or `HDRS`.
    package var returns: String?
    /// ENVID without its encoding.
    package var identifier: String?
    /// ORCPT without its encoding, such as `rfc822;ann@example.org`.
    package var originalRecipient: String?

    package init(
        notify: [String] = [], returns: String? = nil, identifier: String? = nil,
        originalRecipient: String? = nil
    ) {
        self.notify = notify
        self.returns = returns
        self.identifier = identifier
        self.originalRecipient = originalRecipient
    }
}
