extension SieveExtension {
    /// Mailboxes by what they are for (RFC 8579).
    static var specialUse: SieveExtension {
        SieveExtension("special-use") { language in
            language.add(test: SpecialUseExistsTest.self)
            language.add(actionTag: SpecialUseTag.self)
        }
    }
}
