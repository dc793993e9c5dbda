// test_result_action [MATCH-TYPE] [COMPARATOR] [:index <number>] <keys: string-list>

/// Whether the name of an action of the result matches; `:count` counts actions. The implicit keep is none
/// of them.
struct TestResultActionTest: TestDefinition, ScriptTest {
    static let name = "test_result_action"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any ScriptTest)? {
        ListMatch(node, &validator).map { TestResultActionTest(match: $0) }
    }

    // MARK: Program

    let match: ListMatch

    // MARK: Evaluation

    func evaluate(in run: inout Interpretation) throws(RuntimeFailure) -> Bool {
        try match.accepts(run.actions.explicit.map(\.testName), in: &run)
    }
}

extension SieveAction {
    /// What the language of tests calls the action.
    var testName: String {
        switch kind {
        case .fileInto: "store"
        default: name
        }
    }
}
