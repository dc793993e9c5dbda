// test_config_set <key: string> <value: string>

/// Sets one setting, which holds after `test_config_reload`.
struct TestConfigSetCommand: CommandDefinition, Statement {
    static let name = "test_config_set"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any Statement)? {
        var arguments = Arguments(node)
        arguments.noTags(&validator)
        guard let key = arguments.text("key", &validator), let value = arguments.text("value", &validator),
            arguments.end(&validator)
        else { return nil }
        return TestConfigSetCommand(key: key, value: value)
    }

    // MARK: Program

    let key: Text
    let value: Text

    // MARK: Execution

    func execute(in run: inout Interpretation) throws(RuntimeFailure) -> Flow {
        try run.testsuite().setSetting(try run.expand(key).text, try run.expand(value).text)
        return .next
    }
}
