import DeliveryStatus
import Maildir
import Platform
import Settings

/// The user's mail root, open, or the reason why it is not.
enum MailboxState: ~Copyable {
    case open(MailRoot)
    case closed(reason: String, status: EnhancedStatus)

    /// Opens the mail root of `destination`, if the way there is safe.
    ///
    /// - Parameter creating: whether it may be made where it is missing; never a home directory.
    init(configuration: Configuration, destination: Destination, creating: Bool) {
        do {
            try self.init(opening: destination, configuration, creating: creating)
        } catch let error as MaildirError {
            let obstacle = error.code == ErrorCode.accessDenied ? PathSafety.obstacle(on: destination.mailRoot) : nil
            self = .closed(reason: obstacle ?? "mail root \(error)", status: error.status)
        } catch let error as UnsafePath {
            self = .closed(reason: "\(error)", status: .accessTrouble)
        } catch {
            self = .closed(reason: "\(error)", status: .mailboxTrouble)
        }
    }

    private init(opening destination: Destination, _ configuration: Configuration, creating: Bool) throws {
        // A sticky home directory is how users say that they are changing their rules (qmail, maildrop).
        if !destination.home.isEmpty, try PathSafety.homeIsBeingEdited(destination.home) {
            self = .closed(reason: "home \(destination.home) is sticky: being edited", status: .mailboxDisabled)
            return
        }
        do throws(UnsafePath) {
            try PathSafety.check(destination.mailRoot, for: destination.identity, called: "mail root")
        } catch {
            guard case .missing = error.reason else { throw error }
        }
        let root = try MailRoot(
            opening: destination.mailRoot, layout: MailboxLayout(configuration.mail),
            options: MaildirOptions(hostName: configuration.bounce.hostname), creating: creating)
        // Where it was missing, in a sticky directory, somebody else may have been faster (CVE-2008-2937).
        let owner = root.status.owner
        guard owner == destination.identity.user else {
            throw UnsafePath(
                subject: "mail root", path: destination.mailRoot, component: destination.mailRoot, reason: .owner(owner))
        }
        self = .open(root)
    }
}

extension MailboxLayout {
    init(_ mail: Configuration.Mail) {
        self.init(
            kind: mail.layout == .fileSystem ? .fs : .maildirPlusPlus, encoding: mail.names == .utf8 ? .utf8 : .utf7,
            separator: mail.separator)
    }
}

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
