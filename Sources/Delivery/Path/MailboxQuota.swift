import Maildir
import Platform
import Settings

/// What the mailbox may hold: the user's own rule, else the site's. Costs nothing where there is none.
///
/// Copies are asked for one after the other, and each that has room keeps it; what was stored in the end is counted
/// once it is on disk.
struct MailboxQuota: ~Copyable {
    /// Whether a copy can be stored.
    enum Room: Equatable {
        case enough
        /// The user has no room for it.
        case none
        /// The mailbox has reached a limit of its own, which is no reason to keep mail out: INBOX takes it.
        case elsewhere
    }

    /// Who has set the limit.
    enum Source: String { case user, site }

    /// Why what has no room is not stored.
    static let objection = "mailbox is full"

    let limit: Maildir.QuotaLimit?
    let source: Source?
    let rules: FolderRules
    private let grace: Int
    private let access: Quota.Access
    private var quota: Quota?
    private var believed: QuotaUsage?
    /// What was found room for, and is not counted yet.
    private var promised = QuotaUsage()
    /// Whether a copy fits that counts against the limit, without more room than INBOX has.
    private(set) var hasRoom = false
    private var problems: [String] = []

    init(configuration: Configuration, destination: Destination, access: Quota.Access = .keeping) {
        let own = destination.quota.flatMap { Settings.QuotaLimit(text: $0) }
        let counted = own ?? configuration.quota.limit
        limit = counted == .none ? nil : Maildir.QuotaLimit(counted)
        source = limit == nil ? nil : own == nil ? .site : .user
        rules = FolderRules(configuration)
        grace = configuration.quota.grace
        self.access = access
        quota = nil
    }

    /// What went wrong, for the log; none of it has kept a message out.
    var warnings: [String] {
        switch quota {
        case .some(let quota): problems + quota.warnings.map { "\($0)" }
        case .none: problems
        }
    }

    /// What counts, with what was stored since; nil where nothing limits it, or where it could not be found out.
    var usage: QuotaUsage? {
        switch quota {
        case .some(let quota): quota.usage
        case .none: nil
        }
    }

    /// What the messages that are there come to, where they had to be added up.
    var summedUsage: QuotaUsage? {
        switch quota {
        case .some(let quota): quota.isExact ? quota.usage : nil
        case .none: nil
        }
    }

    /// Takes somebody's word for what is there, in place of a look.
    mutating func believe(_ usage: QuotaUsage) { believed = usage }

    /// Whether there is room for a copy of `size` bytes, which it is given then.
    mutating func room(for size: Int, in mailbox: MailboxName, of root: borrowing MailRoot) -> Room {
        guard limit != nil || !rules.areNone else { return .enough }
        let rule = rules.rule(for: mailbox)
        guard rule != .ignore, !rules.isExempt(mailbox) else { return .enough }
        if let own = FolderRules.own(rule), !mailbox.isInbox, isFull(mailbox, own, size, root) {
            return .elsewhere
        }
        guard let limit else { return .enough }
        var wanted = promised
        wanted.add(QuotaUsage(bytes: size, messages: 1))
        open(root, limit)
        let allowance = FolderRules.allowance(rule, beyond: limit)
        guard
            quota?.wouldExceed(
                adding: wanted.bytes, messages: wanted.messages, allowance: allowance, grace: grace) != true
        else { return .none }
        promised = wanted
        if allowance == .none { hasRoom = true }
        return .enough
    }

    private mutating func open(_ root: borrowing MailRoot, _ limit: Maildir.QuotaLimit) {
        guard quota == nil else { return }
        if let believed {
            quota = root.quota(limit: limit, believing: believed)
        } else {
            quota = root.quota(limit: limit, counting: rules.scope, access: access)
        }
    }

    private mutating func isFull(
        _ mailbox: MailboxName, _ limit: Maildir.QuotaLimit, _ size: Int, _ root: borrowing MailRoot
    ) -> Bool {
        do throws(MaildirError) {
            var usage = try root.usage(of: mailbox)
            usage.add(QuotaUsage(bytes: size, messages: 1))
            return limit.isExceeded(by: usage)
        } catch {
            problems.append("quota of \(mailbox.text) not enforced: \(error)")
            return false
        }
    }

    /// Counts copies that were stored. Where nothing limits the user here, somebody else's `maildirsize` is kept right
    /// all the same.
    mutating func add(size: Int, in mailboxes: [MailboxName], of root: borrowing MailRoot) {
        let copies = mailboxes.count { rules.rule(for: $0) != .ignore }
        guard copies > 0 else { return }
        let (bytes, overflow) = size.multipliedReportingOverflow(by: copies)
        guard let limit else {
            if let warning = root.countPublished(bytes: overflow ? .max : bytes, messages: copies) {
                problems.append("\(warning)")
            }
            return
        }
        open(root, limit)
        quota?.add(bytes: overflow ? .max : bytes, messages: copies)
    }
}
