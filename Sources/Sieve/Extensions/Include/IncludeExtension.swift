extension SieveExtension {
    /// Scripts that include others (RFC 6609).
    static var include: SieveExtension {
        SieveExtension("include") { language in
            language.joinsCommands = true
            language.add(command: IncludeCommand.self)
            language.add(command: ReturnCommand.self)
            language.add(command: GlobalCommand.self)
            language.add(command: ImportCommand.self)
            language.add(command: ExportCommand.self)
            language.add(namespace: GlobalNamespace.self)
        }
    }
}
