import DeliveryStatus
import Maildir
import Settings

/// What can be said of a message by the size that the message transfer agent declares, before any of it is read.
struct DeclaredSize {
    let configuration: Configuration
    let destination: Destination
    /// Where a message goes that no rule sends elsewhere.
    let inbox: MailboxName
    /// Whether nothing is to be written anywhere.
    let isDryRun: Bool

    /// Why the message is not taken; nil to read it.
    ///
    /// A mailbox that is full is a reason only where nobody can wait for room, and no rule can find another place.
    func objection(to size: Int?, in mailbox: borrowing MailboxState) -> Outcome? {
        guard let size else { return nil }
        if let objection = SizeLimits(configuration, destination).objection(declared: size) {
            return objection
        }
        guard !isDryRun else { return nil }
        switch mailbox {
        case .open(let root): return objectionToQuota(size, root)
        case .closed: return nil
        }
    }

    private func objectionToQuota(_ size: Int, _ root: borrowing MailRoot) -> Outcome? {
        var quota = MailboxQuota(configuration: configuration, destination: destination)
        let waits = configuration.spool.mode == .spool && configuration.quota.over == .defer
        guard quota.limit != nil, !waits, !configuration.checks.areAsked,
            quota.room(for: size, in: inbox, of: root) == .none, !hasRules
        else { return nil }
        if FullMailbox(configuration).refuses(in: root) {
            return Outcome(.refused, EnhancedStatus.mailboxFull.asPermanent, MailboxQuota.objection)
        }
        guard configuration.spool.mode == .tempfail else { return nil }
        return .tryAgain(MailboxQuota.objection, status: .mailboxFull)
    }

    private var hasRules: Bool {
        let reading = ScriptStore(configuration: configuration, destination: destination).read()
        return !reading.scripts.isEmpty || reading.passingFailure != nil || !reading.problems.isEmpty
    }
}
