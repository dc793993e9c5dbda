import Maildir
import Settings

/// The mailbox that `-m` asks for in place of INBOX, as far as it is a name. `-m` often holds the extension
/// of an address, which a stranger chooses.
struct RequestedMailbox {
    let name: MailboxName
    /// The option's text, if it is a name.
    let accepted: String?
    let warning: String?

    init(_ text: String?, _ configuration: Configuration) {
        guard let text else {
            (name, accepted, warning) = (.inbox, nil, nil)
            return
        }
        do throws(MailboxNameError) {
            let mailbox = try MailboxName(text, separator: configuration.mail.separator)
            _ = try mailbox.components(in: MailboxLayout(configuration.mail))
            (name, accepted, warning) = (mailbox, text, nil)
        } catch {
            (name, accepted, warning) = (.inbox, nil, "-m: \(error); INBOX is used")
        }
    }
}
