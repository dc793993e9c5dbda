// test_result_reset

/// Begins a new result, and forgets the messages that went out.
struct TestResultResetCommand: CommandDefinition, Statement {
    static let name = "test_result_reset"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any Statement)? {
        var arguments = Arguments(node)
        arguments.noTags(&validator)
        return arguments.end(&validator) ? TestResultResetCommand() : nil
    }

    // MARK: Execution

    func execute(in run: inout Interpretation) throws(RuntimeFailure) -> Flow {
        try run.testsuite().forgetOutgoing()
        run.resetResult()
        return .next
    }
}
