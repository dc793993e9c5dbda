// allof <tests: test-list>                                                                   RFC 5228 §5.2

/// Whether all tests are true; those after the first that is false are not evaluated.
struct AllOfTest: TestDefinition, ScriptTest {
    static let name = "allof"
    static let operands = TestOperands.list

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any ScriptTest)? {
        var arguments = Arguments(node)
        arguments.noTags(&validator)
        let hasNoArguments = arguments.end(&validator)
        guard let conditions = validator.conditions(node), hasNoArguments else { return nil }
        return AllOfTest(conditions: conditions)
    }

    // MARK: Program

    let conditions: [Condition]

    // MARK: Evaluation

    func evaluate(in run: inout Interpretation) throws(RuntimeFailure) -> Bool {
        for condition in conditions where try !run.evaluate(condition) { return false }
        return true
    }
}
