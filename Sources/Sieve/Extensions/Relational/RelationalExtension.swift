extension SieveExtension {
    /// `:value` and `:count` (RFC 5231).
    static var relational: SieveExtension {
        SieveExtension("relational") { language in
            language.add(matchType: ValueMatchType.self)
            language.add(matchType: CountMatchType.self)
        }
    }
}
