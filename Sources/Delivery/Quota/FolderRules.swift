import Maildir
import Settings

/// What the site says of single mailboxes: `quota.folders`, and `quota.count-trash` behind them.
struct FolderRules: Sendable {
    private let rules: [FolderQuota]
    private let separator: UInt8
    /// Where checks put what they find, if there are any.
    private let quarantine: MailboxName?

    init(_ configuration: Configuration) {
        var rules = configuration.quota.folders
        if !configuration.quota.countTrash { rules.append(FolderQuota(pattern: "Trash", rule: .ignore)) }
        self.rules = rules
        separator = configuration.mail.separator
        var quarantine: MailboxName?
        if configuration.checks.areAsked, case .mailbox(let name) = configuration.checks.quarantine {
            quarantine = try? MailboxName(name, separator: separator)
        }
        self.quarantine = quarantine
    }

    /// Whether a mailbox takes messages though the user has no room. What checks have found is neither sent back nor kept
    /// waiting, since its sender may be forged.
    func isExempt(_ mailbox: MailboxName) -> Bool { mailbox == quarantine }

    var areNone: Bool { rules.isEmpty }

    /// The mailboxes that count for the user's limit.
    var scope: QuotaScope {
        guard rules.contains(where: { $0.rule == .ignore }) else { return .everything }
        return QuotaScope { mailbox in rule(for: mailbox) == .ignore }
    }

    /// The first rule that names the mailbox.
    func rule(for mailbox: MailboxName) -> FolderQuota.Rule? {
        guard !rules.isEmpty else { return nil }
        var name = mailbox.levels.first ?? ""
        for level in mailbox.levels.dropFirst() { name += String(UnicodeScalar(separator)) + level }
        return rules.first { $0.matches(name) }?.rule
    }

    /// What more than `limit` the user may hold with a message in this mailbox.
    static func allowance(_ rule: FolderQuota.Rule?, beyond limit: Maildir.QuotaLimit) -> Maildir.QuotaLimit {
        switch rule {
        case .morePercent(let percent): limit.percent(percent)
        case .more(let more): Maildir.QuotaLimit(more)
        case .ignore, .own, nil: .none
        }
    }

    /// The limit that the mailbox has of its own.
    static func own(_ rule: FolderQuota.Rule?) -> Maildir.QuotaLimit? {
        if case .own(let limit) = rule { Maildir.QuotaLimit(limit) } else { nil }
    }
}

extension Maildir.QuotaLimit {
    init(_ limit: Settings.QuotaLimit) { self.init(bytes: limit.bytes, messages: limit.messages) }
}
