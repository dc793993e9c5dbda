// test_mailbox_create <mailbox: string>

/// Makes a mailbox; one that is there already, and a failure, are no matter.
struct TestMailboxCreateCommand: CommandDefinition, Statement {
    static let name = "test_mailbox_create"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any Statement)? {
        var arguments = Arguments(node)
        arguments.noTags(&validator)
        guard let mailbox = arguments.mailbox(&validator), arguments.end(&validator) else { return nil }
        return TestMailboxCreateCommand(mailbox: mailbox)
    }

    // MARK: Program

    let mailbox: Text

    // MARK: Execution

    func execute(in run: inout Interpretation) throws(RuntimeFailure) -> Flow {
        try run.testsuite().createMailbox(try run.mailbox(mailbox))
        return .next
    }
}
