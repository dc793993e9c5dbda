// test_result_print

/// Shows the actions of the result.
struct TestResultPrintCommand: CommandDefinition, Statement {
    static let name = "test_result_print"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any Statement)? {
        var arguments = Arguments(node)
        arguments.noTags(&validator)
        return arguments.end(&validator) ? TestResultPrintCommand() : nil
    }

    // MARK: Execution

    func execute(in run: inout Interpretation) throws(RuntimeFailure) -> Flow {
        let host = try run.testsuite()
        for (index, action) in run.actions.explicit.enumerated() {
            host.show("\(index + 1): \(action.testName), line \(action.line)")
        }
        return .next
    }
}
