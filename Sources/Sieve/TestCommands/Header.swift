// header [COMPARATOR] [MATCH-TYPE] <header-names: string-list> <key-list: string-list>       RFC 5228 §5.7

/// Whether the body of a field, unfolded and decoded, matches a key.
struct HeaderTest: TestDefinition, ScriptTest {
    static let name = "header"
    static let positionalArguments: Int? = 2

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any ScriptTest)? {
        var arguments = Arguments(node)
        let options = MatchOptions(reading: &arguments, &validator)
        guard let names = arguments.headerNames(.any, &validator),
            let matcher = options.matcher(readingKeysFrom: &arguments, &validator), arguments.end(&validator)
        else { return nil }
        validator.warnOfHeaderTest(names, matcher, at: node.position)
        return HeaderTest(names: names, options: options.testOptions, matcher: matcher)
    }

    // MARK: Program

    let names: [HeaderReference]
    let options: TestOptions
    let matcher: Matcher

    // MARK: Index

    func addKeys(to rule: inout RuleKeys) -> Bool { !options.looksAtParts && rule.add(matcher, names) }

    func isPure(_ recordsCaptures: Bool) -> Bool {
        !options.looksAtParts && names.allSatisfy(\.isConstant) && matcher.isPure(recordsCaptures)
    }

    // MARK: Evaluation

    func evaluate(in run: inout Interpretation) throws(RuntimeFailure) -> Bool {
        var match = try run.begin(matcher)
        for name in names {
            for value in try run.headerValues(name, options) where try match.accepts(value, in: &run) {
                return true
            }
        }
        return try match.end(in: &run)
    }
}
