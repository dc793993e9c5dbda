extension SieveExtension {
    /// What imap4flags was before RFC 5232 (draft-melnikov-sieve-imapflags-03).
    static var imapflags: SieveExtension {
        SieveExtension("imapflags", conflicts: ["imap4flags"]) { language in
            language.add(command: SetFlagCommand.self)
            language.add(command: AddFlagCommand.self)
            language.add(command: RemoveFlagCommand.self)
            language.add(command: MarkCommand.self)
            language.add(command: UnmarkCommand.self)
        }
    }
}
