import Maildir
import Platform
import Settings

/// Opens the mailbox that a rule names, or INBOX where there is none of that name and none may be made: a
/// message is not lost, nor kept waiting, for a rule that names a mailbox wrongly. What checks have found does not go
/// to INBOX.
struct MailboxChoice {
    private let configuration: Configuration
    private var mail: Configuration.Mail { configuration.mail }

    init(_ configuration: Configuration) { self.configuration = configuration }

    /// - Parameters:
    ///   - origin: what asked for it.
    ///   - warnings: gets what the log should know.
    func open(
        _ name: MailboxName, creating: Bool, for origin: PlannedAction.Origin, in root: borrowing MailRoot,
        _ warnings: inout [String]
    ) throws(MaildirError) -> Folder {
        do throws(MaildirError) {
            let folder = try root.folder(
                name, creating: creating || mail.autocreate, subscribing: mail.autosubscribe)
            for warning in folder.warnings { warnings.append("\(warning)") }
            return folder
        } catch {
            guard Self.isMisnamed(error), !name.isInbox,
                !isMisnamedQuarantine(error, name, creating: creating, for: origin)
            else { throw error }
            warnings.append("\(error); stored in INBOX")
            return try root.folder(.inbox, creating: true)
        }
    }

    /// Whether checks, and no rule, asked for the mailbox, and it can never be opened.
    func isMisnamedQuarantine(
        _ error: MaildirError, _ name: MailboxName, creating: Bool, for origin: PlannedAction.Origin
    ) -> Bool {
        creating && origin.script == nil && Self.isMisnamed(error) && !name.isInbox
            && FolderRules(configuration).isExempt(name)
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
