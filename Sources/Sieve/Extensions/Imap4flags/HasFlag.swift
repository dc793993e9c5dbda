// hasflag [MATCH-TYPE] [COMPARATOR] [<variable-list: string-list>] <list-of-flags: string-list>   RFC 5232 §4

/// Whether a flag in one of the variables matches; `:count` counts flags.
struct HasFlagTest: TestDefinition, ScriptTest {
    static let name = "hasflag"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any ScriptTest)? {
        var arguments = Arguments(node)
        let options = MatchOptions(reading: &arguments, &validator)
        var variables = [FlagVariable.internal]
        if arguments.remaining > 1 {
            guard let named = arguments.flagVariables(&validator) else { return nil }
            variables = named
        }
        guard let strings = arguments.strings("flags", &validator), let texts = validator.texts(strings),
            arguments.end(&validator), let position = strings.first?.position
        else { return nil }
        guard let matcher = options.matcher(Self.keys(texts), at: position, &validator) else { return nil }
        return HasFlagTest(variables: variables, matcher: matcher)
    }

    /// A literal is a list of flags in itself; what has variables is taken apart when it is known.
    private static func keys(_ texts: [Text]) -> [Text] {
        texts.flatMap { text in
            if case .literal(let bytes) = text { keys([bytes]).map(Text.literal) } else { [text] }
        }
    }

    /// The words, or the empty string where there are none, which `:contains` may ask for.
    private static func keys(_ strings: [[UInt8]]) -> [[UInt8]] {
        strings.flatMap { string in
            let words = FlagList.words([string])
            return words.isEmpty ? [string] : words
        }
    }

    // MARK: Program

    let variables: [FlagVariable]
    let matcher: Matcher

    // MARK: Evaluation

    func evaluate(in run: inout Interpretation) throws(RuntimeFailure) -> Bool {
        var match: MatchSession
        if case .texts(let texts) = matcher.keys {
            match = try run.begin(matcher, keys: Self.keys(try run.expand(texts)))
        } else {
            match = try run.begin(matcher)
        }
        for variable in variables {
            for flag in run.flags(in: variable) where try match.accepts(MatchValue(flag), in: &run) {
                return true
            }
        }
        return try match.end(in: &run)
    }
}
