// test_mailbox_delete <mailbox: string>

/// Part of the language, but nobody has given it a meaning: the test fails.
struct TestMailboxDeleteCommand: CommandDefinition, Statement {
    static let name = "test_mailbox_delete"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any Statement)? {
        var arguments = Arguments(node)
        arguments.noTags(&validator)
        guard arguments.mailbox(&validator) != nil, arguments.end(&validator) else { return nil }
        return TestMailboxDeleteCommand()
    }

    // MARK: Execution

    func execute(in run: inout Interpretation) throws(RuntimeFailure) -> Flow {
        run.failTest("line \(run.line): test_mailbox_delete does nothing")
    }
}
