// break [":name" <name: string>]                                                           RFC 5703 §3.2

/// Ends the innermost loop around it, or the innermost one of the name.
struct BreakCommand: CommandDefinition, Statement {
    static let name = "break"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any Statement)? {
        var arguments = Arguments(node)
        let name = arguments.loopName(&validator)
        guard arguments.end(&validator) else { return nil }
        guard let name else {
            if !validator.loops.isEmpty { return BreakCommand(loop: nil) }
            validator.diagnostics.error(
                .misplacedLoopCommand, at: node.position, "break outside of any foreverypart")
            return nil
        }
        if validator.loops.contains(name) { return BreakCommand(loop: name) }
        validator.diagnostics.error(
            .misplacedLoopCommand, at: node.position,
            "break outside of any foreverypart named \"\(name.text)\"")
        return nil
    }

    // MARK: Program

    let loop: [UInt8]?

    // MARK: Execution

    func execute(in run: inout Interpretation) throws(RuntimeFailure) -> Flow { .breakLoop(loop) }
}
