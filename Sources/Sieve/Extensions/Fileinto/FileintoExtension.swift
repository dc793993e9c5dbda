extension SieveExtension {
    /// `fileinto` (RFC 5228 §4.1).
    static var fileinto: SieveExtension {
        SieveExtension("fileinto") { language in
            language.add(command: FileintoCommand.self)
        }
    }
}
