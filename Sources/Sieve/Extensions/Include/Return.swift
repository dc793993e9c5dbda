// return                                                                                     RFC 6609 §3.3

/// Ends the script; the one that included it goes on.
struct ReturnCommand: CommandDefinition, Statement {
    static let name = "return"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any Statement)? {
        var arguments = Arguments(node)
        arguments.noTags(&validator)
        guard arguments.end(&validator) else { return nil }
        validator.ending = name
        return ReturnCommand()
    }

    // MARK: Execution

    func execute(in run: inout Interpretation) throws(RuntimeFailure) -> Flow { .return }
}
