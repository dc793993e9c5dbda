import DeliveryStatus
import MailMessage
import Maildir
import Platform
import Settings
import Sieve
import Spool

/// Running the rules for a message that came when they could not be run.
extension Attempt {
    /// For how long a script that cannot be read is waited for, in seconds; after that, it counts as broken, and
    /// mail goes to INBOX: no mail is returned for a rule file.
    private static var patience: Int { 3600 }

    /// Runs the rules, and records what they ask for before any of it is done.
    ///
    /// - Returns: what keeps the rules from being run; nil if they ran.
    mutating func expand(
        _ index: Int, of entry: inout OpenedEntry, in spool: borrowing SpoolDirectory
    ) throws(SpoolError) -> TaskFailure? {
        let inbox = RequestedMailbox(mailboxText, configuration).name
        var lineEnds = LineEndCounter()
        lineEnds.count(message.bytes.span)
        let age = WallTime.now().seconds - entry.envelope.created.seconds
        let storesHere = configuration.transport.local.isEmpty
        if storesHere {
            let mailbox = MailboxState(configuration: configuration, destination: destination, creating: true)
            if let obstacle = mailbox.obstacle {
                return TaskFailure(obstacle.reason, obstacle.status, DelayCause(storing: obstacle.status))
            }
        }
        var plan: Plan
        let checked: CheckedMessage
        do throws(TaskFailure) {
            checked = try check(age: age, of: entry, in: spool)
        } catch {
            return error
        }
        switch checked.verdicts?.decision {
        case .hold(let reason):
            outcome.quarantined = reason
            return nil
        case .reject(let reason):
            // Nobody waits for an answer any more: the sender is told by a report.
            try record("refused", index, TaskFailure(reason, .refused, .content).fields, in: &entry)
            return nil
        case nil, .proceed, .quarantine, .discard, .defer: break
        }
        do throws(SystemError) {
            plan = try Rules(configuration: configuration, destination: destination, inbox: inbox).plan(
                for: checked.message,
                size: checked.message.bytes.count + lineEnds.bare + checked.moreBareLineEnds,
                envelope: envelope, verdicts: checked.verdicts, patient: age < Self.patience,
                canRefuse: false)
        } catch {
            return TaskFailure("script \(error)", SystemErrorStatus(error).status, .script)
        }
        if let content = checked.content { plan.use(content) }
        warnings += plan.warnings
        if let notice = plan.notice, storesHere { tell(notice) }
        let children = try prepareChildren(plan, of: entry, in: spool)
        try record("planning", index, in: &entry)
        for action in plan.actions where action.content == nil {
            try record("planned", index, SpooledWork.fields(.perform(action)), in: &entry)
        }
        try record("expanded", index, SpoolFields(children: children), in: &entry)
        published += try ChildEntry.publish(children, in: spool)
        if !plan.memories.isEmpty {
            let memory = UserMemory(configuration: configuration, destination: destination, now: .now())
            memory.keep(plan.memories)
            warnings += memory.problems
        }
        return nil
    }

    private func tell(_ notice: ScriptNotice) {
        let notices = ScriptNotices(configuration: configuration, recipient: envelope.recipient)
        let mailbox = MailboxState(configuration: configuration, destination: destination, creating: true)
        switch mailbox {
        case .open(let root): notices.tell(notice, in: root)
        case .closed: break
        }
    }

    /// Actions with a content of their own become entries of their own: an entry holds one message.
    private func prepareChildren(
        _ plan: Plan, of entry: borrowing OpenedEntry, in spool: borrowing SpoolDirectory
    ) throws(SpoolError) -> [ChildEntry] {
        let derived = plan.actions.filter { $0.content != nil }.map { SpooledWork.Task.perform($0) }
        var children: [ChildEntry] = []
        for case (let content?, let tasks) in SpooledWork.group(derived) {
            children.append(
                try .prepare(
                    "answer \(children.count)", of: entry.envelope, doing: tasks,
                    head: content.header.array(0..<content.header.count),
                    body: content.source.dropping(first: content.bodyStart),
                    isPart: tasks.count < plan.actions.count, in: spool))
        }
        return children
    }
}

extension SpoolFields {
    /// One `child` field for each.
    init(children: [ChildEntry]) {
        self.init()
        for child in children { append("child", child.text) }
    }
}
