extension SieveExtension {
    /// Tests on the headers of MIME parts (RFC 5703 §4).
    static var mime: SieveExtension {
        SieveExtension("mime") { language in
            language.add(testTag: MimeTag.self)
            language.add(testTag: AnyChildTag.self)
            language.add(testTag: TypeTag.self)
            language.add(testTag: SubtypeTag.self)
            language.add(testTag: ContentTypeTag.self)
            language.add(testTag: ParamTag.self)
        }
    }
}
