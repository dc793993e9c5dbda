extension SieveExtension {
    /// `:index` and `:last`: one field of several that have the same name (RFC 5260 §6).
    static var index: SieveExtension {
        SieveExtension("index") { language in
            language.add(testTag: IndexTag.self)
            language.add(testTag: LastTag.self)
        }
    }
}
