// exists <header-names: string-list>                                                         RFC 5228 §5.5

/// Whether the message has a field of each of the names.
struct ExistsTest: TestDefinition, ScriptTest {
    static let name = "exists"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any ScriptTest)? {
        var arguments = Arguments(node)
        arguments.noTags(&validator)
        guard let names = arguments.headerNames(.any, &validator), arguments.end(&validator) else {
            return nil
        }
        return ExistsTest(names: names)
    }

    // MARK: Program

    let names: [HeaderReference]

    // MARK: Evaluation

    func evaluate(in run: inout Interpretation) throws(RuntimeFailure) -> Bool {
        for name in names {
            guard let entry = try run.header(name), !run.headers.fields(entry).isEmpty else { return false }
        }
        return true
    }
}
