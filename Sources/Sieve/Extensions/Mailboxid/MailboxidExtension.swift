extension SieveExtension {
    /// Mailboxes by their object identifiers (RFC 9042).
    static var mailboxid: SieveExtension {
        SieveExtension("mailboxid") { language in
            language.add(actionTag: MailboxidTag.self)
            language.add(test: MailboxidExistsTest.self)
        }
    }
}
