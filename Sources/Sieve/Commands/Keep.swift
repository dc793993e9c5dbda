// keep [:flags <list-of-flags: string-list>]                                   RFC 5228 §4.3, RFC 5232 §5

/// Stores the message in the main mailbox.
struct KeepCommand: CommandDefinition, Statement {
    static let name = "keep"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any Statement)? {
        var arguments = Arguments(node)
        let tags = arguments.actionTags(of: name, &validator)
        return arguments.end(&validator) ? KeepCommand(tags: tags) : nil
    }

    // MARK: Program

    let tags: [any ActionTag]

    // MARK: Execution

    func execute(in run: inout Interpretation) throws(RuntimeFailure) -> Flow {
        let options = try run.options(tags)
        try run.add(.keep(flags: run.actionFlags(options)), options)
        return .next
    }
}
