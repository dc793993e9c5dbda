import DeliveryStatus
import MailMessage
import MailTransport
import Maildir
import Platform
import Settings
import Sieve
import Spool

/// One attempt at what is left of a spool entry.
///
/// The journal is written before the world is changed and after it, durably each time; so an attempt that is
/// killed at any point is taken up by the next one. What was stored is found again by its name; what a peer has
/// accepted is sent twice only if the kill came before the record of it was on disk.
struct Attempt: ~Copyable {
    /// What an attempt has left to say.
    struct Outcome {
        /// What may still be done, and why it was not.
        var delays: [(index: Int, failure: TaskFailure)] = []
        /// Done, and not in the journal yet: the removal of the entry is the record, if nothing else is left.
        var unrecorded: [Int] = []
        /// What checks have found, if the entry is to be put on hold for that.
        var quarantined: String?
    }

    let configuration: Configuration
    let courier: Courier
    /// Nil if nothing is asked of messages.
    let checks: Checks?
    let envelope: Envelope
    let destination: Destination
    let message: Message
    let mailboxText: String?
    /// The mailboxes that have their copy.
    var storedIn: [String] = []
    /// Stores for which there is no room, and which may be refused for that.
    var turnedAway: [Progress.Item] = []
    /// What was done, for the log.
    var actions: [(kind: String, target: String, result: String, file: String)] = []
    var warnings: [String] = []
    /// The route that a person has chosen.
    var route: Route?
    /// Entries that came to be.
    var published: [EntryReference] = []
    /// What came of the tasks.
    var outcome = Outcome()
    /// What the checks said, if they were asked in this attempt.
    var verdicts: Verdicts?

    /// Nil if the entry makes no sense to this version.
    init?(
        _ entry: SpoolEnvelope, message: SharedBytes, configuration: Configuration, courier: Courier,
        checks: Checks?
    ) {
        guard let envelope = SpooledWork.envelope(of: entry),
            let destination = Destination(entry, configuration: configuration)
        else { return nil }
        self.configuration = configuration
        self.courier = courier
        self.checks = checks
        self.envelope = envelope
        self.destination = destination
        self.message = Message(message, limits: MessageLimits(configuration.limits))
        mailboxText = entry.fields.first("mailbox")
    }

    /// - Throws: what keeps the journal from being written; what was done by then is in it.
    mutating func run(
        _ entry: inout OpenedEntry, in spool: borrowing SpoolDirectory
    ) throws(SpoolError) {
        guard var progress = Progress(entry.envelope, entry.journal) else { return }
        if let item = progress.open.first(where: { $0.task == .deliver }) {
            if let obstacle = try expand(item.index, of: &entry, in: spool) {
                outcome.delays.append((item.index, obstacle))
                return
            }
            guard outcome.quarantined == nil else { return }
            guard let expanded = Progress(entry.envelope, entry.journal) else { return }
            progress = expanded
        }
        storedIn = progress.storedIn
        route = progress.route.flatMap { Route($0) }
        var others: [Progress.Item] = []
        var sendings: [Sending] = []
        for item in progress.open {
            do throws(TaskFailure) {
                if let sending = try sending(item) {
                    sendings.append(sending)
                } else {
                    others.append(item)
                }
            } catch {
                delay(item, error)
            }
        }
        for item in others { try perform(item, &entry) }
        let isAllThatIsLeft =
            outcome.delays.isEmpty && progress.refused.isEmpty && turnedAway.isEmpty
        for group in Sending.transactions(sendings) {
            try send(
                group, &entry, in: spool, mayLeaveUnrecorded: isAllThatIsLeft && group.count == sendings.count
            )
        }
        try refuseTurnedAway(&entry)
    }

    private mutating func perform(
        _ item: Progress.Item, _ entry: inout OpenedEntry
    ) throws(SpoolError) {
        guard case .perform(let action) = item.task else { return }
        switch action.kind {
        case .store(let mailbox, let flags, let creating):
            try store(item, mailbox, flags, creating, action.origin, &entry)
        case .pipe(let request): try pipe(item, request, &entry)
        case .refuse, .discard: try record("done", item.index, in: &entry)
        case .forward, .send: break
        }
    }

    // MARK: What comes of a task

    mutating func delay(_ item: Progress.Item, _ failure: TaskFailure) {
        outcome.delays.append((item.index, failure))
    }

    func record(
        _ kind: String, _ action: Int, _ fields: SpoolFields = SpoolFields(), in entry: inout OpenedEntry
    ) throws(SpoolError) {
        try entry.append(JournalRecord(time: .now(), action: action, kind: kind, fields: fields))
    }

    // MARK: Programs

    private mutating func pipe(
        _ item: Progress.Item, _ request: PipeRequest, _ entry: inout OpenedEntry
    ) throws(SpoolError) {
        let answer = ProgramFolder(configuration.sieve).run(
            request.program, input: .message(MessageContent(whole: message)))
        let problem: String
        switch answer {
        case .ended(status: 0, _):
            actions.append(("pipe", request.program.name, "sent", ""))
            return try record("done", item.index, in: &entry)
        case .ended(let status, _): problem = "exit status \(status)"
        case .failed(let reason): problem = reason
        case .notFound: problem = "no such program"
        }
        guard request.mayFail else {
            return delay(
                item, TaskFailure("\(request.program.name): \(problem)", .systemTrouble, .program))
        }
        warnings.append("\(request.program.name): \(problem)")
        try record("done", item.index, in: &entry)
    }
}

extension Destination {
    /// Whose mail an entry is: what the delivery found out then, and this process now.
    init?(_ entry: SpoolEnvelope, configuration: Configuration) {
        let fields = entry.fields
        guard let user = fields.first("user"), let mailRoot = fields.first("mail-root"),
            mailRoot.utf8.first == UInt8(ascii: "/")
        else { return nil }
        self.init(
            userName: user, identity: Identity.current(), supplementaryGroups: [],
            home: fields.first("home") ?? "",
            mailRoot: mailRoot, personalScripts: fields.all("script"), quota: fields.first("quota"),
            isGivenDirectly: fields.first("direct") == "yes")
    }
}
