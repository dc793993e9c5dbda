import Maildir
import Platform
import Settings

/// What the mailbox may hold: the user's own rule, else the site's. Costs nothing where there is none.
struct MailboxQuota {
    private let limit: Maildir.QuotaLimit?
    private let ignored: [MailboxName]

    init(configuration: Configuration, destination: Destination) {
        let site = configuration.quota.limit
        let own = destination.quota.flatMap { Settings.QuotaLimit(text: $0) }
        let counted = own ?? site
        limit = counted == .none ? nil : Maildir.QuotaLimit(bytes: counted.bytes, messages: counted.messages)
        let trash = try? MailboxName("Trash", separator: UInt8(ascii: "/"))
        ignored = configuration.quota.countTrash ? [] : [trash].compactMap { $0 }
    }

    /// Why `copies` messages of `size` bytes do not fit; nil if they do.
    func objection(toAdding size: Int, copies: Int, in root: borrowing MailRoot) -> String? {
        guard let limit else { return nil }
        var quota = root.quota(limit: limit, ignoring: ignored)
        let (bytes, overflow) = size.multipliedReportingOverflow(by: copies)
        guard quota.wouldExceed(adding: overflow ? .max : bytes, messages: copies) else { return nil }
        return "mailbox is full"
    }

    func add(size: Int, copies: Int, in root: borrowing MailRoot) {
        guard let limit, copies > 0 else { return }
        var quota = root.quota(limit: limit, ignoring: ignored)
        quota.add(bytes: size &* copies, messages: copies)
    }
}
