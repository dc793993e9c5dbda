// fileinto [:copy] [:create] [:flags <list>] <mailbox: string>      RFC 5228 §4.1, RFC 3894, RFC 5490, RFC 5232

/// Stores the message in a mailbox.
struct FileintoCommand: CommandDefinition, Statement {
    static let name = "fileinto"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any Statement)? {
        var arguments = Arguments(node)
        let tags = arguments.actionTags(of: name, &validator)
        guard let mailbox = arguments.mailbox(&validator), arguments.end(&validator) else { return nil }
        return FileintoCommand(mailbox: mailbox, tags: tags)
    }

    // MARK: Program

    let mailbox: Text
    let tags: [any ActionTag]

    // MARK: Execution

    func execute(in run: inout Interpretation) throws(RuntimeFailure) -> Flow {
        let options = try run.options(tags)
        let name = try run.mailbox(mailbox)
        let target = MailboxTarget(
            mailbox: name, flags: run.actionFlags(options), creates: options.createsMailbox,
            specialUse: options.specialUse, identifier: options.mailboxIdentifier)
        try run.add(.fileInto(target), options)
        return .next
    }
}
