extension SieveExtension {
    /// Lines that a script writes into its log (vnd.dovecot.debug).
    static var debug: SieveExtension {
        SieveExtension("vnd.dovecot.debug", isOptional: true) { language in
            language.add(command: DebugLogCommand.self)
        }
    }
}
