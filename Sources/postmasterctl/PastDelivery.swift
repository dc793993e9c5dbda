import Delivery
import Diagnosis
import MailLog
import Maildir
import Platform
import Settings
import Spool

/// The message of a spool entry, and its envelope.
struct SpooledCopy {
    let message: SharedBytes
    let sender: String?
    let recipient: String?
    let user: String?

    /// Nil where there is no such entry.
    static func find(_ id: String, _ parts: SpoolParts) throws -> SpooledCopy? {
        guard let owner = try parts.owner(of: id), let spool = try parts.open(owner),
            let reference = try spool.find(id), let opened = try spool.open(reference)
        else { return nil }
        let fields = opened.envelope.fields
        return SpooledCopy(
            message: try opened.message(), sender: fields.first("sender"),
            recipient: fields.first("recipient"),
            user: fields.first("user"))
    }
}

/// The message that a delivery stored, wherever its owner has moved it since.
enum StoredCopy {
    private static let limit = 256 << 20

    static func find(
        _ record: LoggedDelivery, _ rehearsal: Rehearsal, _ settings: Configuration.Mail
    ) -> SharedBytes? {
        let layout = MailboxLayout(settings)
        guard let root = try? MailRoot(opening: rehearsal.mailRoot, layout: layout, creating: false) else {
            return nil
        }
        for action in record.actions where !action.file.isEmpty {
            let recorded = try? MailboxName(action.target, separator: UInt8(ascii: "/"))
            if let recorded, let found = find(action.file, in: recorded, root) { return found }
            for mailbox in (try? root.mailboxes()) ?? [] where mailbox != recorded {
                if let found = find(action.file, in: mailbox, root) { return found }
            }
        }
        return nil
    }

    private static func find(
        _ file: String, in mailbox: MailboxName, _ root: borrowing MailRoot
    ) -> SharedBytes? {
        guard let folder = try? root.folder(mailbox), let (name, subdirectory) = try? folder.find(file),
            let descriptor = try? folder.open(name, in: subdirectory),
            let bytes = try? descriptor.readAll(limit: limit, path: name)
        else { return nil }
        return SharedBytes(bytes)
    }
}

extension LoggedDelivery {
    /// Names and values for a person, checks, actions and warnings among them.
    var shown: [(name: String, value: String)] {
        var shown = fields.map { (name: $0.name, value: $0.value) }
        for check in checks { shown.append((name: "check", value: "\(check.name): \(check.sentence)")) }
        for action in actions {
            let place = action.script.isEmpty ? "" : " (\(action.script), line \(action.line))"
            let file = action.file.isEmpty ? "" : " as \(action.file)"
            shown.append(
                (name: "action", value: "\(action.kind) \(action.target): \(action.result)\(file)\(place)"))
        }
        for warning in warnings { shown.append((name: "warning", value: warning)) }
        return shown
    }
}
