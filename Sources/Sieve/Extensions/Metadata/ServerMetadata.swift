// servermetadata [MATCH-TYPE] [COMPARATOR] <annotation-name: string> <key-list: string-list>     RFC 5490 §5.2

/// Whether an annotation of the server matches a key; false if there is none of the name.
struct ServerMetadataTest: TestDefinition, ScriptTest {
    static let name = "servermetadata"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any ScriptTest)? {
        var arguments = Arguments(node)
        let options = MatchOptions(reading: &arguments, &validator)
        guard let annotation = arguments.annotation(&validator),
            let matcher = options.matcher(readingKeysFrom: &arguments, &validator), arguments.end(&validator)
        else { return nil }
        return ServerMetadataTest(annotation: annotation, matcher: matcher)
    }

    // MARK: Program

    let annotation: Text
    let matcher: Matcher

    // MARK: Evaluation

    func evaluate(in run: inout Interpretation) throws(RuntimeFailure) -> Bool {
        var match = try run.begin(matcher)
        guard let value = try run.metadata(nil, annotation) else { return false }
        if try match.accepts(MatchValue(value), in: &run) { return true }
        return try match.end(in: &run)
    }
}
