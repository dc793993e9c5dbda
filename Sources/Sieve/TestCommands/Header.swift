// header [COMPARATOR] [MATCH-TYPE] <header-names: string-list> <key-list: string-list>       RFC 5228 §5.7

/// Whether the body of a field, unfolded and decoded, matches a key.
struct HeaderTest: TestDefinition, ScriptTest {
    static let name = "header"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any ScriptTest)? {
        var arguments = Arguments(node)
        let options = MatchOptions(reading: &arguments, &validator)
        guard let names = arguments.headerNames(.any, &validator),
            let matcher = options.matcher(readingKeysFrom: &arguments, &validator), arguments.end(&validator)
        else { return nil }
        return HeaderTest(names: names, options: options.testOptions, matcher: matcher)
    }

    // MARK: Program

    let names: [HeaderReference]
    let options: TestOptions
    let matcher: Matcher

    // MARK: Evaluation

    func evaluate(in run: inout Interpretation) throws(RuntimeFailure) -> Bool {
        var match = try run.begin(matcher)
        for name in names {
            guard let entry = try run.header(name) else { continue }
            for value in options.select(try run.headerValues(entry))
            where try match.accepts(value, in: &run) { return true }
        }
        return try match.end(in: &run)
    }
}
