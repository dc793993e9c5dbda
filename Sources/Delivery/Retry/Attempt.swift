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
/// killed at any point is taken up by the next one without a second copy.
struct Attempt: ~Copyable {
    /// How an attempt ended.
    enum Result: Equatable {
        /// Nothing is left to do.
        case finished
        /// Something is left; the first reason, of those that may pass if there is one.
        case failed(reason: String, status: EnhancedStatus)

        /// Whether trying again is of no use.
        var isFinal: Bool {
            if case .failed(_, let status) = self { status.class == .permanentFailure } else { false }
        }
    }

    private let configuration: Configuration
    private let courier: Courier
    private let envelope: Envelope
    private let destination: Destination
    private let message: Message
    private let mailboxText: String?
    /// The mailboxes that have their copy.
    private var storedIn: [String] = []
    /// Files that came to be, and addresses that took the message; for the log.
    private(set) var actions: [(kind: String, target: String, file: String)] = []
    private(set) var warnings: [String] = []

    /// Nil if the entry makes no sense to this version.
    init?(
        _ entry: SpoolEnvelope, message: SharedBytes, configuration: Configuration, courier: Courier
    ) {
        guard let envelope = SpooledWork.envelope(of: entry),
            let destination = Destination(entry, configuration: configuration)
        else { return nil }
        self.configuration = configuration
        self.courier = courier
        self.envelope = envelope
        self.destination = destination
        self.message = Message(message, limits: MessageLimits(configuration.limits))
        mailboxText = entry.fields.first("mailbox")
    }

    mutating func run(_ entry: inout OpenedEntry) throws(SpoolError) -> Result {
        guard var progress = Progress(entry.envelope, entry.journal) else {
            return .failed(reason: "the entry asks for something unknown", status: .systemTrouble)
        }
        if let item = progress.open.first(where: { $0.task == .deliver }) {
            let mailbox = MailboxState(configuration: configuration, destination: destination, creating: true)
            if let obstacle = mailbox.obstacle {
                return .failed(reason: obstacle.reason, status: obstacle.status)
            }
            if let failure = try expand(item.index, of: &entry, mailbox) {
                return .failed(reason: "script \(failure)", status: SystemErrorStatus(failure).status)
            }
            guard let expanded = Progress(entry.envelope, entry.journal) else {
                return .failed(reason: "the entry asks for something unknown", status: .systemTrouble)
            }
            progress = expanded
        }
        storedIn = progress.storedIn
        var failure: Result?
        for item in progress.open {
            let result = try perform(item, &entry)
            // As long as anything may still go well, the entry is not given up.
            if result != .finished, failure == nil || failure?.isFinal == true { failure = result }
        }
        return failure ?? .finished
    }

    /// For how long a script that cannot be read is waited for, in seconds; after that, it counts as broken, and
    /// mail goes to INBOX: no mail is returned for a rule file.
    private static var patience: Int { 3600 }

    /// Runs the rules, and records what they ask for before any of it is done.
    ///
    /// - Returns: what keeps a script from being read; nil if the rules ran.
    private mutating func expand(
        _ index: Int, of entry: inout OpenedEntry, _ mailbox: borrowing MailboxState
    ) throws(SpoolError) -> SystemError? {
        let inbox = RequestedMailbox(mailboxText, configuration).name
        var lineEnds = LineEndCounter()
        lineEnds.count(message.bytes.span)
        let age = WallTime.now().seconds - entry.envelope.created.seconds
        let plan: Plan
        do throws(SystemError) {
            plan = try Rules(configuration: configuration, destination: destination, inbox: inbox).plan(
                for: message, size: message.bytes.count + lineEnds.bare, envelope: envelope,
                patient: age < Self.patience, canRefuse: false)
        } catch {
            return error
        }
        warnings += plan.warnings
        if let notice = plan.notice {
            let notices = ScriptNotices(configuration: configuration, recipient: envelope.recipient)
            switch mailbox {
            case .open(let root): notices.tell(notice, in: root)
            case .closed: break
            }
        }
        try commitDerived(plan)
        try record("planning", index, in: &entry)
        for action in plan.actions where action.content == nil {
            try record("planned", index, SpooledWork.fields(.perform(action)), in: &entry)
        }
        try record("expanded", index, in: &entry)
        if !plan.memories.isEmpty {
            let memory = UserMemory(configuration: configuration, destination: destination, now: .now())
            memory.keep(plan.memories)
            warnings += memory.problems
        }
        return nil
    }

    private mutating func perform(
        _ item: Progress.Item, _ entry: inout OpenedEntry
    ) throws(SpoolError) -> Result {
        guard case .perform(let action) = item.task else { return .finished }
        switch action.kind {
        case .store(let mailbox, let flags, let creating):
            return try store(item, mailbox, flags, creating, &entry)
        case .forward(let forwarding):
            return try forward(item, forwarding, &entry)
        case .send(let dispatch):
            return try send(item, dispatch, &entry)
        case .pipe(let request):
            return try pipe(item, request, &entry)
        case .refuse, .discard:
            try record("done", item.index, in: &entry)
            return .finished
        }
    }

    /// Actions with a content of their own become entries of their own, which are due at once: an entry holds one
    /// message. Killed between here and the record of the plan, the rules run again and may make them twice.
    private func commitDerived(_ plan: Plan) throws(SpoolError) {
        let derived = plan.actions.filter { $0.content != nil }.map { SpooledWork.Task.perform($0) }
        guard !derived.isEmpty else { return }
        let now = WallTime.now()
        let spool = try SpoolAccess(configuration: configuration, owner: destination.identity.user).open()
        for case (let content?, let tasks) in SpooledWork.group(derived) {
            let envelope = SpooledWork.envelope(
                self.envelope, destination: destination, mailbox: mailboxText, tasks: tasks, reason: "",
                created: now)
            _ = try spool.commit(envelope, content, due: now)
        }
    }

    // MARK: Storing

    private mutating func store(
        _ item: Progress.Item, _ name: MailboxName, _ flags: [String], _ creating: Bool,
        _ entry: inout OpenedEntry
    ) throws(SpoolError) -> Result {
        let mailbox = MailboxState(configuration: configuration, destination: destination, creating: true)
        switch mailbox {
        case .closed(let reason, let status): return .failed(reason: reason, status: status)
        case .open(let root):
            let quota = MailboxQuota(configuration: configuration, destination: destination)
            if !item.hasBegun,
                let reason = quota.objection(toAdding: message.bytes.count, copies: 1, in: root)
            {
                return .failed(reason: reason, status: .mailboxFull)
            }
            let folder: Folder
            do throws(MaildirError) {
                folder = try MailboxChoice(configuration).open(name, creating: creating, in: root, &warnings)
            } catch {
                return .failed(reason: "\(error)", status: error.status)
            }
            if storedIn.contains(folder.name.text), !item.hasBegun {
                // Another action stored it there: one copy a mailbox (RFC 5228 §2.10.3).
                try record("done", item.index, in: &entry)
                return .finished
            }
            return try store(item, flags, in: folder, root, quota, &entry)
        }
    }

    private mutating func store(
        _ item: Progress.Item, _ flags: [String], in folder: borrowing Folder, _ root: borrowing MailRoot,
        _ quota: MailboxQuota, _ entry: inout OpenedEntry
    ) throws(SpoolError) -> Result {
        let unique = item.begunName.flatMap { UniqueName(text: $0) } ?? UniqueName.generate()
        if item.begunName == nil {
            try record("begun", item.index, ["name": unique.text], in: &entry)
        }
        do throws(MaildirError) {
            let copy = try publish(unique, flags, mayBeThere: item.hasBegun, in: folder)
            if let copy { quota.add(size: copy.size, copies: 1, in: root) }
            actions.append(("store", folder.name.text, copy?.file ?? unique.text))
        } catch {
            return .failed(reason: "\(error)", status: error.status)
        }
        try record("done", item.index, ["mailbox": folder.name.text], in: &entry)
        storedIn.append(folder.name.text)
        return .finished
    }

    /// The new copy; nil if an earlier attempt had stored it already.
    private mutating func publish(
        _ unique: UniqueName, _ flags: [String], mayBeThere: Bool, in folder: borrowing Folder
    ) throws(MaildirError) -> (file: String, size: Int)? {
        if mayBeThere, try folder.contains(unique) {
            // Visible, but perhaps not durable yet.
            try folder.synchronize()
            return nil
        }
        let trace = TraceFields(
            returnPath: configuration.delivery.returnPath, deliveredTo: configuration.delivery.deliveredTo
        ).bytes(for: envelope, before: message)
        var staged = try folder.stage()
        try staged.write(trace, then: message.bytes.span)
        let size = staged.size
        let copy = try staged.publish(into: folder, name: unique, flags: MessageFlags(imapFlags: flags))
        warnings += copy.warnings.map { "\($0)" }
        try folder.synchronize()
        return (copy.fileName, size)
    }

    // MARK: Sending

    private mutating func forward(
        _ item: Progress.Item, _ forwarding: PlannedAction.Forwarding, _ entry: inout OpenedEntry
    ) throws(SpoolError) -> Result {
        let address = forwarding.recipient
        let forwarded = ForwardedMessage(message, recipient: envelope.recipient)
        let mail = OutgoingMail(
            sender: forwarding.sender ?? envelope.senderText, recipients: [.init(address.text)],
            head: forwarded.head, body: forwarded.body)
        switch courier.send(mail) {
        case .accepted:
            actions.append(("forward", address.text, ""))
            try record("done", item.index, in: &entry)
            return .finished
        case .temporaryFailure(let failure):
            return .failed(
                reason: "forward to \(address.text): \(failure.text)",
                status: (EnhancedStatus(failure.status) ?? .systemTrouble).asTransient)
        case .permanentFailure(let failure):
            return .failed(
                reason: "forward to \(address.text): \(failure.text)",
                status: (EnhancedStatus(failure.status) ?? .refused).asPermanent)
        }
    }

    private mutating func send(
        _ item: Progress.Item, _ dispatch: PlannedAction.Dispatch, _ entry: inout OpenedEntry
    ) throws(SpoolError) -> Result {
        let address = dispatch.recipient.text
        let mail = OutgoingMail(
            sender: dispatch.sender, recipients: [.init(address)], head: [], body: message.bytes)
        switch courier.send(mail) {
        case .accepted:
            actions.append((dispatch.purpose.rawValue, address, ""))
            try record("done", item.index, in: &entry)
            return .finished
        case .temporaryFailure(let failure):
            return .failed(
                reason: "\(dispatch.purpose.rawValue) to \(address): \(failure.text)",
                status: (EnhancedStatus(failure.status) ?? .systemTrouble).asTransient)
        case .permanentFailure(let failure):
            // Nobody waits for what we send of our own accord.
            warnings.append("\(dispatch.purpose.rawValue) to \(address) was refused: \(failure.text)")
            try record("done", item.index, in: &entry)
            return .finished
        }
    }

    private mutating func pipe(
        _ item: Progress.Item, _ request: PipeRequest, _ entry: inout OpenedEntry
    ) throws(SpoolError) -> Result {
        let answer = ProgramFolder(configuration.sieve).run(
            request.program, input: .message(MessageContent(whole: message)))
        switch answer {
        case .ended(status: 0, _):
            actions.append(("pipe", request.program.name, ""))
        case .ended(let status, _):
            guard request.mayFail else {
                return .failed(
                    reason: "\(request.program.name): exit status \(status)", status: .systemTrouble)
            }
            warnings.append("\(request.program.name): exit status \(status)")
        case .failed(let reason):
            guard request.mayFail else {
                return .failed(reason: "\(request.program.name): \(reason)", status: .systemTrouble)
            }
            warnings.append("\(request.program.name): \(reason)")
        case .notFound:
            guard request.mayFail else {
                return .failed(reason: "\(request.program.name): no such program", status: .systemTrouble)
            }
            warnings.append("\(request.program.name): no such program")
        }
        try record("done", item.index, in: &entry)
        return .finished
    }

    private func record(
        _ kind: String, _ action: Int, _ fields: SpoolFields = SpoolFields(), in entry: inout OpenedEntry
    ) throws(SpoolError) {
        try entry.append(JournalRecord(time: .now(), action: action, kind: kind, fields: fields))
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
