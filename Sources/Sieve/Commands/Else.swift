// else <block: block>, directly after if or elsif                                            RFC 5228 §3.1

/// Executes its block if no branch before it was taken.
struct ElseCommand: CommandDefinition, Statement {
    static let name = "else"
    static let takesBlock = true
    /// None; one is let through to be told about.
    static let operands = TestOperands.none

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any Statement)? {
        let isPlaced = validator.followsIf(node)
        guard !validator.isDecided else {
            if isPlaced { validator.warnOfUnreachableBranch(node) }
            return nil
        }
        var arguments = Arguments(node)
        arguments.noTags(&validator)
        let hasNoArguments = arguments.end(&validator)
        let block = validator.block(node.block)
        return isPlaced && hasNoArguments ? ElseCommand(block: block) : nil
    }

    // MARK: Program

    let block: Block

    var branch: Branch { .otherwise(nil) }

    // MARK: Execution

    func execute(in run: inout Interpretation) throws(RuntimeFailure) -> Flow {
        guard !run.branchTaken else { return .next }
        let flow = try run.execute(block)
        run.branchTaken = true
        return flow
    }
}
