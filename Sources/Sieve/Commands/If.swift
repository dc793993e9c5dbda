// if <test: test> <block: block>                                                             RFC 5228 §3.1

/// Executes its block if its test is true.
///
/// `elsif` and `else` follow as statements of their own, which ask whether a branch has been taken: so a program
/// has no tree of branches, and each command stands for itself.
struct IfCommand: CommandDefinition, Statement {
    static let name = "if"
    static let takesBlock = true
    static let operands = TestOperands.one

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any Statement)? {
        guard let (condition, block) = branch(node, &validator) else { return nil }
        return IfCommand(condition: condition, block: block)
    }

    /// The test and the block; both are validated whatever is wrong with the other.
    static func branch(_ node: SyntaxNode, _ validator: inout Validator) -> (Condition, Block)? {
        var arguments = Arguments(node)
        arguments.noTags(&validator)
        let hasNoArguments = arguments.end(&validator)
        let condition = node.tests.first.flatMap { validator.condition($0) }
        let block = validator.block(node.block)
        guard hasNoArguments, let condition else { return nil }
        return (condition, block)
    }

    // MARK: Program

    let condition: Condition
    let block: Block

    // MARK: Execution

    func execute(in run: inout Interpretation) throws(RuntimeFailure) -> Flow {
        let isTrue = try run.evaluate(condition)
        let flow = isTrue ? try run.execute(block) : .next
        // After the block, since blocks in it have branches of their own.
        run.branchTaken = isTrue
        return flow
    }
}
