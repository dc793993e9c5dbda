// not <test: test>                                                                           RFC 5228 §5.8

/// Whether the test is false.
struct NotTest: TestDefinition, ScriptTest {
    static let name = "not"
    static let operands = TestOperands.one

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any ScriptTest)? {
        var arguments = Arguments(node)
        arguments.noTags(&validator)
        let hasNoArguments = arguments.end(&validator)
        guard let test = node.tests.first, let condition = validator.condition(test), hasNoArguments
        else { return nil }
        return NotTest(condition: condition)
    }

    // MARK: Program

    let condition: Condition

    var constant: Bool? { condition.test.constant.map { !$0 } }

    // MARK: Index

    func isPure(_ recordsCaptures: Bool) -> Bool { condition.test.isPure(recordsCaptures) }

    // MARK: Evaluation

    func evaluate(in run: inout Interpretation) throws(RuntimeFailure) -> Bool {
        try !run.evaluate(condition)
    }
}
