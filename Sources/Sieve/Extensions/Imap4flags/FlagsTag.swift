// keep :flags <list-of-flags: string-list>, fileinto :flags <list-of-flags: string-list> …   RFC 5232 §5

/// The flags of this one action, in place of the internal variable's.
struct FlagsTag: ActionTag {
    static let tag = "flags"
    static var commands: [String] { [KeepCommand.name, FileintoCommand.name] }

    static func compile(_ arguments: inout Arguments, _ validator: inout Validator) -> (any ActionTag)? {
        arguments.texts("flags", &validator).map { FlagsTag(flags: $0) }
    }

    let flags: [Text]

    func apply(to options: inout ActionOptions, in run: inout Interpretation) throws(RuntimeFailure) {
        let words = FlagList.words(try run.expand(flags))
        options.flags = FlagList.adding(words, to: [], limit: run.limits.flags)
    }
}
