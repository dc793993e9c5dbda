extension SieveExtension {
    /// Lists that are kept outside of scripts (RFC 6134).
    static var extlists: SieveExtension {
        SieveExtension("extlists") { language in
            language.add(matchType: ListMatchType.self)
            language.add(test: ValidExtListTest.self)
        }
    }
}
