extension SieveExtension {
    /// `${hex:…}` and `${unicode:…}` in strings (RFC 5228 §2.4.2.4).
    static var encodedCharacter: SieveExtension {
        SieveExtension("encoded-character") { language in
            language.decodesCharacters = true
        }
    }
}
