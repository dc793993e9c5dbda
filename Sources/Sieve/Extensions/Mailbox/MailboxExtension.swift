extension SieveExtension {
    /// `mailboxexists` and `fileinto :create` (RFC 5490 §3).
    static var mailbox: SieveExtension {
        SieveExtension("mailbox") { language in
            language.add(test: MailboxExistsTest.self)
            language.add(actionTag: CreateTag.self)
        }
    }
}
