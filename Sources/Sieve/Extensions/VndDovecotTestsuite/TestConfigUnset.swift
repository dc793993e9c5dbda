// test_config_unset <key: string>

/// Gives one setting its default again, which holds after `test_config_reload`.
struct TestConfigUnsetCommand: CommandDefinition, Statement {
    static let name = "test_config_unset"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any Statement)? {
        var arguments = Arguments(node)
        arguments.noTags(&validator)
        guard let key = arguments.text("key", &validator), arguments.end(&validator) else { return nil }
        return TestConfigUnsetCommand(key: key)
    }

    // MARK: Program

    let key: Text

    // MARK: Execution

    func execute(in run: inout Interpretation) throws(RuntimeFailure) -> Flow {
        try run.testsuite().setSetting(try run.expand(key).text, nil)
        return .next
    }
}
