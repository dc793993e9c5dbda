// setflag [<variablename: string>] <list-of-flags: string-list>                                RFC 5232 §3.1

/// Replaces the flags.
struct SetFlagCommand: CommandDefinition, Statement {
    static let name = "setflag"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any Statement)? {
        FlagArguments(node, &validator).map { SetFlagCommand(arguments: $0) }
    }

    // MARK: Program

    let arguments: FlagArguments

    // MARK: Execution

    func execute(in run: inout Interpretation) throws(RuntimeFailure) -> Flow {
        let words = FlagList.words(try run.expand(arguments.flags))
        run.setFlags(
            FlagList.adding(words, to: [], limit: run.limits.flags),
            in: arguments.variable)
        return .next
    }
}
