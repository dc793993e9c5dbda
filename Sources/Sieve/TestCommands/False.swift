// false                                                                                       RFC 5228 §5.6

/// Is always false.
struct FalseTest: TestDefinition, ScriptTest {
    static let name = "false"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any ScriptTest)? {
        var arguments = Arguments(node)
        arguments.noTags(&validator)
        return arguments.end(&validator) ? FalseTest() : nil
    }

    var constant: Bool? { false }

    // MARK: Index

    func isPure(_ recordsCaptures: Bool) -> Bool { true }

    // MARK: Evaluation

    func evaluate(in run: inout Interpretation) throws(RuntimeFailure) -> Bool { false }
}
