// test_result_execute

/// Carries out the actions that are still to be carried out, the implicit keep among them; whether that
/// went well.
struct TestResultExecuteTest: TestDefinition, ScriptTest {
    static let name = "test_result_execute"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any ScriptTest)? {
        var arguments = Arguments(node)
        arguments.noTags(&validator)
        return arguments.end(&validator) ? TestResultExecuteTest() : nil
    }

    // MARK: Evaluation

    func evaluate(in run: inout Interpretation) throws(RuntimeFailure) -> Bool {
        let host = try run.testsuite()
        host.forgetErrors()
        let outcome = run[TestsuiteState.self].scriptOutcome
        let content = outcome.map(\.content) ?? run.content
        let pending = run.actions.takePending(flags: run.flags.map(\.text), content: content)
        try run.spend(pending.reduce(0) { $0 &+ ($1.content?.count ?? run.input.size) })
        return host.carryOut(pending, on: run.input)
    }
}
