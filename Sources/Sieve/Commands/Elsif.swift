// elsif <test: test> <block: block>, directly after if or elsif                              RFC 5228 §3.1

/// Executes its block if no branch before it was taken and its test is true.
struct ElsifCommand: CommandDefinition, Statement {
    static let name = "elsif"
    static let takesBlock = true
    static let operands = TestOperands.one

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any Statement)? {
        let isPlaced = validator.followsIf(node)
        guard !validator.isDecided else {
            if isPlaced { validator.warnOfUnreachableBranch(node) }
            return nil
        }
        guard let (condition, block) = IfCommand.branch(node, &validator), isPlaced else { return nil }
        return ElsifCommand(condition: condition, block: block)
    }

    // MARK: Program

    let condition: Condition
    let block: Block

    var branch: Branch { .otherwise(condition) }

    // MARK: Execution

    func execute(in run: inout Interpretation) throws(RuntimeFailure) -> Flow {
        guard !run.branchTaken else { return .next }
        let isTrue = try run.evaluate(condition)
        let flow = isTrue ? try run.execute(block) : .next
        run.branchTaken = isTrue
        return flow
    }
}

extension Validator {
    /// Whether the command before this one is an `if` or `elsif`; reports where it is not.
    mutating func followsIf(_ node: SyntaxNode) -> Bool {
        if preceding == Identifier(IfCommand.name) || preceding == Identifier(ElsifCommand.name) {
            return true
        }
        diagnostics.error(
            .misplacedElse, at: node.position, "\(text(node.nameRange)) without an if before it",
            hint: "it stands directly after the block of an if or elsif")
        return false
    }
}
