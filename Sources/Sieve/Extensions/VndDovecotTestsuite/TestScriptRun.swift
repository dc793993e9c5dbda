// test_script_run [:append_result]

/// Runs the script that was compiled last on the current message, and collects its actions; whether that
/// went well.
struct TestScriptRunTest: TestDefinition, ScriptTest {
    static let name = "test_script_run"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any ScriptTest)? {
        var arguments = Arguments(node)
        var appends = false
        while let tag = arguments.tag() {
            guard tag.name == Identifier("append_result") else {
                arguments.unknown(tag, &validator)
                continue
            }
            if appends { arguments.repeated(tag, &validator) }
            appends = true
        }
        return arguments.end(&validator) ? TestScriptRunTest(appends: appends) : nil
    }

    // MARK: Program

    /// Whether the actions come behind those that there are.
    let appends: Bool

    // MARK: Evaluation

    func evaluate(in run: inout Interpretation) throws(RuntimeFailure) -> Bool {
        let host = try run.testsuite()
        guard let program = run[TestsuiteState.self].program else {
            host.logError("testsuite: trying to run script, but no script compiled yet")
            return false
        }
        host.forgetErrors()
        if !appends { run.resetResult() }
        var inner = Interpretation(run.input, host: host, limits: run.limits, tracing: false)
        inner[TestsuiteState.self].isScriptUnderTest = true
        inner.actions = run.actions
        inner.actions.continue(asScript: program.name)
        inner.flags = run.flags
        host.beginScript()
        defer { host.endScript() }
        do throws(RuntimeFailure) {
            try inner.run(program)
        } catch {
            host.logError(error.message)
            return false
        }
        let name = run.actions.script
        run.actions = inner.actions
        run.actions.continue(asScript: name)
        run.flags = inner.flags
        run[TestsuiteState.self].scriptOutcome = TestsuiteState.ScriptOutcome(content: inner.content)
        // A message or settings that the script itself has taken up end with it.
        host.use(run.input)
        return inner[TestsuiteState.self].failure == nil
    }
}
