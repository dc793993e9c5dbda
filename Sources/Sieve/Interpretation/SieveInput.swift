package import MailMessage

/// What scripts are run on: one message on its way to one recipient.
package struct SieveInput: Sendable {
    package let message: Message
    /// Octets of the message with CRLF at its line ends, as RFC 5228 §5.9 counts.
    package let size: Int
    package let envelope: SieveEnvelope
    /// The characters of which the first ends the user in a local part, such as `+` (RFC 5233); empty for none.
    package let subaddressDelimiters: String

    package init(message: Message, size: Int, envelope: SieveEnvelope, subaddressDelimiters: String = "+") {
        self.message = message
        self.size = size
        self.envelope = envelope
        self.subaddressDelimiters = subaddressDelimiters
    }
}

/// The SMTP envelope of a message.
package struct SieveEnvelope: Sendable {
    /// The reverse path; empty for the null one.
    package let sender: String
    /// The recipient of this delivery.
    package let recipient: String
    /// The recipient before aliases, where that is known.
    package let originalRecipient: String?
    /// Who the sender was authenticated as, where that is known.
    package let authenticatedUser: String?
    /// What the sender wants to be told; nil where the MTA does not say (RFC 3461 §4).
    package var statusRequest: StatusRequest?
    /// When the message has to be delivered, counted from now; nil where nothing is known of that (RFC 2852 §4).
    package var deliverBy: DeliverBy?

    package init(
        sender: String, recipient: String, originalRecipient: String? = nil, authenticatedUser: String? = nil
    ) {
        self.sender = sender
        self.recipient = recipient
        self.originalRecipient = originalRecipient
        self.authenticatedUser = authenticatedUser
    }
}
