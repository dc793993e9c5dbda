import MailLog
import MailMessage
import Maildir
import Platform
import Settings
import Sieve
import Spool

/// The log record of one delivery, written once, at its end. A log that cannot be written changes nothing.
struct DeliveryJournal: ~Copyable {
    private var log: DeliveryLog
    private let request: DeliveryRequest
    private let time = WallTime.now()
    private var steps: [DeliveryRecord.Step] = []
    private var checks: [DeliveryRecord.Check] = []

    init(configuration: Configuration, request: DeliveryRequest) {
        log = DeliveryLog(configuration.log)
        self.request = request
    }

    /// Opens the log before the process gives up the rights that it may need for that.
    mutating func openWithPresentRights() {
        if Identity.current().isSuperuser { _ = log.open() }
    }

    mutating func note(_ step: String, since start: SteadyTime) {
        steps.append(
            DeliveryRecord.Step(name: step, milliseconds: SteadyTime.now().milliseconds - start.milliseconds))
    }

    mutating func note(_ results: [CheckResult]) {
        checks = results.map(DeliveryRecord.Check.init)
    }

    mutating func write(
        _ outcome: Outcome, _ facts: ArrivalFacts?, _ destination: Destination?, exitStatus: Int
    ) {
        var record = DeliveryRecord(
            time: time, id: outcome.spoolEntries.first?.id ?? identifier, outcome: outcome.recordOutcome)
        record.status = "\(outcome.status)"
        record.exitStatus = exitStatus
        record.reason = outcome.text
        record.warnings = outcome.warnings
        record.steps = steps
        record.checks = checks
        record.user = destination?.userName ?? request.user ?? ""
        record.actions = outcome.results.map(Self.action)
        if let facts { Self.add(facts, to: &record) }
        _ = log.write(record)
    }

    /// Names a delivery that has no spool entry.
    private var identifier: String {
        "\(String(time.seconds, radix: 36))-\(String(time.nanoseconds, radix: 36))-\(String(Host.processIdentifier(), radix: 36))"
    }

    private static func add(_ facts: ArrivalFacts, to record: inout DeliveryRecord) {
        let envelope = facts.envelope
        record.queueID = envelope.queueIdentifier ?? ""
        record.messageID = facts.messageIdentifier
        record.sender = envelope.senderText
        record.senderSource = envelope.senderSource.rawValue
        record.recipient = envelope.recipient.text
        record.recipientSource = envelope.recipientSource.rawValue
        record.originalRecipient = envelope.originalRecipient?.text ?? ""
        record.originalRecipientSource = envelope.originalRecipientSource.rawValue
        record.size = facts.size
    }

    private static func action(_ result: Outcome.ActionResult) -> DeliveryRecord.Action {
        var action = DeliveryRecord.Action(
            kind: result.action.kind.word, target: result.action.kind.target,
            script: result.action.origin.script ?? "", line: result.action.origin.line ?? 0)
        switch result.result {
        case .stored(let file):
            action.result = "stored"
            action.file = file
        case .spooled(let reason): action.result = reason.isEmpty ? "spooled" : "spooled: \(reason)"
        case .discarded: action.result = "discarded"
        }
        return action
    }
}

extension PlannedAction.Kind {
    /// What logs and listings call it.
    package var word: String {
        switch self {
        case .store: "store"
        case .forward: "forward"
        case .send(let dispatch): dispatch.purpose.rawValue
        case .pipe: "pipe"
        case .refuse: "reject"
        case .discard: "discard"
        }
    }

    /// The mailbox or the address.
    package var target: String {
        switch self {
        case .store(let mailbox, _, _): mailbox.text
        case .forward(let forwarding): forwarding.recipient.text
        case .send(let dispatch): dispatch.recipient.text
        case .pipe(let request): request.program.name
        case .refuse, .discard: ""
        }
    }
}

extension DeliveryLog {
    init(_ settings: Configuration.Log) {
        let target: Target =
            switch settings.target {
            case .syslog: .syslog
            case .journal: .journal
            case .file(let path): .file(path: path)
            case .standardError: .standardError
            case .none: .none
            }
        self.init(
            target, format: settings.format == .json ? .json : .logfmt, facility: settings.facility.code)
    }
}
