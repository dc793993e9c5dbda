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
        _ entry: inout OpenedEntry
    ) throws(SpoolError) {
        let mailbox = MailboxState(configuration: configuration, destination: destination, creating: true)
        switch mailbox {
        case .closed(let reason, let status):
            delay(item, TaskFailure(reason, status, DelayCause(storing: status)))
        case .open(let root):
            let quota = MailboxQuota(configuration: configuration, destination: destination)
            if !item.hasBegun,
                let reason = quota.objection(toAdding: message.bytes.count, copies: 1, in: root)
            {
                return delay(item, TaskFailure(reason, .mailboxFull, .quota))
            }
            let folder: Folder
            do throws(MaildirError) {
                folder = try MailboxChoice(configuration).open(name, creating: creating, in: root, &warnings)
            } catch {
                return delay(item, TaskFailure(error))
            }
            if storedIn.contains(folder.name.text), !item.hasBegun {
                // Another action stored it there: one copy a mailbox (RFC 5228 §2.10.3).
                return try record("done", item.index, in: &entry)
            }
            try store(item, flags, in: folder, root, quota, &entry)
        }
    }

    private mutating func store(
        _ item: Progress.Item, _ flags: [String], in folder: borrowing Folder, _ root: borrowing MailRoot,
        _ quota: MailboxQuota, _ entry: inout OpenedEntry
    ) throws(SpoolError) {
        let unique = item.begunName.flatMap { UniqueName(text: $0) } ?? UniqueName.generate()
        if item.begunName == nil {
            try record("begun", item.index, ["name": unique.text], in: &entry)
        }
        do throws(MaildirError) {
            let copy = try publish(unique, flags, mayBeThere: item.hasBegun, in: folder)
            if let copy { quota.add(size: copy.size, copies: 1, in: root) }
            actions.append(("store", folder.name.text, "stored", copy?.file ?? unique.text))
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
