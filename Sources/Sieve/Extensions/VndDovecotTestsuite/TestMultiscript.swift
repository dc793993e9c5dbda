// test_multiscript <paths: string-list>

/// Runs scripts as those of a site and of a user, one after the other, and carries their actions out;
/// whether all that went well. It leaves the result that commands collect alone.
struct TestMultiscriptTest: TestDefinition, ScriptTest {
    static let name = "test_multiscript"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any ScriptTest)? {
        var arguments = Arguments(node)
        arguments.noTags(&validator)
        guard let paths = arguments.texts("paths", &validator), arguments.end(&validator) else { return nil }
        return TestMultiscriptTest(paths: paths)
    }

    // MARK: Program

    let paths: [Text]

    // MARK: Evaluation

    func evaluate(in run: inout Interpretation) throws(RuntimeFailure) -> Bool {
        let host = try run.testsuite()
        host.forgetErrors()
        var programs: [Program] = []
        var compiles = true
        for path in try run.expand(paths) {
            guard let program = host.compile(path.text) else {
                compiles = false
                break
            }
            programs.append(program)
        }
        let sequence = ScriptSequence(programs, limits: run.limits)
        host.beginScript()
        defer { host.endScript() }
        let result = sequence.run(on: run.input, testedBy: host)
        if let failure = result.failure { host.logError(failure.message) }
        let isDone = host.carryOut(result.actions, on: run.input)
        return compiles && isDone && result.failure == nil
    }
}

extension ScriptSequence {
    /// Opens the existential, which ``run(on:host:tracing:)`` cannot take as it is.
    fileprivate func run(on input: SieveInput, testedBy host: some TestsuiteHost) -> SieveResult {
        run(on: input, host: host)
    }
}
