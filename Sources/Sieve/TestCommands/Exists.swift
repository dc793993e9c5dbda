// exists <header-names: string-list>                                                         RFC 5228 §5.5

/// Whether the message has a field of each of the names.
struct ExistsTest: TestDefinition, ScriptTest {
    static let name = "exists"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any ScriptTest)? {
        var arguments = Arguments(node)
        guard let options = TestOptions(reading: &arguments, &validator),
            let names = arguments.headerNames(.any, &validator), arguments.end(&validator)
        else { return nil }
        return ExistsTest(names: names, options: options)
    }

    // MARK: Program

    let names: [HeaderReference]
    let options: TestOptions

    // MARK: Index

    func isPure(_ recordsCaptures: Bool) -> Bool {
        !options.looksAtParts && names.allSatisfy(\.isConstant)
    }

    // MARK: Evaluation

    func evaluate(in run: inout Interpretation) throws(RuntimeFailure) -> Bool {
        for name in names where try !run.hasField(name, options) { return false }
        return true
    }
}
