// debug_log <message: string>                                                              vnd.dovecot.debug

/// Writes a line into the log, and does nothing to the message.
struct DebugLogCommand: CommandDefinition, Statement {
    static let name = "debug_log"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any Statement)? {
        var arguments = Arguments(node)
        arguments.noTags(&validator)
        guard let message = arguments.text("message", &validator), arguments.end(&validator) else {
            return nil
        }
        return DebugLogCommand(message: message)
    }

    // MARK: Program

    let message: Text

    /// What writing a line counts for.
    private static let steps = 1000

    // MARK: Execution

    func execute(in run: inout Interpretation) throws(RuntimeFailure) -> Flow {
        let message = try run.expand(message)
        try run.spend(Self.steps &+ message.count)
        run.host.log(message.text.onOneLine, script: run.script, line: run.line)
        return .next
    }
}
