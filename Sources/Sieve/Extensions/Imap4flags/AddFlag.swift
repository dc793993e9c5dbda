// addflag [<variablename: string>] <list-of-flags: string-list>                                RFC 5232 §3.2

/// Adds flags to those that are there.
struct AddFlagCommand: CommandDefinition, Statement {
    static let name = "addflag"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any Statement)? {
        FlagArguments(node, &validator).map { AddFlagCommand(arguments: $0) }
    }

    // MARK: Program

    let arguments: FlagArguments

    // MARK: Execution

    func execute(in run: inout Interpretation) throws(RuntimeFailure) -> Flow {
        let words = FlagList.words(try run.expand(arguments.flags))
        run.setFlags(
            FlagList.adding(
                words, to: run.flags(in: arguments.variable), limit: run.limits.flags),
            in: arguments.variable)
        return .next
    }
}
