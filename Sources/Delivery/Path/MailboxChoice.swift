import Maildir
import Platform
import Settings

/// Opens the mailbox that a rule names, or INBOX where there is none of that name and none may be made: a
/// message is not lost, nor kept waiting, for a rule that names a mailbox wrongly.
struct MailboxChoice {
    private let mail: Configuration.Mail

    init(_ configuration: Configuration) { mail = configuration.mail }

    /// - Parameter warnings: gets what the log should know.
    func open(
        _ name: MailboxName, creating: Bool, in root: borrowing MailRoot, _ warnings: inout [String]
    ) throws(MaildirError) -> Folder {
        do throws(MaildirError) {
            let folder = try root.folder(
                name, creating: creating || mail.autocreate, subscribing: mail.autosubscribe)
            for warning in folder.warnings { warnings.append("\(warning)") }
            return folder
        } catch {
            guard Self.isMisnamed(error), !name.isInbox else { throw error }
            warnings.append("\(error); stored in INBOX")
            return try root.folder(.inbox, creating: true)
        }
    }

    /// Whether the name is at fault, and waiting would not help.
    private static func isMisnamed(_ error: MaildirError) -> Bool {
        switch error {
        case .name, .noSuchMailbox, .foreignLink: true
        case .system(let cause):
            [ErrorCode.notDirectory, ErrorCode.tooManySymbolicLinks, ErrorCode.nameTooLong].contains(
                cause.code)
        case .noFreeName, .notPublishable: false
        }
    }
}
