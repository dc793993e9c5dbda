// string [MATCH-TYPE] [COMPARATOR] <source: string-list> <key-list: string-list>             RFC 5229 §5

/// Whether a string matches a key; the strings are used as they are, white space and all.
struct StringTest: TestDefinition, ScriptTest {
    static let name = "string"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any ScriptTest)? {
        var arguments = Arguments(node)
        let options = MatchOptions(
            reading: &arguments, &validator, comparator: validator.language.stringComparator)
        guard let source = arguments.texts("source", &validator),
            let matcher = options.matcher(readingKeysFrom: &arguments, &validator), arguments.end(&validator)
        else { return nil }
        return StringTest(source: source, matcher: matcher)
    }

    // MARK: Program

    let source: [Text]
    let matcher: Matcher

    // MARK: Evaluation

    func evaluate(in run: inout Interpretation) throws(RuntimeFailure) -> Bool {
        var match = try run.begin(matcher)
        for text in source {
            let value = try run.expand(text)
            // RFC 5229 §5: :count counts the strings that are not empty.
            if matcher.type.countsValues, value.isEmpty { continue }
            if try match.accepts(MatchValue(value), in: &run) { return true }
        }
        return try match.end(in: &run)
    }
}
