import Maildir
import Sieve

/// Answers what scripts ask about the mailbox; opens it only if one asks.
struct FolderInquiry: SieveHost {
    let mailRoot: String
    let layout: MailboxLayout

    func mailboxExists(_ name: String) -> Bool {
        guard let name = try? MailboxName(name, separator: layout.separator) else { return false }
        guard let root = try? MailRoot(opening: mailRoot, layout: layout, creating: false) else {
            return name.isInbox
        }
        return root.exists(name)
    }
}
