extension SieveExtension {
    /// Regular expressions (draft-ietf-sieve-regex-01).
    static var regex: SieveExtension {
        SieveExtension("regex") { language in
            language.add(matchType: RegexMatchType.self)
            language.add(setModifier: QuoteRegexModifier.self)
        }
    }
}
