package import MailMessage
package import Sieve

/// Who sent the message and for whom this delivery is (RFC 5321 §2.3.1), each with the place it was found.
///
/// Nothing in it is trusted: the values come from options and the environment, and are checked once, here.
package struct Envelope: Equatable, Sendable {
    /// Where a value was found.
    package enum Source: String, Sendable {
        case option, environment, header, fromLine = "from-line", user, none
    }

    /// The reverse path; nil is the null reverse path `<>`.
    package var sender: MailAddress?
    package var senderSource: Source
    /// The address this delivery is for.
    package var recipient: MailAddress
    package var recipientSource: Source
    /// The address the sender used, before aliases.
    package var originalRecipient: MailAddress?
    package var originalRecipientSource: Source
    /// The MTA's name for the message; printable, at most 100 characters.
    package var queueIdentifier: String?
    /// ENVID of the DSN extension (RFC 3461 §4.4), as given.
    package var envelopeIdentifier: String?
    /// NOTIFY and RET of the DSN extension (RFC 3461 §4.1, §4.3), in capital letters; nil where they are not known.
    package var notify: String?
    package var returns: String?
    /// BY of the DELIVERBY extension (RFC 2852), counted from now; nil where it is not known.
    package var deliverBy: DeliverBy?
    package var clientAddress: String?
    package var clientHELO: String?
    package var clientName: String?
    package var authenticatedUser: String?

    package init(sender: MailAddress?, senderSource: Source, recipient: MailAddress, recipientSource: Source)
    {
        self.sender = sender
        self.senderSource = senderSource
        self.recipient = recipient
        self.recipientSource = recipientSource
        originalRecipientSource = .none
    }

    /// The reverse path as text, without brackets; empty for the null reverse path.
    package var senderText: String { sender?.text ?? "" }
}
