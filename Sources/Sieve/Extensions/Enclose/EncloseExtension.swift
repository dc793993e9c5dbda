extension SieveExtension {
    /// `enclose` (RFC 5703 §6).
    static var enclose: SieveExtension {
        SieveExtension("enclose") { language in
            language.add(command: EncloseCommand.self)
        }
    }
}
