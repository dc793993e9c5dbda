// fileinto :specialuse <special-use-flag: string> …                                              RFC 8579 §4

/// The mailbox with this special use, if there is one, comes before the one that is named.
struct SpecialUseTag: ActionTag {
    static let tag = "specialuse"
    static var commands: [String] { [FileintoCommand.name] }

    static func compile(_ arguments: inout Arguments, _ validator: inout Validator) -> (any ActionTag)? {
        guard let string = arguments.string("special use", &validator) else { return nil }
        return validator.specialUse(string).map { SpecialUseTag(use: $0) }
    }

    let use: Text

    func apply(to options: inout ActionOptions, in run: inout Interpretation) throws(RuntimeFailure) {
        guard let use = try run.specialUse(use) else {
            throw run.failure("\"\(try run.expand(use).truncated(to: 100).text)\" is not a special use")
        }
        options.specialUse = use
    }
}
