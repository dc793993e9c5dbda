// mailboxidexists <mailbox-objectids: string-list>                                               RFC 9042 §5

/// Whether there are mailboxes with all of the identifiers, in which the message could be stored.
struct MailboxidExistsTest: TestDefinition, ScriptTest {
    static let name = "mailboxidexists"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any ScriptTest)? {
        var arguments = Arguments(node)
        arguments.noTags(&validator)
        guard let identifiers = arguments.texts("identifiers", &validator), arguments.end(&validator) else {
            return nil
        }
        return MailboxidExistsTest(identifiers: identifiers)
    }

    // MARK: Program

    let identifiers: [Text]

    /// What asking the host once counts for.
    private static let steps = 1000

    // MARK: Evaluation

    func evaluate(in run: inout Interpretation) throws(RuntimeFailure) -> Bool {
        for identifier in identifiers {
            let identifier = try run.expand(identifier)
            try run.spend(Self.steps)
            guard let mailbox = run.host.mailbox(withIdentifier: identifier.text),
                run.host.mailboxExists(mailbox)
            else { return false }
        }
        return true
    }
}
