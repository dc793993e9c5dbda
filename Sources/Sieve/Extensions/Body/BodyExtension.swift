extension SieveExtension {
    /// The `body` test (RFC 5173).
    static var body: SieveExtension {
        SieveExtension("body") { language in
            language.add(test: BodyTest.self)
        }
    }
}
