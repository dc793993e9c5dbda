import Platform

// filter <program-name: string> [<arguments: string-list>]                       sieve-extprograms §6, §8

/// Puts what a program makes of the message in the place of the message.
///
/// A program that fails or writes nothing leaves the message as it is, which is no error.
struct FilterCommand: CommandDefinition, Statement {
    static let name = "filter"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any Statement)? {
        var arguments = Arguments(node)
        arguments.noTags(&validator)
        return ProgramArguments(reading: &arguments, &validator).map { FilterCommand(program: $0) }
    }

    // MARK: Program

    let program: ProgramArguments

    // MARK: Execution

    func execute(in run: inout Interpretation) throws(RuntimeFailure) -> Flow {
        _ = try run.filter(through: program, mustExist: true)
        return .next
    }
}

/// The same, and whether the program has made something of the message.
struct FilterTest: TestDefinition, ScriptTest {
    static let name = FilterCommand.name

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any ScriptTest)? {
        var arguments = Arguments(node)
        arguments.noTags(&validator)
        return ProgramArguments(reading: &arguments, &validator).map { FilterTest(program: $0) }
    }

    // MARK: Program

    let program: ProgramArguments

    // MARK: Evaluation

    func evaluate(in run: inout Interpretation) throws(RuntimeFailure) -> Bool {
        try run.filter(through: program, mustExist: false)
    }
}

extension Interpretation {
    fileprivate mutating func filter(
        through program: ProgramArguments, mustExist: Bool
    ) throws(RuntimeFailure) -> Bool {
        let message = content ?? MessageContent(whole: wholeMessage)
        guard let output = try run(program, input: .message(message), mustExist: mustExist),
            !output.isEmpty
        else { return false }
        replaceMessage(SharedBytes(output))
        return true
    }
}
