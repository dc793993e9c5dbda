// valid_ext_list <ext-list-names: string-list>                                                RFC 6134 §2.7

/// Whether there are all of the lists.
struct ValidExtListTest: TestDefinition, ScriptTest {
    static let name = "valid_ext_list"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any ScriptTest)? {
        var arguments = Arguments(node)
        arguments.noTags(&validator)
        guard let names = arguments.texts("names of lists", &validator), arguments.end(&validator) else {
            return nil
        }
        return ValidExtListTest(names: names)
    }

    // MARK: Program

    let names: [Text]

    /// What asking the host once counts for.
    private static let steps = 1000

    // MARK: Evaluation

    func evaluate(in run: inout Interpretation) throws(RuntimeFailure) -> Bool {
        for name in names {
            let name = try run.expand(name)
            try run.spend(Self.steps)
            guard run.host.listExists(name.text) else { return false }
        }
        return true
    }
}
