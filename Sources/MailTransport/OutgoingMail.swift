package import Platform

/// A message on its way out: what one transaction of SMTP or LMTP, or one start of sendmail, carries.
package struct OutgoingMail: Sendable {
    /// Somebody who is to get it.
    package struct Recipient: Sendable, Equatable {
        /// `local@domain`, without angle brackets.
        package var address: String
        /// NOTIFY (RFC 3461 §4.1); nil where nothing was asked for.
        package var notify: String?
        /// ORCPT (RFC 3461 §4.2): the address that the sender wrote, not yet in xtext.
        package var original: String?

        package init(_ address: String, notify: String? = nil, original: String? = nil) {
            self.address = address
            self.notify = notify
            self.original = original
        }
    }

    /// The reverse path without angle brackets; empty for the null one.
    package var sender: String
    /// At least one.
    package var recipients: [Recipient]
    /// RET (RFC 3461 §4.3): `FULL` or `HDRS`; nil where nothing was asked for.
    package var returning: String?
    /// ENVID (RFC 3461 §4.4), not yet in xtext.
    package var envelopeID: String?
    /// BY (RFC 2852 §4).
    package var deliverBy: String?
    /// The beginning of the message, and the rest of it, in whatever line ends it came.
    package var head: [UInt8]
    package var body: SharedBytes

    package init(sender: String, recipients: [Recipient], head: [UInt8], body: SharedBytes) {
        self.sender = sender
        self.recipients = recipients
        self.head = head
        self.body = body
    }

    /// Bytes, before line ends are made those of SMTP.
    package var count: Int { head.count + body.count }
}
