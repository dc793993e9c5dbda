// metadata [MATCH-TYPE] [COMPARATOR] <mailbox: string> <annotation-name: string> <key-list: string-list>   RFC 5490 §4.2

/// Whether an annotation of a mailbox matches a key; false if there is no mailbox or no annotation of the name.
struct MetadataTest: TestDefinition, ScriptTest {
    static let name = "metadata"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any ScriptTest)? {
        var arguments = Arguments(node)
        let options = MatchOptions(reading: &arguments, &validator)
        guard let mailbox = arguments.testedMailbox(&validator),
            let annotation = arguments.annotation(&validator),
            let matcher = options.matcher(readingKeysFrom: &arguments, &validator), arguments.end(&validator)
        else { return nil }
        return MetadataTest(mailbox: mailbox, annotation: annotation, matcher: matcher)
    }

    // MARK: Program

    let mailbox: Text
    let annotation: Text
    let matcher: Matcher

    // MARK: Evaluation

    func evaluate(in run: inout Interpretation) throws(RuntimeFailure) -> Bool {
        var match = try run.begin(matcher)
        guard let mailbox = try run.testedMailbox(mailbox),
            let value = try run.metadata(mailbox, annotation)
        else { return false }
        if try match.accepts(MatchValue(value), in: &run) { return true }
        return try match.end(in: &run)
    }
}
