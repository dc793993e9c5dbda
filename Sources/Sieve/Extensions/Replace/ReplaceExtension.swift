extension SieveExtension {
    /// `replace` (RFC 5703 §5).
    static var replace: SieveExtension {
        SieveExtension("replace") { language in
            language.add(command: ReplaceCommand.self)
        }
    }
}
