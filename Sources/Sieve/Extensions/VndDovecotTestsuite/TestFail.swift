// test_fail <reason: string>

/// Ends the test as one that failed; outside of tests it ends the file, and in a script under test that
/// script.
struct TestFailCommand: CommandDefinition, Statement {
    static let name = "test_fail"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any Statement)? {
        var arguments = Arguments(node)
        arguments.noTags(&validator)
        guard let reason = arguments.text("reason", &validator), arguments.end(&validator) else { return nil }
        return TestFailCommand(reason: reason)
    }

    // MARK: Program

    let reason: Text

    // MARK: Execution

    func execute(in run: inout Interpretation) throws(RuntimeFailure) -> Flow {
        let text = try run.expand(reason).text
        return run.failTest("line \(run.line)" + (text.isEmpty ? "" : ": " + text))
    }
}

extension Interpretation {
    /// Ends the test that is running as one that failed.
    mutating func failTest(_ reason: String) -> Flow {
        self[TestsuiteState.self].failure = reason
        return .stop
    }
}
