// test_error [MATCH-TYPE] [COMPARATOR] [:index <number>] <keys: string-list>

/// Whether an error that was logged matches; `:count` counts errors.
struct TestErrorTest: TestDefinition, ScriptTest {
    static let name = "test_error"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any ScriptTest)? {
        ListMatch(node, &validator).map { TestErrorTest(match: $0) }
    }

    // MARK: Program

    let match: ListMatch

    // MARK: Evaluation

    func evaluate(in run: inout Interpretation) throws(RuntimeFailure) -> Bool {
        try match.accepts(try run.testsuite().errors, in: &run)
    }
}
