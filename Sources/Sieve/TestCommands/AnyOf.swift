// anyof <tests: test-list>                                                                   RFC 5228 §5.3

/// Whether one of the tests is true; those after it are not evaluated.
struct AnyOfTest: TestDefinition, ScriptTest {
    static let name = "anyof"
    static let operands = TestOperands.list

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any ScriptTest)? {
        var arguments = Arguments(node)
        arguments.noTags(&validator)
        let hasNoArguments = arguments.end(&validator)
        guard let conditions = validator.conditions(node), hasNoArguments else { return nil }
        return AnyOfTest(conditions: conditions)
    }

    // MARK: Program

    let conditions: [Condition]

    // MARK: Evaluation

    func evaluate(in run: inout Interpretation) throws(RuntimeFailure) -> Bool {
        for condition in conditions where try run.evaluate(condition) { return true }
        return false
    }
}
