extension SieveExtension {
    /// `convert`, which is a command and a test (RFC 6558).
    static var convert: SieveExtension {
        SieveExtension("convert") { language in
            language.add(command: ConvertCommand.self)
            language.add(test: ConvertTest.self)
        }
    }
}
