import MailMessage
import Maildir
import Platform
import Spool

/// How a delivery that is not finished is written into the spool, and read back.
///
/// The spool keeps names with values; this is what they mean. Names are part of the format
/// (postmaster-spool(5)): they are added to, never changed.
enum SpooledWork {
    /// Something left to do.
    enum Task: Equatable {
        /// Everything: the rules have not run yet.
        case deliver
        case perform(PlannedAction)
    }

    static func envelope(
        _ envelope: Envelope, destination: Destination, mailbox: String?, tasks: [Task], reason: String,
        created: WallTime
    ) -> SpoolEnvelope {
        var fields = SpoolFields()
        fields.append("sender", envelope.senderText)
        fields.append("recipient", envelope.recipient.text)
        append("original-recipient", envelope.originalRecipient?.text, to: &fields)
        append("queue-id", envelope.queueIdentifier, to: &fields)
        append("envid", envelope.envelopeIdentifier, to: &fields)
        append("sasl-user", envelope.authenticatedUser, to: &fields)
        fields.append("user", destination.userName)
        fields.append("home", destination.home)
        fields.append("mail-root", destination.mailRoot)
        append("quota", destination.quota, to: &fields)
        append("mailbox", mailbox, to: &fields)
        if destination.isGivenDirectly { fields.append("direct", "yes") }
        for script in destination.personalScripts { fields.append("script", script) }
        fields.append("reason", reason)
        return SpoolEnvelope(created: created, fields: fields, actions: tasks.map(Self.fields))
    }

    private static func append(_ name: String, _ value: String?, to fields: inout SpoolFields) {
        if let value { fields.append(name, value) }
    }

    static func fields(_ task: Task) -> SpoolFields {
        var fields = SpoolFields()
        guard case .perform(let action) = task else {
            fields.append("do", "deliver")
            return fields
        }
        switch action.kind {
        case .store(let mailbox, let flags, let creating):
            fields.append("do", "store")
            for level in mailbox.levels { fields.append("level", level) }
            for flag in flags { fields.append("flag", flag) }
            fields.append("create", creating ? "yes" : "no")
        case .forward(let address):
            fields.append("do", "forward")
            fields.append("to", address.text)
        case .discard:
            fields.append("do", "discard")
        }
        append("rule", action.origin.script, to: &fields)
        append("line", action.origin.line.map(String.init), to: &fields)
        return fields
    }

    /// Nil if the fields make no sense to this version.
    static func task(_ fields: SpoolFields) -> Task? {
        let origin = PlannedAction.Origin(
            script: fields.first("rule"), line: fields.first("line").flatMap { Int($0) })
        switch fields.first("do") {
        case "deliver": return .deliver
        case "store":
            guard let mailbox = mailbox(fields.all("level")) else { return nil }
            let kind = PlannedAction.Kind.store(
                mailbox: mailbox, flags: fields.all("flag"), creating: fields.first("create") == "yes")
            return .perform(PlannedAction(kind, origin: origin))
        case "forward":
            guard let address = fields.first("to").flatMap({ MailAddress(path: $0) }) else { return nil }
            return .perform(PlannedAction(.forward(to: address), origin: origin))
        case "discard": return .perform(PlannedAction(.discard, origin: origin))
        default: return nil
        }
    }

    private static func mailbox(_ levels: [String]) -> MailboxName? {
        // Checked again as if a stranger had written it. No level has a line end, so that joins them.
        guard !levels.isEmpty, !levels.contains(where: { $0.utf8.contains(UInt8(ascii: "/")) }) else {
            return nil
        }
        return try? MailboxName(levels.joined(separator: "/"), separator: UInt8(ascii: "/"))
    }

    /// The envelope of an entry; nil if it makes no sense to this version.
    static func envelope(of entry: SpoolEnvelope) -> Envelope? {
        let fields = entry.fields
        guard let recipient = fields.first("recipient").flatMap({ MailAddress(path: $0) }),
            let senderText = fields.first("sender")
        else { return nil }
        var envelope = Envelope(
            sender: MailAddress(path: senderText), senderSource: .none, recipient: recipient,
            recipientSource: .none)
        guard senderText.isEmpty || envelope.sender != nil else { return nil }
        envelope.originalRecipient = fields.first("original-recipient").flatMap { MailAddress(path: $0) }
        envelope.queueIdentifier = fields.first("queue-id")
        envelope.envelopeIdentifier = fields.first("envid")
        envelope.authenticatedUser = fields.first("sasl-user")
        return envelope
    }
}
