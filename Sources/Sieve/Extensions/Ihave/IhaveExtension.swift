extension SieveExtension {
    /// Scripts that ask what there is before they use it (RFC 5463).
    static var ihave: SieveExtension {
        SieveExtension("ihave") { language in
            language.joinsCommands = true
            language.add(test: IhaveTest.self)
            language.add(command: ErrorCommand.self)
        }
    }
}
