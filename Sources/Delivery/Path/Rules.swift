import MailMessage
import Maildir
import Platform
import Settings
import Sieve

/// Turns a message into a ``Plan`` by the Sieve scripts of the site and of the user.
///
/// Pure but for reading the scripts: touches no mailbox, sends nothing. Whatever is wrong with a script, the
/// message is kept (RFC 5228 §2.10.6): a script that cannot be read or compiled counts as one that keeps,
/// and the others run.
struct Rules {
    private let configuration: Configuration
    private let scripts: ScriptStore
    private let layout: MailboxLayout
    private let host: FolderInquiry
    /// Where a kept message goes. Another than INBOX is not made for it: a stranger may have chosen the name.
    private let inbox: MailboxName

    init(configuration: Configuration, destination: Destination, inbox: MailboxName) {
        self.configuration = configuration
        self.inbox = inbox
        layout = MailboxLayout(configuration.mail)
        host = FolderInquiry(mailRoot: destination.mailRoot, layout: layout)
        scripts = ScriptStore(configuration: configuration, destination: destination)
    }

    /// - Parameters:
    ///   - message: as it came in.
    ///   - size: octets of it with CR LF line ends (RFC 5228 §5.9).
    ///   - patient: whether a script that cannot be read at this moment is worth waiting for.
    /// - Throws: what kept such a script from being read.
    func plan(for message: Message, size: Int, envelope: Envelope, patient: Bool) throws(SystemError) -> Plan
    {
        if let limit = message.header.exceeded {
            // Over a limit a message is delivered all the same, plainly.
            return Plan(actions: [keep()], warnings: ["rules not run: header is over the limit (\(limit))"])
        }
        let reading = scripts.read()
        if patient, let failure = reading.passingFailure { throw failure }
        let found = reading.scripts
        var plan = Plan(actions: [], warnings: reading.problems)
        let programs = compile(found, into: &plan)
        guard !programs.isEmpty else {
            plan.actions = [keep()]
            return plan
        }
        let input = SieveInput(
            message: message, size: size, envelope: sieveEnvelope(envelope),
            subaddressDelimiters: configuration.users.subaddressDelimiters)
        let result = ScriptSequence(programs, limits: limits).run(on: input, host: host)
        if let failure = result.failure {
            plan.warnings.append("script \(failure.script), line \(failure.line): \(failure.message)")
            plan.notice = plan.notice ?? notice(of: failure, in: found)
        }
        for action in result.actions { append(action, to: &plan) }
        if plan.actions.isEmpty { plan.actions = [keep()] }
        return plan
    }

    private func compile(_ found: [ScriptStore.Script], into plan: inout Plan) -> [Program] {
        let compiler = SieveCompiler(
            limits: limits,
            enabledExtensions: configuration.sieve.extensions.isEmpty
                ? nil : Set(configuration.sieve.extensions))
        var programs: [Program] = []
        for script in found {
            let compilation = compiler.compile(script.source, name: script.name)
            if let program = compilation.program {
                programs.append(program)
                continue
            }
            let errors = compilation.diagnostics.filter { $0.severity == .error }
            if let first = errors.first {
                plan.warnings.append(
                    "script \(script.path):\(first.line):\(first.column): \(first.message)"
                        + (errors.count > 1 ? " (and \(errors.count - 1) more)" : ""))
            }
            if script.isPersonal {
                let text = errors.map { $0.rendered(name: script.name, source: script.source) }.joined(
                    separator: "\n")
                plan.notice = ScriptNotice(
                    script: script.name, text: text,
                    digest: Checksum.text(of: script.source + Array(text.utf8)))
            }
        }
        return programs
    }

    private func notice(of failure: RuntimeFailure, in found: [ScriptStore.Script]) -> ScriptNotice? {
        guard let script = found.first(where: { $0.isPersonal && $0.name == failure.script }) else {
            return nil
        }
        let text = "line \(failure.line): \(failure.message)"
        // The words may hold something of the message; the script alone says whether it was told before.
        return ScriptNotice(script: script.name, text: text, digest: Checksum.text(of: script.source))
    }

    private func append(_ action: SieveAction, to plan: inout Plan) {
        let origin = PlannedAction.Origin(
            script: action.isImplicit ? nil : action.script, line: action.isImplicit ? nil : action.line)
        switch action.kind {
        case .keep(let flags):
            store(in: inbox, flags: flags, creating: inbox.isInbox, origin: origin, &plan)
        case .fileInto(let target):
            do {
                let name = try MailboxName(target.mailbox, separator: layout.separator)
                store(in: name, flags: target.flags, creating: target.creates, origin: origin, &plan)
            } catch {
                // RFC 5228 §4.1 leaves it to us; the message must not be lost for a folder's name.
                plan.warnings.append(
                    "script \(action.script), line \(action.line): fileinto \"\(target.mailbox)\": \(error)")
                store(in: inbox, flags: target.flags, creating: inbox.isInbox, origin: origin, &plan)
            }
        case .redirect(let redirect):
            guard let address = MailAddress(path: redirect.address) else {
                plan.warnings.append(
                    "script \(action.script), line \(action.line): no address: \(redirect.address)")
                store(in: inbox, flags: [], creating: inbox.isInbox, origin: origin, &plan)
                return
            }
            plan.actions.append(PlannedAction(.forward(to: address), origin: origin))
        case .discard, .reject, .vacation, .notify, .report, .pipe:
            plan.actions.append(PlannedAction(.discard, origin: origin))
        }
    }

    /// One copy a mailbox, however many rules ask for it (RFC 5228 §2.10.3); the last word on flags counts.
    private func store(
        in mailbox: MailboxName, flags: [String], creating: Bool, origin: PlannedAction.Origin,
        _ plan: inout Plan
    ) {
        for (index, action) in plan.actions.enumerated() {
            guard case .store(mailbox, _, let mayCreate) = action.kind else { continue }
            let kind = PlannedAction.Kind.store(
                mailbox: mailbox, flags: flags, creating: creating || mayCreate)
            plan.actions[index] = PlannedAction(kind, origin: origin)
            return
        }
        plan.actions.append(
            PlannedAction(.store(mailbox: mailbox, flags: flags, creating: creating), origin: origin))
    }

    private func keep() -> PlannedAction {
        PlannedAction(.store(mailbox: inbox, flags: [], creating: inbox.isInbox))
    }

    private func sieveEnvelope(_ envelope: Envelope) -> SieveEnvelope {
        SieveEnvelope(
            sender: envelope.senderText, recipient: envelope.recipient.text,
            originalRecipient: envelope.originalRecipient?.text ?? envelope.recipient.text,
            authenticatedUser: envelope.authenticatedUser)
    }

    private var limits: SieveLimits {
        var limits = SieveLimits()
        limits.scriptBytes = configuration.sieve.maxScriptSize
        limits.actions = configuration.sieve.maxActions
        limits.redirects = configuration.sieve.maxRedirects
        limits.steps = configuration.sieve.maxSteps
        return limits
    }
}
