package import MailMessage

/// What is known when a message is made because of another one: all that decisions and compositions depend on.
package struct ResponseContext: Sendable {
    /// The message that came in, as it came in: nothing that a script does to it shows in what is sent because of it.
    package let message: Message
    package let envelope: SieveEnvelope
    package let owner: ScriptOwner
    package let stamp: ResponseStamp
    /// How lines of what is composed end.
    package let lineEnds: LineEndStyle

    package init(
        message: Message, envelope: SieveEnvelope, owner: ScriptOwner, stamp: ResponseStamp,
        lineEnds: LineEndStyle = .lf
    ) {
        self.message = message
        self.envelope = envelope
        self.owner = owner
        self.stamp = stamp
        self.lineEnds = lineEnds
    }

    /// Nil for the null reverse path, and for what is no address.
    var sender: MailAddress? { MailAddress(path: envelope.sender) }
    /// The recipient of this delivery; it may lack a domain.
    var recipient: MailAddress? { MailAddress(path: envelope.recipient, allowingBareLocalPart: true) }
    /// The recipient before aliases.
    var originalRecipient: MailAddress? {
        envelope.originalRecipient.flatMap { MailAddress(path: $0, allowingBareLocalPart: true) }
    }

    var hasNullSender: Bool { envelope.sender.isEmpty || envelope.sender == "<>" }

    /// The message begun: what is the same in all that is made here.
    func composition() -> MessageComposition {
        var composition = MessageComposition()
        composition.addStructured("X-Sieve", "Postmaster")
        composition.addMessageID(stamp.messageID)
        composition.addDate(stamp.date)
        return composition
    }

    func finished(_ composition: MessageComposition, _ entity: ComposedEntity) -> [UInt8] {
        composition.composed(entity, boundarySeed: stamp.boundarySeed, lineEnds: lineEnds)
    }

    /// The original's subject, decoded; nil where it has none.
    var subject: String? {
        message.firstField(named: "Subject").map { message.decodedBody($0).text }
    }
}

/// Whose scripts run.
package struct ScriptOwner: Sendable, Equatable {
    /// The user's main address, where it is configured (`sieve_user_email`).
    package let address: MailAddress?
    /// Further addresses that are known to be the user's.
    package let aliases: [MailAddress]
    /// Who is responsible for mail at this site.
    package let postmaster: MailAddress

    package init(address: MailAddress?, aliases: [MailAddress] = [], postmaster: MailAddress) {
        self.address = address
        self.aliases = aliases
        self.postmaster = postmaster
    }
}

/// What makes a new message one of its kind. Clock and chance belong to the caller.
package struct ResponseStamp: Sendable {
    package let date: MailDate
    /// Never used for another message; with its angle brackets or without.
    package let messageID: String
    /// Any number; another one makes other MIME boundaries.
    package let boundarySeed: UInt64

    package init(date: MailDate, messageID: String, boundarySeed: UInt64 = 0) {
        self.date = date
        self.messageID = messageID
        self.boundarySeed = boundarySeed
    }
}

/// A message to be sent, with its envelope.
package struct OutgoingMessage: Sendable, Equatable {
    /// The reverse path; empty for the null one.
    package let sender: String
    /// `local@domain`, each once; never empty.
    package let recipients: [String]
    package let bytes: [UInt8]
    /// Whether nobody wants to hear what becomes of it: NOTIFY=NEVER, where the transport has that (RFC 3461 §4.1).
    package let wantsNoReports: Bool

    package init(sender: String, recipients: [String], bytes: [UInt8], wantsNoReports: Bool = false) {
        self.sender = sender
        self.recipients = recipients
        self.bytes = bytes
        self.wantsNoReports = wantsNoReports
    }
}
