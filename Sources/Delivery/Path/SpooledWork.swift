import MailMessage
import Maildir
import Platform
import Sieve
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

    /// - Parameters:
    ///   - cause: of `reason`, where schedules know it.
    ///   - quarantined: what checks have found, for an entry that a person is to look at.
    ///   - isPart: whether the rest of what was asked for is done, or in another entry.
    static func envelope(
        _ envelope: Envelope, destination: Destination, mailbox: String?, tasks: [Task], reason: String,
        cause: DelayCause? = nil, quarantined: String? = nil, isPart: Bool = false,
        created: WallTime
    ) -> SpoolEnvelope {
        var fields = SpoolFields()
        fields.append("sender", envelope.senderText)
        fields.append("recipient", envelope.recipient.text)
        append("original-recipient", envelope.originalRecipient?.text, to: &fields)
        append("queue-id", envelope.queueIdentifier, to: &fields)
        append("envid", envelope.envelopeIdentifier, to: &fields)
        append("notify", envelope.notify, to: &fields)
        append("return", envelope.returns, to: &fields)
        append("by", envelope.deliverBy?.parameter, to: &fields)
        append("sasl-user", envelope.authenticatedUser, to: &fields)
        append("client-address", envelope.clientAddress, to: &fields)
        append("client-name", envelope.clientName, to: &fields)
        append("client-helo", envelope.clientHELO, to: &fields)
        fields.append("user", destination.userName)
        fields.append("home", destination.home)
        fields.append("mail-root", destination.mailRoot)
        append("quota", destination.quota, to: &fields)
        append("mailbox", mailbox, to: &fields)
        if destination.isGivenDirectly { fields.append("direct", "yes") }
        for script in destination.personalScripts { fields.append("script", script) }
        fields.append("reason", reason)
        append("cause", quarantined == nil ? cause?.rawValue : "quarantine", to: &fields)
        append("quarantined", quarantined, to: &fields)
        if isPart { fields.append(part, "yes") }
        return SpoolEnvelope(created: created, fields: fields, actions: tasks.map(Self.fields))
    }

    /// Of an entry that is one of several, or beside copies that were stored.
    static var part: String { "part" }

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
        case .forward(let forwarding):
            fields.append("do", "forward")
            fields.append("to", forwarding.recipient.text)
            append("from", forwarding.sender, to: &fields)
            append("notify", forwarding.notify, to: &fields)
            append("return", forwarding.returns, to: &fields)
            append("by", forwarding.deliverBy, to: &fields)
        case .send(let dispatch):
            fields.append("do", "send")
            fields.append("purpose", dispatch.purpose.rawValue)
            fields.append("from", dispatch.sender)
            fields.append("to", dispatch.recipient.text)
        case .pipe(let request):
            fields.append("do", "pipe")
            fields.append("program", request.program.name)
            for argument in request.program.arguments { fields.append("argument", argument) }
            fields.append("try", request.mayFail ? "yes" : "no")
        case .discard, .refuse:
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
            guard let forwarding = forwarding(fields) else { return nil }
            return .perform(PlannedAction(.forward(forwarding), origin: origin))
        case "send":
            guard let dispatch = dispatch(fields) else { return nil }
            return .perform(PlannedAction(.send(dispatch), origin: origin))
        case "pipe":
            guard let program = fields.first("program") else { return nil }
            let request = PipeRequest(
                program: ProgramCall(name: program, arguments: fields.all("argument")),
                mayFail: fields.first("try") == "yes")
            return .perform(PlannedAction(.pipe(request), origin: origin))
        case "discard": return .perform(PlannedAction(.discard, origin: origin))
        default: return nil
        }
    }

    private static func forwarding(_ fields: SpoolFields) -> PlannedAction.Forwarding? {
        guard let recipient = fields.first("to").flatMap({ MailAddress(path: $0) }) else { return nil }
        let sender = fields.first("from")
        if let sender, !sender.isEmpty, MailAddress(path: sender) == nil { return nil }
        var forwarding = PlannedAction.Forwarding(to: recipient, sender: sender)
        forwarding.notify = fields.first("notify")
        forwarding.returns = fields.first("return")
        forwarding.deliverBy = fields.first("by")
        return forwarding
    }

    private static func dispatch(_ fields: SpoolFields) -> PlannedAction.Dispatch? {
        guard let purpose = fields.first("purpose").flatMap({ PlannedAction.Dispatch.Purpose(rawValue: $0) }),
            let sender = fields.first("from"), sender.isEmpty || MailAddress(path: sender) != nil,
            let recipient = fields.first("to").flatMap({ MailAddress(path: $0) })
        else { return nil }
        return PlannedAction.Dispatch(purpose, sender: sender, recipient: recipient)
    }

    /// Whether the entry holds what was written here, and nothing that somebody sent.
    static func isOfOurOwnAccord(_ entry: SpoolEnvelope) -> Bool {
        !entry.actions.isEmpty && entry.actions.allSatisfy { $0.first("do") == "send" }
    }

    /// The tasks, those of one content together, in the order of their first ones: an entry holds one message.
    static func group(_ tasks: [Task]) -> [(content: MessageContent?, tasks: [Task])] {
        var groups: [(content: MessageContent?, tasks: [Task])] = []
        for task in tasks {
            var content: MessageContent?
            if case .perform(let action) = task { content = action.content }
            if let index = groups.firstIndex(where: { $0.content == content }) {
                groups[index].tasks.append(task)
            } else {
                groups.append((content, [task]))
            }
        }
        return groups
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
        envelope.notify = fields.first("notify").flatMap { StatusWords.notify($0) }
        envelope.returns = fields.first("return").flatMap { StatusWords.returns($0) }
        envelope.deliverBy = fields.first("by").flatMap { DeliverBy(parameter: $0) }?
            .later(by: WallTime.now().seconds &- entry.created.seconds)
        envelope.authenticatedUser = fields.first("sasl-user")
        envelope.clientAddress = fields.first("client-address")
        envelope.clientName = fields.first("client-name")
        envelope.clientHELO = fields.first("client-helo")
        return envelope
    }
}
