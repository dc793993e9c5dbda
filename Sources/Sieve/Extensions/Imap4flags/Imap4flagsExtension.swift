extension SieveExtension {
    /// IMAP flags (RFC 5232).
    static var imap4flags: SieveExtension {
        SieveExtension("imap4flags") { language in
            language.add(command: SetFlagCommand.self)
            language.add(command: AddFlagCommand.self)
            language.add(command: RemoveFlagCommand.self)
            language.add(test: HasFlagTest.self)
            language.add(actionTag: FlagsTag.self)
        }
    }
}
