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
        validator.isDecided = false
        guard let (condition, block) = branch(node, &validator) else { return nil }
        return IfCommand(condition: condition, block: block)
    }

    /// The test and the block; both are validated whatever is wrong with the other.
    ///
    /// A block that no message reaches is left out as it is (RFC 5463 §4): what it uses need not exist.
    static func branch(_ node: SyntaxNode, _ validator: inout Validator) -> (Condition, Block)? {
        var arguments = Arguments(node)
        arguments.noTags(&validator)
        let hasNoArguments = arguments.end(&validator)
        let condition = node.tests.first.flatMap { validator.condition($0) }
        let constant = condition?.test.constant
        let block = constant == false ? Block(steps: []) : validator.block(node.block)
        if constant == true, hasNoArguments {
            validator.isDecided = true
            let isTrue = node.tests.first?.name == Identifier(TrueTest.name)
            validator.decidingLine = isTrue ? node.position.line : nil
        }
        guard hasNoArguments, let condition else { return nil }
        return (condition, block)
    }

    // MARK: Program

    let condition: Condition
    let block: Block

    var branch: Branch { .first(condition) }

    // MARK: Execution

    func execute(in run: inout Interpretation) throws(RuntimeFailure) -> Flow {
        let isTrue = try run.evaluate(condition)
        let flow = isTrue ? try run.execute(block) : .next
        // After the block, since blocks in it have branches of their own.
        run.branchTaken = isTrue
        return flow
    }
}
