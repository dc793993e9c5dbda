// execute [:input <input-data: string> / :pipe] [:output <varname: string>]
//         <program-name: string> [<arguments: string-list>]                      sieve-extprograms §7, §8

/// Runs a program with a string or the message as its input, and may keep in a variable what it writes.
///
/// A program that fails is no error, and leaves the variable as it is.
struct ExecuteCommand: CommandDefinition, Statement {
    static let name = "execute"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any Statement)? {
        ProgramExecution(node, &validator).map { ExecuteCommand(execution: $0) }
    }

    // MARK: Program

    let execution: ProgramExecution

    // MARK: Execution

    func execute(in run: inout Interpretation) throws(RuntimeFailure) -> Flow {
        _ = try execution.run(in: &run, mustExist: true)
        return .next
    }
}

/// The same, and whether the program ended well.
struct ExecuteTest: TestDefinition, ScriptTest {
    static let name = ExecuteCommand.name

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any ScriptTest)? {
        ProgramExecution(node, &validator).map { ExecuteTest(execution: $0) }
    }

    // MARK: Program

    let execution: ProgramExecution

    // MARK: Evaluation

    func evaluate(in run: inout Interpretation) throws(RuntimeFailure) -> Bool {
        try execution.run(in: &run, mustExist: false)
    }
}
