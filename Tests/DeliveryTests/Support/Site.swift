import MailMessage
import Maildir
import Platform
import Settings
import Spool
import Testing

@testable import Delivery

/// A site of one user: a Maildir, a spool, a sendmail program, and a configuration that names them.
struct Site {
    let temporary: TemporaryDirectory
    var configuration = Configuration()
    var request = DeliveryRequest()

    static let message = "Received: from a by b; Sun, 22 Nov 2026 10:00:00 +0000\nSubject: hello\n\nbody\n"

    /// - Parameter directory: where it is; by default one of its own.
    init(in directory: TemporaryDirectory? = nil) throws {
        temporary = try directory ?? TemporaryDirectory()
        configuration.spool.directory = temporary.path("spool")
        configuration.log.target = .none
        configuration.retry.jitter = 0
        configuration.transport.sendmail = temporary.path("sendmail")
        configuration.bounce.hostname = "mx.example.org"
        request.mailDirectory = temporary.path("Maildir")
        request.sender = "alice@example.net"
        request.recipient = "bob@example.org"
        request.keepsEnvironment = true
    }

    /// Sets `SECTION.KEY=VALUE`.
    mutating func set(_ overrides: String...) {
        for override in overrides {
            let problem = configuration.override(override)
            #expect(problem == nil)
        }
    }

    mutating func use(_ script: String) throws {
        request.script = try temporary.write("rules.sieve", script)
    }

    // MARK: Delivering

    func deliver(_ message: String = Self.message) throws -> Completion { try deliver(Array(message.utf8)) }

    func deliver(_ message: [UInt8]) throws -> Completion {
        let path = try temporary.write("input-\(Host.random())", message)
        let input = try OwnedFileDescriptor(reading: path)
        return DeliveryRun(request, configuration: configuration, warnings: [], input: input.raw).run()
    }

    var destination: Destination {
        get throws { try DestinationLookup(request: request, configuration: configuration).find() }
    }

    func rules(_ message: String = Self.message, patient: Bool = true) throws -> Plan {
        let inbox = RequestedMailbox(request.mailbox, configuration).name
        let bytes = Array(message.utf8)
        return try Rules(configuration: configuration, destination: destination, inbox: inbox).plan(
            for: Message(SharedBytes(bytes), limits: MessageLimits(configuration.limits)), size: bytes.count,
            envelope: envelope, verdicts: nil, patient: patient, canRefuse: true)
    }

    var envelope: Envelope {
        Envelope(
            sender: MailAddress(path: request.sender ?? ""), senderSource: .option,
            recipient: MailAddress(path: request.recipient ?? "") ?? .system("bob", at: "example.org"),
            recipientSource: .option)
    }

    // MARK: What is there

    /// The files of a folder that readers see, `new/…` and `cur/…`; INBOX by default.
    func files(_ folder: String = "") -> [String] {
        ["new", "cur"].flatMap { part in temporary.names("Maildir/\(folder)/\(part)").map { part + "/" + $0 }
        }
    }

    func copies(_ folder: String = "") throws -> [String] {
        try files(folder).map { try temporary.text("Maildir/\(folder)/\($0)") }
    }

    func makeFolder(_ folder: String = "") throws {
        try run("/bin/mkdir", "-p", "-m", "700", temporary.path("Maildir"))
        for part in ["tmp", "new", "cur"] {
            try run("/bin/mkdir", "-p", temporary.path("Maildir/\(folder)/\(part)"))
        }
    }

    /// What `tmp/` directories and the spool's `tmp` still hold.
    var leftovers: [String] {
        temporary.names("Maildir/tmp") + temporary.names("spool/\(Identity.current().user)/tmp")
    }

    // MARK: The spool

    func openSpool(creating: Bool = false) throws -> SpoolDirectory {
        try SpoolAccess(configuration: configuration, owner: Identity.current().user).open(creating: creating)
    }

    func entries() throws -> [EntryReference] {
        do throws(SpoolError) {
            return try SpoolAccess(configuration: configuration, owner: Identity.current().user)
                .open(creating: false).entries().entries
        } catch {
            guard error.kind == .absent else { throw error }
            return []
        }
    }

    func summary(_ reference: EntryReference) throws -> EntrySummary {
        try #require(try openSpool().inspect(reference))
    }

    /// An entry of this site's user.
    func commit(
        _ tasks: [SpooledWork.Task], message: String = Self.message, age: Int = 0, mailbox: String? = nil
    ) throws -> EntryReference {
        let now = WallTime.now()
        let envelope = SpooledWork.envelope(
            self.envelope, destination: try destination, mailbox: mailbox, tasks: tasks, reason: "",
            created: WallTime(seconds: now.seconds - age))
        let body = Array(message.utf8)
        return try openSpool(creating: true).commit(envelope, head: [], body: body.span, due: now)
    }

    func store(
        _ mailbox: String = "INBOX", flags: [String] = [], creating: Bool = false
    ) throws -> SpooledWork.Task {
        let name = try MailboxName(mailbox, separator: UInt8(ascii: "/"))
        return .perform(PlannedAction(.store(mailbox: name, flags: flags, creating: creating)))
    }

    func forward(_ address: String) throws -> SpooledWork.Task {
        .perform(
            PlannedAction(.forward(PlannedAction.Forwarding(to: try #require(MailAddress(path: address))))))
    }

    func append(_ records: [JournalRecord], to reference: EntryReference) throws {
        let spool = try openSpool()
        let deadline = Deadline(milliseconds: 2000)
        while !deadline.hasPassed {
            if var entry = try spool.open(reference) {
                for record in records { try entry.append(record) }
                return
            }
            pause(milliseconds: 5)
        }
        Issue.record("entry \(reference.id) cannot be had")
    }

    /// Puts an entry that is on hold back into the queue.
    func release(_ reference: EntryReference) throws -> EntryReference {
        let spool = try openSpool()
        let deadline = Deadline(milliseconds: 2000)
        while !deadline.hasPassed {
            if let entry = try spool.open(reference) { return try entry.release(due: .now()) }
            pause(milliseconds: 5)
        }
        Issue.record("entry \(reference.id) cannot be had")
        return reference
    }

    /// Visits an entry. Programs that other tests start hold its lock, too, between fork and exec: so it is
    /// tried again for a moment.
    func visit(_ reference: EntryReference, givingUp: Bool = false) throws -> EntryVisit.Result {
        let spool = try openSpool()
        let deadline = Deadline(milliseconds: 2000)
        while true {
            let visit = EntryVisit(configuration: configuration, courier: Courier(local: configuration))
            let result = givingUp ? visit.giveUp(reference, in: spool) : visit.visit(reference, in: spool)
            if result != .unavailable || deadline.hasPassed { return result }
            pause(milliseconds: 5)
        }
    }

    /// Tries the only entry, wherever it is.
    func visitOnlyEntry() throws -> EntryVisit.Result {
        let entries = try entries()
        try #require(entries.count == 1)
        return try visit(entries[0])
    }

    // MARK: sendmail

    /// Makes the sendmail program: it writes down how it was called, and ends with `status`.
    func installSendmail(status: Int = 0, saying text: String = "") throws {
        try temporary.writeProgram(
            "sendmail",
            "printf '%s|' \"$@\" >>$0.arguments; cat >$0.input; echo >>$0.calls; echo '\(text)'; exit \(status)"
        )
    }

    /// How often sendmail was called.
    var sendmailCalls: Int { (try? temporary.bytes("sendmail.calls").count) ?? 0 }
    var sendmailArguments: String { (try? temporary.text("sendmail.arguments")) ?? "" }
    var sendmailInput: String { (try? temporary.text("sendmail.input")) ?? "" }
}

func record(_ kind: String, _ action: Int? = nil, _ fields: SpoolFields = SpoolFields()) -> JournalRecord {
    JournalRecord(time: WallTime(seconds: 1_700_000_000), action: action, kind: kind, fields: fields)
}

func message(_ text: String) -> Message { Message(SharedBytes(Array(text.utf8))) }

func address(_ text: String) throws -> MailAddress { try #require(MailAddress(path: text)) }
