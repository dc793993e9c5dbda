// stop                                                                                       RFC 5228 §3.3

/// Ends the script; the implicit keep stays as it is.
struct StopCommand: CommandDefinition, Statement {
    static let name = "stop"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any Statement)? {
        var arguments = Arguments(node)
        arguments.noTags(&validator)
        guard arguments.end(&validator) else { return nil }
        validator.ending = name
        return StopCommand()
    }

    // MARK: Execution

    func execute(in run: inout Interpretation) throws(RuntimeFailure) -> Flow { .stop }
}
