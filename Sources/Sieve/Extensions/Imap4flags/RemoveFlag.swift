// removeflag [<variablename: string>] <list-of-flags: string-list>                                RFC 5232 §3.3

/// Takes flags away.
struct RemoveFlagCommand: CommandDefinition, Statement {
    static let name = "removeflag"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any Statement)? {
        FlagArguments(node, &validator).map { RemoveFlagCommand(arguments: $0) }
    }

    // MARK: Program

    let arguments: FlagArguments

    // MARK: Execution

    func execute(in run: inout Interpretation) throws(RuntimeFailure) -> Flow {
        let words = FlagList.words(try run.expand(arguments.flags))
        run.setFlags(
            FlagList.removing(words, from: run.flags(in: arguments.variable)),
            in: arguments.variable)
        return .next
    }
}
