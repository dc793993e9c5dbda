import ContentChecks
package import DeliveryStatus
import MailLog
import MailMessage
import Maildir
import Platform
package import Settings
import Spool

/// One message, from its descriptor to its outcome: the path that the documentation draws.
///
/// Never throws: whatever happens becomes an ``Outcome``, and what is not a verdict on the message itself
/// becomes "try again".
package struct DeliveryRun {
    private let request: DeliveryRequest
    private let configuration: Configuration
    private let warnings: [String]
    private let input: CInt
    private let variables: EnvelopeVariables
    private let started = SteadyTime.now()

    /// - Parameters:
    ///   - warnings: what the configuration gave rise to, for the log.
    ///   - input: the descriptor that the message is read from.
    package init(_ request: DeliveryRequest, configuration: Configuration, warnings: [String], input: CInt) {
        self.warnings = warnings
        self.request = request
        self.configuration = configuration
        self.input = input
        variables = EnvelopeVariables { Environment.value($0) }
        if !request.keepsEnvironment { Environment.clear(keeping: ["TZ"]) }
    }

    /// Delivers, and logs what came of it.
    package func run() -> Completion {
        setFileCreationMask(0o077)
        var journal = DeliveryJournal(configuration: configuration, request: request)
        let destination: Destination
        let returned: ReturnedMail?
        // The right to read the secrets may be root's alone.
        let checks = Checks(configuration)
        do throws(DestinationFailure) {
            returned = try ReturnedMail(request, variables, configuration)
            if let returned { destination = returned.destination } else { destination = try lookUp() }
            journal.openWithPresentRights()
            try become(destination)
        } catch {
            Intake.drain(input)
            return finish(Self.outcome(of: error), nil, nil, &journal)
        }
        if let returned { return sendBack(returned, &journal) }
        return deliver(to: destination, checks, &journal)
    }

    private func lookUp() throws(DestinationFailure) -> Destination {
        try DestinationLookup(
            request: request, configuration: configuration, callerName: variables.userName
        ).find()
    }

    private func become(_ destination: Destination) throws(DestinationFailure) {
        guard destination.identity.user != Identity.current().user else { return }
        do throws(SystemError) {
            try Identity.become(destination.identity, supplementaryGroups: destination.supplementaryGroups)
        } catch {
            throw .unavailable("\(error)")
        }
    }

    private static func outcome(of failure: DestinationFailure) -> Outcome {
        switch failure {
        case .unknownUser(let name): Outcome(.unknownUser, .unknownUser, "no such user: \(name)")
        case .refused(let reason): Outcome(.unknownUser, .unknownUser, reason)
        case .unavailable(let reason): .tryAgain(reason, status: .misconfigured)
        }
    }

    // MARK: Intake to Outcome

    private func deliver(
        to destination: Destination, _ checks: Checks?, _ journal: inout DeliveryJournal
    ) -> Completion {
        let mailbox = mailbox(of: destination)
        let declared = DeclaredSize(
            configuration: configuration, destination: destination, inbox: mailboxName.name,
            isDryRun: request.isDryRun)
        if let objection = declared.objection(to: request.declaredSize, in: mailbox) {
            Intake.drain(input)
            return finish(objection, nil, destination, &journal)
        }
        var arrival: Arrival
        do throws(IntakeFailure) {
            arrival = try read(request, destination, mailbox)
        } catch {
            return finish(error.outcome, nil, destination, &journal)
        }
        let facts = ArrivalFacts(arrival)
        journal.note("read", since: started)
        var outcome: Outcome
        if let objection = objectionToSize(of: arrival, for: destination) {
            outcome = objection
        } else if request.isDryRun {
            let plan: Plan
            do {
                let verdicts = try check(&arrival, by: checks, destination, mailbox)
                plan = try self.plan(for: arrival, destination, verdicts, patient: false)
            } catch {
                return finish(.tryAgain("no plan: \(error)"), facts, destination, &journal)
            }
            if let loop = loop(arrival, plan) { return finish(loop, facts, destination, &journal) }
            return show(
                plan.warning(of: warnings + [mailboxName.warning].compactMap { $0 }), facts, destination)
        } else {
            outcome = carryOut(consume arrival, destination, checks, mailbox, &journal)
        }
        if let warning = mailboxName.warning { outcome.warnings.append(warning) }
        return finish(outcome, facts, destination, &journal)
    }

    private func mailbox(of destination: Destination) -> MailboxState {
        guard storesHere else { return .closed(reason: "", status: .mailboxTrouble) }
        return MailboxState(
            configuration: configuration, destination: destination, creating: !request.isDryRun)
    }

    /// Whether a copy goes into a mailbox here.
    private var storesHere: Bool { configuration.transport.local.isEmpty }

    /// Mail to a rewritten sender: its envelope is of that address, whatever else names one.
    private func sendBack(_ mail: ReturnedMail, _ journal: inout DeliveryJournal) -> Completion {
        let destination = mail.destination
        var request = request
        request.recipient = mail.recipient.text
        let arrival: Arrival
        do throws(IntakeFailure) {
            arrival = try read(request, destination, .closed(reason: "", status: .mailboxTrouble))
        } catch {
            return finish(error.outcome, nil, destination, &journal)
        }
        let facts = ArrivalFacts(arrival)
        let plan = mail.plan(arrival.envelope)
        if let objection = objectionToSize(of: arrival, for: destination) {
            return finish(objection, facts, destination, &journal)
        }
        if let loop = loop(arrival, plan) { return finish(loop, facts, destination, &journal) }
        if request.isDryRun { return show(plan.warning(of: warnings), facts, destination) }
        let commit = Commit(configuration: configuration, destination: destination, mailbox: nil)
        return finish(commit.handOver(plan, arrival), facts, destination, &journal)
    }

    private func read(
        _ request: DeliveryRequest, _ destination: Destination, _ mailbox: borrowing MailboxState
    ) throws(IntakeFailure) -> Arrival {
        let sender = SystemSender(configuration: configuration)
        let intake = Intake(
            configuration: configuration,
            resolution: EnvelopeResolution(request: request, variables: variables, hostName: sender.host),
            userName: destination.userName, sizeLimit: SizeLimits(configuration, destination).message)
        if request.isDryRun {
            // Nothing is written anywhere, so that a large message has only memory.
            let nowhere = MailboxState.closed(reason: "", status: .mailboxTrouble)
            return try intake.read(from: input, mailbox: nowhere) { () throws(SpoolError) in
                try SpoolDirectory.memoryFile()
            }
        }
        let spool = SpoolAccess(configuration: configuration, owner: destination.identity.user)
        return try intake.read(from: input, mailbox: mailbox) { () throws(SpoolError) in
            try spool.open().scratchFile()
        }
    }

    /// The refusal of a message that goes in circles; nil if it does not, or if the Plan ends that.
    private func loop(_ arrival: borrowing Arrival, _ plan: Plan) -> Outcome? {
        guard !plan.breaksCircle else { return nil }
        let guardian = LoopGuard(
            recipient: arrival.envelope.recipient, maxReceived: configuration.delivery.maxReceived,
            looksForOwnField: configuration.delivery.deliveredTo)
        return guardian.reason(against: arrival.message).map { Outcome(.refused, .routingLoop, $0) }
    }

    /// What the site says of a message of this size whatever the rules say; nil if nothing.
    private func objectionToSize(of arrival: borrowing Arrival, for destination: Destination) -> Outcome? {
        SizeLimits(configuration, destination).objection(to: arrival.message)
    }

    private func carryOut(
        _ received: consuming Arrival, _ destination: Destination, _ checks: Checks?,
        _ mailbox: borrowing MailboxState, _ journal: inout DeliveryJournal
    ) -> Outcome {
        var arrival = received
        let commit = Commit(
            configuration: configuration, destination: destination, mailbox: mailboxName.accepted)
        if storesHere, let obstacle = mailbox.obstacle {
            // Whether what goes in circles is refused, the rules alone can tell.
            if loop(arrival, Plan(actions: [])) != nil,
                let plan = try? plan(for: arrival, destination, nil, patient: true),
                let refusal = loop(arrival, plan)
            {
                return refusal
            }
            return commit.postpone(arrival, reason: obstacle.reason, status: obstacle.status)
        }
        do throws(MaildirError) {
            // Whatever is copied from here on must be what came: the kernel forgets what it could not write.
            try arrival.staged?.synchronize()
        } catch {
            return .tryAgain("\(error)", status: error.status)
        }
        let recipient = arrival.envelope.recipient
        let verdicts: Verdicts?
        do {
            verdicts = try check(&arrival, by: checks, destination, mailbox)
        } catch {
            return commit.postpone(arrival, reason: "header: \(error)", status: .systemTrouble)
        }
        if let verdicts {
            journal.note(verdicts.results)
            journal.note("checks", since: started)
            switch verdicts.decision {
            case .defer(let reason):
                return commit.postpone(arrival, reason: reason, status: .systemTrouble, cause: .scanner)
            case .hold(let reason): return commit.hold(arrival, reason: reason)
            case .proceed, .quarantine, .reject, .discard: break
            }
        }
        let plan: Plan
        do throws(SystemError) {
            plan = try self.plan(for: arrival, destination, verdicts, patient: true)
        } catch {
            return commit.postpone(
                arrival, reason: "script \(error)", status: SystemErrorStatus(error).status)
        }
        journal.note("rules", since: started)
        if let loop = loop(arrival, plan) { return loop }
        var outcome: Outcome
        switch mailbox {
        case .open(let root): outcome = commit.carryOut(plan, arrival, in: root)
        case .closed: outcome = commit.handOver(plan, arrival)
        }
        journal.note("commit", since: started)
        guard outcome.verdict == .accepted else { return outcome }
        if let decision = verdicts?.decision, decision != .proceed {
            outcome.text = "\(decision.participle): \(decision.reason)"
        }
        for problem in remember(plan.memories, destination) where !outcome.warnings.contains(problem) {
            outcome.warnings.append(problem)
        }
        guard let notice = plan.notice else { return outcome }
        switch mailbox {
        case .open(let root):
            ScriptNotices(configuration: configuration, recipient: recipient).tell(notice, in: root)
        case .closed: break
        }
        return outcome
    }

    /// For after all is on disk.
    ///
    /// - Returns: what went wrong; a message may then be taken for a new one some day.
    private func remember(_ memories: [Memory], _ destination: Destination) -> [String] {
        guard !memories.isEmpty else { return [] }
        let memory = UserMemory(configuration: configuration, destination: destination, now: .now())
        memory.keep(memories)
        return memory.problems
    }

    private func plan(
        for arrival: borrowing Arrival, _ destination: Destination, _ verdicts: Verdicts?, patient: Bool
    ) throws(SystemError) -> Plan {
        try Rules(configuration: configuration, destination: destination, inbox: mailboxName.name)
            .plan(
                for: arrival.message, size: arrival.size, envelope: arrival.envelope, verdicts: verdicts,
                patient: patient, canRefuse: true)
    }

    /// Asks what is to be asked of a message, and has its header say what came of it.
    ///
    /// - Throws: why the header cannot be changed.
    private func check(
        _ arrival: inout Arrival, by checks: Checks?, _ destination: Destination,
        _ mailbox: borrowing MailboxState
    ) throws -> Verdicts? {
        guard let checks else { return nil }
        var circumstances = Checks.Circumstances()
        circumstances.deadline = Checks.deadline(configuration.delivery, since: started)
        let verdicts = checks.ask(
            arrival.message, arrival.scanned(withFile: configuration.checks.clamd.takesFiles),
            ScannedEnvelope(arrival.envelope, user: destination.userName), circumstances)
        let user = destination.identity.user
        try arrival.apply(
            verdicts.marks, in: mailbox, memory: max(configuration.delivery.memory, 1024)
        ) { () throws(SpoolError) in
            guard !request.isDryRun else { return try SpoolDirectory.memoryFile() }
            return try SpoolAccess(configuration: configuration, owner: user).open().scratchFile()
        }
        return verdicts
    }

    private var mailboxName: RequestedMailbox { RequestedMailbox(request.mailbox, configuration) }

    // MARK: Completion

    private func finish(
        _ outcome: Outcome, _ facts: ArrivalFacts?, _ destination: Destination?,
        _ journal: inout DeliveryJournal
    ) -> Completion {
        var outcome = outcome
        outcome.warnings = warnings + outcome.warnings
        let exit = ExitStatus(outcome.verdict, for: mailTransferAgent(request, configuration))
        journal.write(outcome, facts, destination, exitStatus: Int(exit.code))
        let line = outcome.verdict == .accepted ? [] : StatusLine.bytes(outcome.status, outcome.text)
        var completion = Completion(
            exitStatus: exit.code, errorLine: line, due: outcome.entriesToAttempt, destination: destination)
        // What `--mail-dir` does not read, nobody else reads either.
        let isDirect = request.mailDirectory != nil
        completion.configurationFile = request.configurationFile ?? (isDirect ? "/dev/null" : nil)
        completion.overrides = request.overrides
        return completion
    }

    private func show(_ plan: Plan, _ facts: ArrivalFacts, _ destination: Destination) -> Completion {
        var completion = Completion(exitStatus: 0, errorLine: [], due: [], destination: destination)
        completion.output = PlanListing.json(plan, facts.envelope, destination)
        return completion
    }
}

/// Reads standard input to its end and forgets it.
package func drainInput() {
    Intake.drain(0)
}

/// The agent whose table of exit statuses counts: the option's, else the configuration's, else none.
package func mailTransferAgent(
    _ request: DeliveryRequest, _ configuration: Configuration
) -> MailTransferAgent? {
    MailTransferAgent(rawValue: request.mailTransferAgent ?? configuration.delivery.mta.rawValue)
}
