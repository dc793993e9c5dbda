// test_binary_load <name: string>

/// Takes up a script that was saved, as if it had just been compiled.
struct TestBinaryLoadCommand: CommandDefinition, Statement {
    static let name = "test_binary_load"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any Statement)? {
        var arguments = Arguments(node)
        arguments.noTags(&validator)
        guard let name = arguments.text("name", &validator), arguments.end(&validator) else { return nil }
        return TestBinaryLoadCommand(label: name)
    }

    // MARK: Program

    let label: Text

    // MARK: Execution

    func execute(in run: inout Interpretation) throws(RuntimeFailure) -> Flow {
        let name = try run.expand(label).text
        guard let program = run[TestsuiteState.self].binaries[name] else {
            throw run.policyFailure("no script has been saved as \"\(name)\"")
        }
        run[TestsuiteState.self].program = program
        return .next
    }
}
