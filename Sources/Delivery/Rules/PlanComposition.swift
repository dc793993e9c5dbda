import DeliveryStatus
import MailMessage
import Maildir
import Platform
import Settings
import Sieve

/// Turns what scripts ask for into what is done: names into mailboxes, answers into messages.
///
/// What cannot be done as the script says never loses the message: it goes to INBOX, and the Plan says why.
struct PlanComposition {
    let configuration: Configuration
    let envelope: Envelope
    /// As it came in.
    let message: Message
    let host: RuleHost
    let inbox: MailboxName
    /// Whether somebody still waits for the answer, so that a rejection can be that.
    let canRefuse: Bool
    let now: WallTime

    func append(_ result: SieveResult, to plan: inout Plan) {
        for action in result.actions { append(action, to: &plan, of: result) }
        if plan.actions.isEmpty { keep(flags: [], origin: .none, nil, &plan) }
        plan.memories += result.marks.map { Memory($0) }
    }

    private func append(_ action: SieveAction, to plan: inout Plan, of result: SieveResult) {
        let origin = PlannedAction.Origin(
            script: action.isImplicit ? nil : action.script, line: action.isImplicit ? nil : action.line)
        switch action.kind {
        case .keep(let flags):
            keep(flags: flags, origin: origin, action.content, &plan)
        case .fileInto(let target):
            fileInto(target, origin: origin, action.content, &plan)
        case .redirect(let redirect):
            let mayBeLeftOut =
                result.actions.contains(where: \.isKeep)
                || (action.isCopy && result.actions.contains(where: \.isStored))
            self.redirect(redirect, action.content, mayBeLeftOut: mayBeLeftOut, origin: origin, &plan)
        case .pipe(let request):
            // Where the program is to have the only copy, its failure is never passed over.
            let request = PipeRequest(program: request.program, mayFail: request.mayFail && action.isCopy)
            plan.actions.append(PlannedAction(.pipe(request), origin: origin, content: action.content))
        case .discard:
            plan.actions.append(PlannedAction(.discard, origin: origin))
        case .reject(let rejection): reject(rejection, origin: origin, &plan)
        case .vacation(let request): answer(request, origin: origin, &plan)
        case .notify(let notification): notify(notification, origin: origin, &plan)
        case .report(let report):
            send(report.composed(context), for: .report, origin: origin, &plan)
        }
    }

    // MARK: Storing

    func keep(
        flags: [String], origin: PlannedAction.Origin, _ content: MessageContent?, _ plan: inout Plan
    ) {
        store(in: inbox, flags: flags, creating: inbox.isInbox, origin: origin, content, &plan)
    }

    func fileInto(
        _ target: MailboxTarget, origin: PlannedAction.Origin, _ content: MessageContent?, _ plan: inout Plan
    ) {
        let named = mailbox(of: target)
        do {
            let name = try MailboxName(named, separator: MailboxLayout(configuration.mail).separator)
            store(in: name, flags: target.flags, creating: target.creates, origin: origin, content, &plan)
        } catch {
            // RFC 5228 §4.1 leaves it to us; the message must not be lost for a folder's name.
            warn("fileinto \"\(named)\": \(error)", origin, &plan)
            keep(flags: target.flags, origin: origin, content, &plan)
        }
    }

    /// RFC 9042 §4: an identifier comes before a special use, which comes before the name.
    private func mailbox(of target: MailboxTarget) -> String {
        if let identifier = target.identifier, let found = host.mailbox(withIdentifier: identifier) {
            return found
        }
        if let use = target.specialUse, let found = host.mailbox(withSpecialUse: use) { return found }
        return target.mailbox
    }

    /// One copy a mailbox, however many rules ask for it (RFC 5228 §2.10.3); the last word on flags counts.
    private func store(
        in mailbox: MailboxName, flags: [String], creating: Bool, origin: PlannedAction.Origin,
        _ content: MessageContent?, _ plan: inout Plan
    ) {
        for (index, action) in plan.actions.enumerated() {
            guard case .store(mailbox, _, let mayCreate) = action.kind else { continue }
            let kind = PlannedAction.Kind.store(
                mailbox: mailbox, flags: flags, creating: creating || mayCreate)
            plan.actions[index] = PlannedAction(kind, origin: origin, content: action.content)
            return
        }
        plan.actions.append(
            PlannedAction(
                .store(mailbox: mailbox, flags: flags, creating: creating), origin: origin, content: content))
    }

    func warn(_ text: String, _ origin: PlannedAction.Origin, _ plan: inout Plan) {
        guard let script = origin.script, let line = origin.line else {
            plan.warnings.append(text)
            return
        }
        plan.warnings.append("script \(script), line \(line): \(text)")
    }
}

extension SieveAction {
    fileprivate var isStored: Bool {
        switch kind {
        case .keep, .fileInto: true
        case .redirect, .pipe, .discard, .reject, .vacation, .notify, .report: false
        }
    }
}
