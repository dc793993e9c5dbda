// test_binary_save <name: string>

/// Keeps the script that was compiled last under a name.
struct TestBinarySaveCommand: CommandDefinition, Statement {
    static let name = "test_binary_save"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any Statement)? {
        var arguments = Arguments(node)
        arguments.noTags(&validator)
        guard let name = arguments.text("name", &validator), arguments.end(&validator) else { return nil }
        return TestBinarySaveCommand(label: name)
    }

    // MARK: Program

    let label: Text

    // MARK: Execution

    func execute(in run: inout Interpretation) throws(RuntimeFailure) -> Flow {
        let name = try run.expand(label).text
        guard let program = run[TestsuiteState.self].program else {
            throw run.policyFailure("no script has been compiled that could be saved")
        }
        run[TestsuiteState.self].binaries[name] = program
        return .next
    }
}
