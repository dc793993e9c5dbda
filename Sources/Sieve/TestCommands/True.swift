// true                                                                                       RFC 5228 §5.10

/// Is always true.
struct TrueTest: TestDefinition, ScriptTest {
    static let name = "true"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any ScriptTest)? {
        var arguments = Arguments(node)
        arguments.noTags(&validator)
        return arguments.end(&validator) ? TrueTest() : nil
    }

    var constant: Bool? { true }

    // MARK: Index

    func isPure(_ recordsCaptures: Bool) -> Bool { true }

    // MARK: Evaluation

    func evaluate(in run: inout Interpretation) throws(RuntimeFailure) -> Bool { true }
}
