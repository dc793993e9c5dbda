// discard                                                                                    RFC 5228 §4.4

/// Cancels the implicit keep, and nothing else: an explicit keep still keeps.
struct DiscardCommand: CommandDefinition, Statement {
    static let name = "discard"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any Statement)? {
        var arguments = Arguments(node)
        let tags = arguments.actionTags(of: name, &validator)
        return arguments.end(&validator) ? DiscardCommand(tags: tags) : nil
    }

    // MARK: Program

    let tags: [any ActionTag]

    // MARK: Execution

    func execute(in run: inout Interpretation) throws(RuntimeFailure) -> Flow {
        try run.add(.discard, try run.options(tags))
        return .next
    }
}
