/// Which mailboxes count for a quota.
package struct QuotaScope: Sendable {
    private let isIgnored: (@Sendable (MailboxName) -> Bool)?

    package static var everything: QuotaScope { QuotaScope(isIgnored: nil) }

    private init(isIgnored: (@Sendable (MailboxName) -> Bool)?) { self.isIgnored = isIgnored }

    package init(ignoring isIgnored: @escaping @Sendable (MailboxName) -> Bool) {
        self.isIgnored = isIgnored
    }

    package func counts(_ mailbox: MailboxName) -> Bool { isIgnored?(mailbox) != true }

    /// A directory whose name is none of a mailbox counts: somebody has put mail there.
    func counts(_ components: [String], in layout: MailboxLayout) -> Bool {
        guard let isIgnored, let name = MailboxName(directories: components, layout) else { return true }
        return !isIgnored(name)
    }
}

extension MailboxName {
    /// The mailbox to which these directories lead, as seen from the mail root; nil if they are none's.
    init?(directories components: [String], _ layout: MailboxLayout) {
        guard let first = components.first else {
            self = .inbox
            return
        }
        let spelt =
            layout.kind == .fs
            ? components
            : first.dropFirst().split(separator: ".", omittingEmptySubsequences: false).map(String.init)
        var text = ""
        for level in spelt {
            let decoded = layout.encoding == .utf7 ? ModifiedUTF7.decode(level) : level
            // A separator within a level would make two of one.
            guard let decoded, !decoded.utf8.contains(UInt8(ascii: "/")) else { return nil }
            text += (text.isEmpty ? "" : "/") + decoded
        }
        guard let name = try? MailboxName(text, separator: UInt8(ascii: "/")), !name.isInbox,
            (try? name.components(in: layout)) != nil
        else { return nil }
        self = name
    }
}
