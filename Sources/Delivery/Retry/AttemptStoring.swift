import DeliveryStatus
import MailMessage
import Maildir
import Platform
import Settings
import Spool

/// Storing copies in the user's mailboxes.
extension Attempt {
    mutating func store(
        _ item: Progress.Item, _ name: MailboxName, _ flags: [String], _ creating: Bool,
        _ origin: PlannedAction.Origin, _ entry: inout OpenedEntry
    ) throws(SpoolError) {
        let mailbox = MailboxState(configuration: configuration, destination: destination, creating: true)
        switch mailbox {
        case .closed(let reason, let status):
            delay(item, TaskFailure(reason, status, DelayCause(storing: status)))
        case .open(let root):
            var quota = MailboxQuota(configuration: configuration, destination: destination)
            var folder: Folder
            do throws(MaildirError) {
                folder = try MailboxChoice(configuration).open(
                    name, creating: creating, for: origin, in: root, &warnings)
            } catch {
                return delay(item, TaskFailure(error))
            }
            if storedIn.contains(folder.name.text), !item.hasBegun {
                // Another action stored it there: one copy a mailbox (RFC 5228 §2.10.3).
                return try record("done", item.index, in: &entry)
            }
            if !item.hasBegun {
                let size = message.bytes.count
                var room = quota.room(for: size, in: folder.name, of: root)
                if room == .elsewhere {
                    warnings.append("\(folder.name.text) is full; stored in INBOX")
                    do throws(MaildirError) {
                        folder = try root.folder(.inbox, creating: true)
                    } catch {
                        return delay(item, TaskFailure(error))
                    }
                    room = quota.room(for: size, in: .inbox, of: root)
                }
                guard room != .none else { return turnAway(item, root, entry) }
            }
            try store(item, flags, in: folder, root, &quota, &entry)
            warnings += quota.warnings
        }
    }

    /// There is no room: it waits, or is turned away, as the site has it.
    private mutating func turnAway(
        _ item: Progress.Item, _ root: borrowing MailRoot, _ entry: borrowing OpenedEntry
    ) {
        guard FullMailbox(configuration).refuses(in: root, since: entry.waitingSince) else {
            return delay(item, TaskFailure(MailboxQuota.objection, .mailboxFull, .quota))
        }
        turnedAway.append(item)
    }

    /// Refuses what was turned away, if it is all that was asked for: who has a part of the message already, or will
    /// have, is not told that it was refused, so that the rest waits.
    mutating func refuseTurnedAway(_ entry: inout OpenedEntry) throws(SpoolError) {
        guard !turnedAway.isEmpty else { return }
        let progress = Progress(entry.envelope, entry.journal)
        guard let progress, !progress.isPart, progress.open.count == turnedAway.count else {
            for item in turnedAway {
                delay(item, TaskFailure(MailboxQuota.objection, .mailboxFull, .quota))
            }
            return
        }
        let refusal = TaskFailure(
            MailboxQuota.objection, EnhancedStatus.mailboxFull.asPermanent, .quota)
        for item in turnedAway { try record("refused", item.index, refusal.fields, in: &entry) }
    }

    private mutating func store(
        _ item: Progress.Item, _ flags: [String], in folder: borrowing Folder, _ root: borrowing MailRoot,
        _ quota: inout MailboxQuota, _ entry: inout OpenedEntry
    ) throws(SpoolError) {
        let unique = item.begunName.flatMap { UniqueName(text: $0) } ?? UniqueName.generate()
        if item.begunName == nil {
            try record("begun", item.index, ["name": unique.text], in: &entry)
        }
        do throws(MaildirError) {
            if let copy = try publish(unique, flags, mayBeThere: item.hasBegun, in: folder) {
                quota.add(size: copy.size, in: [folder.name], of: root)
                if quota.hasRoom { FullMailbox(configuration).hasRoom(in: root) }
                QuotaWarnings(configuration, destination, recipient: envelope.recipient).tell(quota, in: root)
                actions.append(("store", folder.name.text, "stored", copy.file))
            } else {
                actions.append(("store", folder.name.text, "stored", unique.text))
            }
        } catch {
            return delay(item, TaskFailure(error))
        }
        try record("done", item.index, ["mailbox": folder.name.text], in: &entry)
        storedIn.append(folder.name.text)
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
}

extension TaskFailure {
    init(_ error: MaildirError) {
        self.init("\(error)", error.status, DelayCause(storing: error.status))
    }
}
