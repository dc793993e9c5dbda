/// Where `fileinto` stores the message, and how.
package struct MailboxTarget: Sendable, Equatable {
    /// As the script has it, in UTF-8.
    package var mailbox: String
    /// Flags and keywords by their names in IMAP.
    package var flags: [String]
    /// `:create`: make it if it is missing (RFC 5490 §3.2).
    package var creates: Bool
    /// `:specialuse`: the mailbox with this use comes before the one named (RFC 8579 §4).
    package var specialUse: String?
    /// `:mailboxid`: the mailbox with this identifier comes before all others (RFC 9042 §4).
    package var identifier: String?

    package init(
        mailbox: String, flags: [String] = [], creates: Bool = false, specialUse: String? = nil,
        identifier: String? = nil
    ) {
        self.mailbox = mailbox
        self.flags = flags
        self.creates = creates
        self.specialUse = specialUse
        self.identifier = identifier
    }

    var isInbox: Bool { specialUse == nil && identifier == nil && mailbox.isInbox }

    func isSameMailbox(as other: MailboxTarget) -> Bool {
        guard specialUse == other.specialUse, identifier == other.identifier else { return false }
        return mailbox == other.mailbox || (mailbox.isInbox && other.mailbox.isInbox)
    }
}
