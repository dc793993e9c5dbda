extension SieveExtension {
    /// `extracttext` (RFC 5703 §7).
    static var extracttext: SieveExtension {
        SieveExtension(
            "extracttext",
            needs: [SieveExtension.variables.capability, SieveExtension.foreverypart.capability]
        ) { language in
            language.add(command: ExtractTextCommand.self)
        }
    }
}
