// test_script_compile <path: string>

/// Whether the script compiles, which makes it the one that `test_script_run` runs.
struct TestScriptCompileTest: TestDefinition, ScriptTest {
    static let name = "test_script_compile"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any ScriptTest)? {
        var arguments = Arguments(node)
        arguments.noTags(&validator)
        guard let path = arguments.text("path", &validator), arguments.end(&validator) else { return nil }
        return TestScriptCompileTest(path: path)
    }

    // MARK: Program

    let path: Text

    // MARK: Evaluation

    func evaluate(in run: inout Interpretation) throws(RuntimeFailure) -> Bool {
        let host = try run.testsuite()
        host.forgetErrors()
        guard let program = host.compile(try run.expand(path).text) else { return false }
        run[TestsuiteState.self].program = program
        return true
    }
}
