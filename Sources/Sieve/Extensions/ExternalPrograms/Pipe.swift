// pipe [:copy] [:try] <program-name: string> [<arguments: string-list>]               sieve-extprograms §5

/// Gives the message to a program, which then is answerable for it.
struct PipeCommand: CommandDefinition, Statement {
    static let name = "pipe"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any Statement)? {
        var arguments = Arguments(node)
        let tags = arguments.actionTags(of: name, &validator)
        return ProgramArguments(reading: &arguments, &validator).map {
            PipeCommand(program: $0, tags: tags)
        }
    }

    // MARK: Program

    let program: ProgramArguments
    let tags: [any ActionTag]

    // MARK: Execution

    func execute(in run: inout Interpretation) throws(RuntimeFailure) -> Flow {
        let options = try run.options(tags)
        let request = PipeRequest(program: try program.call(in: &run), mayFail: options.mayFail)
        try run.add(.pipe(request), options)
        return .next
    }
}

/// A program that fails is no error: it is then as if the command had not been there.
struct TryTag: ActionTag {
    static let tag = "try"
    static var commands: [String] { [PipeCommand.name] }

    static func compile(_ arguments: inout Arguments, _ validator: inout Validator) -> (any ActionTag)? {
        TryTag()
    }

    func apply(to options: inout ActionOptions, in run: inout Interpretation) throws(RuntimeFailure) {
        options.mayFail = true
    }
}
