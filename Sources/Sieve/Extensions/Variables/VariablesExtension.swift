extension SieveExtension {
    /// Variables (RFC 5229).
    static var variables: SieveExtension {
        SieveExtension("variables") { language in
            language.expandsVariables = true
            language.add(command: SetCommand.self)
            language.add(test: StringTest.self)
            language.add(setModifier: LowerModifier.self)
            language.add(setModifier: UpperModifier.self)
            language.add(setModifier: LowerFirstModifier.self)
            language.add(setModifier: UpperFirstModifier.self)
            language.add(setModifier: QuoteWildcardModifier.self)
            language.add(setModifier: LengthModifier.self)
        }
    }
}
