import Delivery
import Maildir
import Platform
import Settings
import Sieve

/// Answers what scripts ask of the world while nothing is to be done: mailboxes are those of the Maildir
/// whose messages are looked at; nothing has been seen before, no scanner has been at work, and there are
/// no programs.
final class TrialHost: SieveHost {
    private let mailRoot: String?
    private let layout: MailboxLayout
    private let now = WallTime.now()
    private var known: [String: Bool] = [:]

    init(mailRoot: String?, _ settings: Configuration.Mail) {
        self.mailRoot = mailRoot
        layout = MailboxLayout(settings)
    }

    func mailboxExists(_ name: String) -> Bool {
        if let answer = known[name] { return answer }
        let answer = look(for: name)
        known[name] = answer
        return answer
    }

    private func look(for name: String) -> Bool {
        guard let name = try? MailboxName(name, separator: layout.separator) else { return false }
        guard let mailRoot, let root = try? MailRoot(opening: mailRoot, layout: layout, creating: false)
        else {
            return name.isInbox
        }
        return root.exists(name)
    }

    func currentTime() -> Int64 { Int64(now.seconds) }

    func zoneOffset(at seconds: Int64) -> Int { LocalTime.at(Int(clamping: seconds)).offsetMinutes }
}
