import DeliveryStatus
import MailMessage
import Maildir
import Platform
import Settings
import Sieve

/// What is sent because of a message: answers, notices, reports, rejections. Each is composed here, once, and is an
/// action of the Plan like any other: it is in the spool before the delivery is answered for.
extension PlanComposition {
    /// What decisions and compositions depend on.
    var context: ResponseContext {
        let sender = SystemSender(configuration: configuration)
        let identity = sender.identity(now: now)
        return ResponseContext(
            message: message, envelope: SieveEnvelope(envelope),
            owner: ScriptOwner(address: nil, postmaster: sender.postmaster),
            stamp: ResponseStamp(
                date: MailDate(
                    seconds: Int64(now.seconds), zoneOffset: host.zoneOffset(at: Int64(now.seconds)) * 60),
                messageID: identity.messageID,
                boundarySeed: Host.random()))
    }

    func answer(_ request: VacationRequest, origin: PlannedAction.Origin, _ plan: inout Plan) {
        switch VacationDecision(request, context, VacationSettings()) {
        case .suppressed(let reason):
            refuse("vacation", "\(reason)", origin, &plan)
        case .reply(let reply):
            let memory = Memory(.vacation, key: reply.key, seconds: reply.seconds)
            switch reply.seconds > 0 ? host.memory.knows(memory) : false {
            case true?:
                let reason = "this sender has had the answer less than \(reply.seconds) s ago"
                return refuse("vacation", reason, origin, &plan)
            case nil: return withhold("vacation", "who was answered before is not known", origin, &plan)
            case false?: break
            }
            guard send(reply.message, for: .reply, origin: origin, &plan) else { return }
            if reply.seconds > 0 { plan.memories.append(memory) }
            copy(reply.message, to: reply.copy, origin: origin, &plan)
        }
    }

    func notify(_ notification: Notification, origin: PlannedAction.Origin, _ plan: inout Plan) {
        let notified = plan.actions.compactMap { action -> String? in
            guard case .send(let dispatch) = action.kind, dispatch.purpose == .notice else { return nil }
            return dispatch.recipient.text
        }
        switch NotificationDecision(notification, context, notified: notified) {
        case .suppressed(let reason):
            refuse("notify", "\(reason)", origin, &plan)
        case .send(let notice):
            guard send(notice.message, for: .notice, origin: origin, &plan) else { return }
            copy(notice.message, to: notice.copy, origin: origin, &plan)
        }
    }

    func reject(_ rejection: Rejection, origin: PlannedAction.Origin, _ plan: inout Plan) {
        switch rejection.route(sender: envelope.senderText, message: message, canReply: canRefuse) {
        case .protocolReply(let lines):
            plan.actions.append(PlannedAction(.refuse(reason: lines.joined(separator: " ")), origin: origin))
        case .deliveryReport:
            refuse(rejection, origin: origin, &plan) { $0.deliveryReport() }
        case .dispositionNotification:
            refuse(rejection, origin: origin, &plan) {
                $0.dispositionNotification(boundarySeed: Host.random())
            }
        case .silence(.nullSender):
            discard(after: rejection, "the message has the null sender", origin, &plan)
        case .silence(.autoSubmitted):
            discard(after: rejection, "the message was sent by a program", origin, &plan)
        }
    }

    private func refuse(
        _ rejection: Rejection, origin: PlannedAction.Origin, _ plan: inout Plan,
        composed: (Refusal) -> [UInt8]
    ) {
        guard let sender = envelope.sender else {
            return discard(after: rejection, "the message has the null sender", origin, &plan)
        }
        let system = SystemSender(configuration: configuration)
        var refusal = Refusal(
            system.identity(now: now), from: system.address, to: sender, recipient: envelope.recipient.text,
            reason: rejection.reason, original: message.bytes)
        refusal.originalRecipient = envelope.originalRecipient?.text
        refusal.sizeLimit = configuration.bounce.sizeLimit
        let report = OutgoingMessage(sender: "", recipients: [sender.text], bytes: composed(refusal))
        guard send(report, for: .rejection, origin: origin, &plan) else {
            // Who is not told must not lose the message.
            return keep(flags: [], origin: origin, nil, &plan)
        }
    }

    /// RFC 5429 §2.1.2: where nobody can be told, the message is thrown away all the same.
    private func discard(
        after rejection: Rejection, _ reason: String, _ origin: PlannedAction.Origin, _ plan: inout Plan
    ) {
        refuse(rejection.isExtended ? "ereject" : "reject", reason, origin, &plan)
        plan.actions.append(PlannedAction(.discard, origin: origin))
    }

    /// - Returns: whether anybody is sent it.
    @discardableResult
    func send(
        _ message: OutgoingMessage, for purpose: PlannedAction.Dispatch.Purpose,
        origin: PlannedAction.Origin, _ plan: inout Plan
    ) -> Bool {
        let content = Self.content(message)
        var isSent = false
        for recipient in message.recipients {
            guard let address = MailAddress(path: recipient) else {
                warn("\(purpose.rawValue): \(recipient) is no address", origin, &plan)
                continue
            }
            if let reason = ReplyLimits(configuration.sieve, host.memory).obstacle(
                to: address, purpose, &plan)
            {
                withhold(purpose.rawValue, "\(address.text): \(reason)", origin, &plan)
                continue
            }
            let dispatch = PlannedAction.Dispatch(purpose, sender: message.sender, recipient: address)
            plan.actions.append(PlannedAction(.send(dispatch), origin: origin, content: content))
            isSent = true
        }
        return isSent
    }

    /// RFC 8580: a copy of what was sent.
    private func copy(
        _ message: OutgoingMessage, to target: MailboxTarget?, origin: PlannedAction.Origin,
        _ plan: inout Plan
    ) {
        guard let target else { return }
        fileInto(target, origin: origin, Self.content(message), &plan)
    }

    private static func content(_ message: OutgoingMessage) -> MessageContent {
        MessageContent(header: SharedBytes(message.bytes), source: SharedBytes([]), bodyStart: 0)
    }

    /// What is not done because of a limit or a fault, not because of the message: the log has it, too.
    func withhold(_ what: String, _ reason: String, _ origin: PlannedAction.Origin, _ plan: inout Plan) {
        refuse(what, reason, origin, &plan)
        warn("\(what): \(reason)", origin, &plan)
    }

    private func refuse(
        _ what: String, _ reason: String, _ origin: PlannedAction.Origin, _ plan: inout Plan
    ) {
        plan.refusals.append("\(what) (script \(origin.script ?? ""), line \(origin.line ?? 0)): \(reason)")
    }
}

extension SieveEnvelope {
    init(_ envelope: Envelope) {
        self.init(
            sender: envelope.senderText, recipient: envelope.recipient.text,
            originalRecipient: envelope.originalRecipient?.text ?? envelope.recipient.text,
            authenticatedUser: envelope.authenticatedUser)
        deliverBy = envelope.deliverBy
        let original = envelope.originalRecipient
        guard
            envelope.notify != nil || envelope.returns != nil || envelope.envelopeIdentifier != nil
                || original != nil
        else { return }
        // The commas divide words that are ASCII.
        statusRequest = StatusRequest(
            notify: envelope.notify.map { $0.split(separator: ",").map(String.init) } ?? [],
            returns: envelope.returns, identifier: envelope.envelopeIdentifier,
            originalRecipient: original.map { "rfc822;\($0.text)" })
    }
}
