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
    let configuration: Configuration
    let scripts: ScriptStore
    private let cache: ScriptCache
    let destination: Destination
    /// Where a kept message goes. Another than INBOX is not made for it: a stranger may have chosen the name.
    let inbox: MailboxName

    init(configuration: Configuration, destination: Destination, inbox: MailboxName) {
        self.configuration = configuration
        self.inbox = inbox
        self.destination = destination
        scripts = ScriptStore(configuration: configuration, destination: destination)
        cache = ScriptCache(configuration: configuration, destination: destination)
    }

    /// - Parameters:
    ///   - message: as it came in.
    ///   - size: octets of it with CR LF line ends (RFC 5228 §5.9).
    ///   - verdicts: what the checks of the message said; nil if there were none.
    ///   - patient: whether a script that cannot be read at this moment is worth waiting for.
    ///   - canRefuse: whether somebody still waits for the answer, so that a rejection can be that.
    /// - Throws: what kept such a script from being read.
    func plan(
        for message: Message, size: Int, envelope: Envelope, verdicts: Verdicts?, patient: Bool,
        canRefuse: Bool
    ) throws(SystemError) -> Plan {
        var plan: Plan
        if let verdicts, verdicts.decision != .proceed {
            plan = Plan(actions: verdicts.decision.action.map { [$0] } ?? [])
        } else {
            plan = try planByRules(message, size, envelope, verdicts, patient: patient, canRefuse: canRefuse)
        }
        plan.verdicts = verdicts
        return plan
    }

    private func planByRules(
        _ message: Message, _ size: Int, _ envelope: Envelope, _ verdicts: Verdicts?, patient: Bool,
        canRefuse: Bool
    ) throws(SystemError) -> Plan {
        if let limit = message.header.exceeded {
            // Over a limit a message is delivered all the same, plainly.
            return Plan(actions: [keep()], warnings: ["rules not run: header is over the limit (\(limit))"])
        }
        let reading = scripts.read()
        if patient, let failure = reading.passingFailure { throw failure }
        let found = reading.scripts
        var plan = Plan(actions: [], warnings: reading.problems)
        let compiler = compiler
        var programs = compile(found, compiler, into: &plan)
        guard !programs.isEmpty else {
            plan.actions = [keep()]
            return plan
        }
        let now = WallTime.now()
        let budget = ProcessorBudget(
            mailRoot: destination.mailRoot, limit: configuration.sieve.cpuTimePerHour)
        guard !budget.isSpent(now: now) else {
            plan.actions = [keep()]
            plan.warnings.append(
                "rules not run: they took more than \(configuration.sieve.cpuTimePerHour) s of processor time within an hour"
            )
            return plan
        }
        let host = RuleHost(
            configuration: configuration, destination: destination, envelope: envelope, message: message,
            verdicts: verdicts, now: now)
        let input = SieveInput(
            message: message, size: size, envelope: SieveEnvelope(envelope),
            subaddressDelimiters: configuration.users.subaddressDelimiters)
        var result = ScriptSequence(programs, limits: limits).run(on: input, host: host)
        if result.hasDamagedImage {
            for script in found { cache.remove(imageOfScriptAt: script.path) }
            programs = compile(found, compiler, usingImages: false, into: &plan)
            result = ScriptSequence(programs, limits: limits).run(on: input, host: host)
        }
        if let failure = result.failure {
            plan.warnings.append("script \(failure.script), line \(failure.line): \(failure.message)")
            plan.notice = plan.notice ?? notice(of: failure, in: found)
        }
        budget.note(milliseconds: host.processorTime, now: now)
        plan.warnings += host.log
        let composition = PlanComposition(
            configuration: configuration, envelope: envelope, message: message, host: host, inbox: inbox,
            canRefuse: canRefuse, now: now)
        composition.append(result, to: &plan)
        plan.warnings += host.memory.problems
        return plan
    }

    var compiler: SieveCompiler {
        SieveCompiler(
            limits: limits,
            enabledExtensions: SieveCompiler.capabilities(named: configuration.sieve.extensions).enabled,
            library: library)
    }

    private func compile(
        _ found: [ScriptStore.Script], _ compiler: SieveCompiler, usingImages: Bool = true,
        into plan: inout Plan
    ) -> [Program] {
        var programs: [Program] = []
        for script in found {
            if usingImages, script.isPersonal, let image = cache.image(ofScriptAt: script.path),
                let program = compiler.program(from: image, source: script.source, name: script.name)
            {
                programs.append(program)
                continue
            }
            let compilation = compiler.compile(script.source, name: script.name)
            if let program = compilation.program {
                if script.isPersonal, let image = compiler.image(of: program, source: script.source) {
                    cache.store(image, ofScriptAt: script.path)
                }
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

    private func keep() -> PlannedAction {
        PlannedAction(.store(mailbox: inbox, flags: [], creating: inbox.isInbox))
    }

    var library: ScriptDirectories {
        ScriptDirectories(
            personal: configuration.sieve.includePersonal.flatMap {
                try? $0.expanded(user: destination.userName, home: destination.home)
            },
            global: configuration.sieve.includeGlobal.isEmpty ? nil : configuration.sieve.includeGlobal,
            identity: destination.identity, maxScriptSize: configuration.sieve.maxScriptSize)
    }

    var limits: SieveLimits { SieveLimits(configuration.sieve) }
}

extension Verdicts.Decision {
    /// What is done in place of what rules say; nil where they run, or nothing is done now.
    var action: PlannedAction? {
        switch self {
        case .proceed, .hold, .defer: nil
        case .quarantine(let mailbox, _):
            PlannedAction(.store(mailbox: mailbox, flags: [], creating: true))
        case .reject(let reason): PlannedAction(.refuse(reason: reason))
        case .discard: PlannedAction(.discard)
        }
    }
}
