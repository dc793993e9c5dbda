import ContentChecks
package import MailMessage
import Maildir
package import Platform
package import Settings
package import Sieve

/// A delivery that is only thought through, on the path of a real one, for those who ask why: nothing is stored,
/// sent or remembered, and no program is called.
package struct Rehearsal {
    private let configuration: Configuration
    private let request: DeliveryRequest
    private let destination: Destination
    /// In place of the user's and the site's; nil for those.
    private let given: [ScriptStore.Script]?
    private let checks: Checks?

    /// - Parameters:
    ///   - request: the options of the delivery.
    ///   - scripts: files to be run in place of the user's and the site's scripts; empty for those. They are read now,
    ///     with the rights of whoever asks.
    /// - Throws: why there is no destination, or no script.
    package init(
        _ request: DeliveryRequest, scripts: [String], configuration: Configuration
    ) throws(RehearsalFailure) {
        var configuration = configuration
        // Programs do things.
        configuration.sieve.programs = ""
        // What was sent before is no matter of the rules.
        configuration.sieve.redirectWindow = 0
        configuration.sieve.maxRepliesPerHour = 0
        configuration.sieve.maxRepliesPerSender = 0
        self.configuration = configuration
        self.request = request
        checks = Checks(configuration)
        destination = try Self.destination(request, configuration, isNeeded: scripts.isEmpty)
        given = scripts.isEmpty ? nil : try Self.read(scripts, configuration)
    }

    private static func destination(
        _ request: DeliveryRequest, _ configuration: Configuration, isNeeded: Bool
    ) throws(RehearsalFailure) -> Destination {
        let caller = Environment.value("LOGNAME") ?? Environment.value("USER")
        do throws(DestinationFailure) {
            return try DestinationLookup(request: request, configuration: configuration, callerName: caller)
                .find()
        } catch {
            if isNeeded || request.user != nil { throw RehearsalFailure(text: error.text) }
        }
        // Whose mail it is makes little difference to a script that was given.
        return Destination(
            userName: caller ?? "user", identity: Identity.current(), supplementaryGroups: [], home: "",
            mailRoot: "/nonexistent", personalScripts: [], quota: nil, isGivenDirectly: true)
    }

    private static func read(
        _ paths: [String], _ configuration: Configuration
    ) throws(RehearsalFailure) -> [ScriptStore.Script] {
        var scripts: [ScriptStore.Script] = []
        for path in paths {
            do throws(SystemError) {
                let source = try OwnedFileDescriptor(reading: path).readAll(
                    limit: configuration.sieve.maxScriptSize, path: path)
                scripts.append(
                    ScriptStore.Script(
                        name: ScriptStore.name(of: path), path: path, source: source, isPersonal: true))
            } catch {
                throw RehearsalFailure(text: "script \(error)")
            }
        }
        return scripts
    }

    package var userName: String { destination.userName }
    package var mailRoot: String { destination.mailRoot }

    /// Gives up root's rights for the user's: before anything of his is looked at.
    package func becomeUser() throws(RehearsalFailure) {
        guard destination.identity.user != Identity.current().user else { return }
        do throws(SystemError) {
            try Identity.become(destination.identity, supplementaryGroups: destination.supplementaryGroups)
        } catch {
            throw RehearsalFailure(text: "\(error)")
        }
    }

    /// What would become of the message.
    ///
    /// - Parameter asksChecks: whether the scanners of the site are asked about it.
    package func run(_ octets: SharedBytes, asksChecks: Bool = false) -> RehearsedDelivery {
        let fromLine = FromLine(octets.span)
        var message = Message(
            octets.dropping(first: fromLine?.length ?? 0), limits: MessageLimits(configuration.limits))
        // What a mail transfer agent, or a delivery, wrote into the header is all there is to go by.
        let envelope = EnvelopeResolution(
            request: request, variables: EnvelopeVariables { _ in nil },
            hostName: SystemSender(configuration: configuration).host
        ).envelope(userName: destination.userName, message: message, fromLine: fromLine?.sender)
        let inbox = RequestedMailbox(request.mailbox, configuration).name
        let verdicts = asksChecks ? check(&message, envelope) : nil
        var lineEnds = LineEndCounter()
        lineEnds.count(message.bytes.span)
        var delivery = Rules(configuration: configuration, destination: destination, inbox: inbox)
            .rehearse(
                message, size: message.bytes.count + lineEnds.bare, envelope: envelope, verdicts: verdicts,
                given: given)
        delivery.settleMailboxes(in: destination.mailRoot, configuration.mail)
        return delivery
    }

    /// What checks say of the message, and the message as rules would see it.
    private func check(_ message: inout Message, _ envelope: Envelope) -> Verdicts? {
        guard let checks else { return nil }
        var circumstances = Checks.Circumstances()
        circumstances.deadline = Checks.deadline(configuration.delivery, since: .now())
        let verdicts = checks.ask(
            message, ScannedMessage(message.bytes), ScannedEnvelope(envelope, user: destination.userName),
            circumstances)
        if let header = verdicts.marks.applied(to: message) { message = header.edited(message) }
        return verdicts
    }
}

/// Why nothing can be rehearsed.
package struct RehearsalFailure: Error, CustomStringConvertible {
    let text: String

    package var description: String { text }
}

extension DestinationFailure {
    fileprivate var text: String {
        switch self {
        case .unknownUser(let name): "there is no user \(name)"
        case .refused(let reason), .unavailable(let reason): reason
        }
    }
}

/// What scripts would do with a message, all of it.
package struct RehearsedDelivery: Sendable {
    /// A script, compiled or not.
    package struct Script: Sendable {
        package let name: String
        package let path: String
        package let source: [UInt8]
        /// Nil after an error in it.
        package let listing: ScriptListing?
        package let diagnostics: [Diagnostic]
    }

    package let message: Message
    package let envelope: Envelope
    package internal(set) var scripts: [Script] = []
    /// With its trace; nil where no script ran.
    package internal(set) var result: SieveResult?
    package internal(set) var plan: Plan
    /// Where the scripts that others include are found.
    let library: ScriptDirectories
    let compiler: SieveCompiler

    /// A script that another one includes, by the engine's name for it.
    package func included(_ name: String) -> Script? {
        let prefix = "global/"
        let isGlobal = name.hasPrefix(prefix)
        let own = isGlobal ? String(name.dropFirst(prefix.utf8.count)) : name
        guard let source = library.script(own, at: isGlobal ? .global : .personal) else { return nil }
        let (listing, diagnostics) = compiler.list(source, name: name)
        let directory = (isGlobal ? library.global : library.personal) ?? ""
        return Script(
            name: name, path: "\(directory)/\(own).sieve", source: source, listing: listing,
            diagnostics: diagnostics)
    }
}

extension RehearsedDelivery {
    /// Puts INBOX in the place of mailboxes that a delivery could not open (``MailboxChoice``), and says so.
    fileprivate mutating func settleMailboxes(in mailRoot: String, _ mail: Configuration.Mail) {
        let layout = MailboxLayout(mail)
        for (index, action) in plan.actions.enumerated() {
            guard case .store(let name, let flags, let creating) = action.kind, !name.isInbox else {
                continue
            }
            let creates = creating || mail.autocreate
            guard let obstacle = Self.obstacle(name, mailRoot, layout, creates: creates) else { continue }
            plan.actions[index] = PlannedAction(
                .store(mailbox: .inbox, flags: flags, creating: true), origin: action.origin,
                content: action.content)
            let place = action.origin.script.map { "script \($0), line \(action.origin.line ?? 0): " } ?? ""
            plan.warnings.append("\(place)\(obstacle); stored in INBOX")
        }
    }

    private static func obstacle(
        _ name: MailboxName, _ mailRoot: String, _ layout: MailboxLayout, creates: Bool
    ) -> String? {
        do throws(MailboxNameError) {
            _ = try name.components(in: layout)
        } catch {
            return "\(error)"
        }
        // Of a mail root that cannot be looked at nothing is known.
        guard !creates, let root = try? MailRoot(opening: mailRoot, layout: layout, creating: false),
            !root.exists(name)
        else { return nil }
        return "there is no mailbox \(name.text), and none is made without :create"
    }
}

extension Rules {
    /// What ``plan(for:size:envelope:patient:canRefuse:)`` comes to, and why; nothing is kept of it.
    ///
    /// - Parameter given: the scripts, in place of the user's and the site's.
    func rehearse(
        _ message: Message, size: Int, envelope: Envelope, verdicts: Verdicts? = nil,
        given: [ScriptStore.Script]?
    ) -> RehearsedDelivery {
        let compiler = compiler
        var delivery = RehearsedDelivery(
            message: message, envelope: envelope, plan: Plan(actions: []), library: library,
            compiler: compiler)
        delivery.plan.verdicts = verdicts
        if let verdicts, verdicts.decision != .proceed {
            delivery.plan.actions = verdicts.decision.action.map { [$0] } ?? []
            return delivery
        }
        let now = WallTime.now()
        let host = RuleHost(
            configuration: configuration, destination: destination, envelope: envelope, message: message,
            verdicts: verdicts, now: now)
        let composition = PlanComposition(
            configuration: configuration, envelope: envelope, message: message, host: host, inbox: inbox,
            canRefuse: true, now: now)
        var programs: [Program] = []
        var found = given ?? []
        if given == nil {
            let reading = scripts.read()
            found = reading.scripts
            delivery.plan.warnings = reading.problems
        }
        for script in found {
            // The plain way: a trace has every test in it.
            let compilation = compiler.compile(script.source, name: script.name)
            let (listing, _) = compiler.list(script.source, name: script.name)
            delivery.scripts.append(
                RehearsedDelivery.Script(
                    name: script.name, path: script.path, source: script.source, listing: listing,
                    diagnostics: compilation.diagnostics))
            if let program = compilation.program { programs.append(program) }
        }
        if let limit = message.header.exceeded {
            delivery.plan.warnings.append("rules not run: header is over the limit (\(limit))")
            programs = []
        }
        let input = SieveInput(
            message: message, size: size, envelope: SieveEnvelope(envelope),
            subaddressDelimiters: configuration.users.subaddressDelimiters)
        let result = ScriptSequence(programs, limits: limits).run(on: input, host: host, tracing: true)
        if let failure = result.failure {
            delivery.plan.warnings.append(
                "script \(failure.script), line \(failure.line): \(failure.message)")
        }
        if !programs.isEmpty { delivery.result = result }
        delivery.plan.warnings += host.log
        composition.append(result, to: &delivery.plan)
        return delivery
    }
}
