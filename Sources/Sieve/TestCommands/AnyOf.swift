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
        guard let conditions = validator.conditions(node, decidedBy: true), hasNoArguments else { return nil }
        return AnyOfTest(conditions: conditions)
    }

    // MARK: Program

    let conditions: [Condition]

    var constant: Bool? {
        if conditions.contains(where: { $0.test.constant == true }) { return true }
        return conditions.allSatisfy { $0.test.constant == false } ? false : nil
    }

    // MARK: Index

    func addKeys(to rule: inout RuleKeys) -> Bool { rule.addAny(conditions) }

    func isPure(_ recordsCaptures: Bool) -> Bool {
        conditions.allSatisfy { $0.test.isPure(recordsCaptures) }
    }

    // MARK: Evaluation

    func evaluate(in run: inout Interpretation) throws(RuntimeFailure) -> Bool {
        for condition in conditions where try run.evaluate(condition) { return true }
        return false
    }
}
