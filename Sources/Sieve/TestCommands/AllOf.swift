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
        guard let conditions = validator.conditions(node, decidedBy: false), hasNoArguments else {
            return nil
        }
        return AllOfTest(conditions: conditions)
    }

    // MARK: Program

    let conditions: [Condition]

    var constant: Bool? {
        if conditions.contains(where: { $0.test.constant == false }) { return false }
        return conditions.allSatisfy { $0.test.constant == true } ? true : nil
    }

    // MARK: Index

    func addKeys(to rule: inout RuleKeys) -> Bool { rule.addOne(of: conditions) }

    func isPure(_ recordsCaptures: Bool) -> Bool {
        conditions.allSatisfy { $0.test.isPure(recordsCaptures) }
    }

    // MARK: Evaluation

    func evaluate(in run: inout Interpretation) throws(RuntimeFailure) -> Bool {
        for condition in conditions where try !run.evaluate(condition) { return false }
        return true
    }
}
