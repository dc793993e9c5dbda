// mailboxexists <mailbox-names: string-list>                                                 RFC 5490 §3.1

/// Whether the message could be stored in each of the mailboxes.
struct MailboxExistsTest: TestDefinition, ScriptTest {
    static let name = "mailboxexists"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any ScriptTest)? {
        var arguments = Arguments(node)
        arguments.noTags(&validator)
        guard let names = arguments.testedMailboxes(&validator), arguments.end(&validator) else { return nil }
        return MailboxExistsTest(names: names)
    }

    // MARK: Program

    let names: [Text]

    /// What asking the host once counts for.
    private static let steps = 1000

    // MARK: Evaluation

    func evaluate(in run: inout Interpretation) throws(RuntimeFailure) -> Bool {
        for name in names {
            try run.spend(Self.steps)
            guard let name = try run.testedMailbox(name), run.host.mailboxExists(name) else { return false }
        }
        return true
    }
}
