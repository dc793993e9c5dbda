// error <message: string>                                                                      RFC 5463 §5

/// Ends the script as a failure does: the message is kept.
struct ErrorCommand: CommandDefinition, Statement {
    static let name = "error"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any Statement)? {
        var arguments = Arguments(node)
        arguments.noTags(&validator)
        guard let message = arguments.text("message", &validator), arguments.end(&validator) else {
            return nil
        }
        validator.ending = name
        return ErrorCommand(message: message)
    }

    // MARK: Program

    let message: Text

    // MARK: Execution

    func execute(in run: inout Interpretation) throws(RuntimeFailure) -> Flow {
        let message = try run.expand(message)
        throw run.failure(message.text)
    }
}
