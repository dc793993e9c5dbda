// test <name: string> <block: block>, only at the top level

/// One test: it succeeds if its block ends without `test_fail`.
struct TestCommand: CommandDefinition, Statement {
    static let name = "test"
    static let takesBlock = true

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any Statement)? {
        let isPlaced = validator.depth == 1
        if !isPlaced {
            validator.diagnostics.error(.nestedTest, at: node.position, "tests cannot be nested")
        }
        var arguments = Arguments(node)
        arguments.noTags(&validator)
        let name = arguments.text("test name", &validator)
        let isWhole = name != nil && arguments.end(&validator)
        let block = validator.block(node.block)
        guard let name, isWhole, isPlaced else { return nil }
        return TestCommand(label: name, block: block)
    }

    // MARK: Program

    let label: Text
    let block: Block

    // MARK: Execution

    func execute(in run: inout Interpretation) throws(RuntimeFailure) -> Flow {
        let host = try run.testsuite()
        if run[TestsuiteState.self].isScriptUnderTest { return try run.execute(block) }
        host.beginTest(try run.expand(label).text, line: run.line)
        let flow: Flow
        do throws(RuntimeFailure) {
            flow = try run.execute(block)
        } catch {
            // Policy is the file's affair: what comes after may hang on what was refused.
            if error.isPolicy { throw error }
            host.endTest(failure: "line \(error.line): \(error.message)")
            return .next
        }
        guard let reason = run[TestsuiteState.self].failure else {
            host.endTest(failure: nil)
            return flow
        }
        run[TestsuiteState.self].failure = nil
        host.endTest(failure: reason)
        return .next
    }
}
