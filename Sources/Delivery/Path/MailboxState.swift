import DeliveryStatus
package import Maildir
import Platform
package import Settings

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
            let obstacle =
                error.code == ErrorCode.accessDenied ? PathSafety.obstacle(on: destination.mailRoot) : nil
            self = .closed(reason: obstacle ?? "mail root \(error)", status: error.status)
        } catch let error as UnsafePath {
            self = .closed(reason: "\(error)", status: .accessTrouble)
        } catch {
            self = .closed(reason: "\(error)", status: .mailboxTrouble)
        }
    }

    private init(opening destination: Destination, _ configuration: Configuration, creating: Bool) throws {
        // A sticky home directory is how users say that they are changing their rules (qmail, maildrop).
        if try Self.isBeingEdited(destination.home) {
            self = .closed(
                reason: "home \(destination.home) is sticky: being edited", status: .mailboxDisabled)
            return
        }
        var wasMissing = false
        do throws(UnsafePath) {
            try PathSafety.check(destination.mailRoot, for: destination.identity, called: "mail root")
        } catch {
            guard case .missing = error.reason else { throw error }
            wasMissing = true
        }
        let root = try MailRoot(
            opening: destination.mailRoot, layout: MailboxLayout(configuration.mail),
            options: MaildirOptions(
                hostName: configuration.bounce.hostname,
                creatableLevels: configuration.mail.root.isUnderHome ? 1 : 2),
            creating: creating)
        // In a sticky directory somebody else may have been faster, there or on the way (CVE-2008-2937).
        if wasMissing {
            try PathSafety.check(destination.mailRoot, for: destination.identity, called: "mail root")
        }
        let owner = root.status.owner
        guard owner == destination.identity.user else {
            throw UnsafePath(
                subject: "mail root", path: destination.mailRoot, component: destination.mailRoot,
                reason: .owner(owner))
        }
        self = .open(root)
    }

    /// Why it is closed; nil if it is open.
    var obstacle: (reason: String, status: EnhancedStatus)? {
        switch self {
        case .open: nil
        case .closed(let reason, let status): (reason, status)
        }
    }

    /// A home that is not there is edited by nobody: where the mail root lies in it, opening that will tell.
    private static func isBeingEdited(_ home: String) throws -> Bool {
        guard !home.isEmpty else { return false }
        do throws(SystemError) {
            return try PathSafety.homeIsBeingEdited(home)
        } catch {
            guard error.code == ErrorCode.noSuchFile || error.code == ErrorCode.notDirectory else {
                throw error
            }
            return false
        }
    }
}

extension MailboxLayout {
    package init(_ mail: Configuration.Mail) {
        self.init(
            kind: mail.layout == .fileSystem ? .fs : .maildirPlusPlus,
            encoding: mail.names == .utf8 ? .utf8 : .utf7,
            separator: mail.separator)
    }
}
