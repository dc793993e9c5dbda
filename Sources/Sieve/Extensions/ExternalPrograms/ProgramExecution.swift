/// A program, where its input comes from and where its output goes: what `execute` is as a command and as a test.
struct ProgramExecution: Sendable {
    private enum Input {
        case none
        case text(Text)
        case message
    }

    private let program: ProgramArguments
    private let input: Input
    private let output: VariableSlot?

    /// Nil after an error, which has been reported.
    init?(_ node: SyntaxNode, _ validator: inout Validator) {
        var arguments = Arguments(node)
        var input: Input?
        var output: VariableSlot?
        var hasOutput = false
        while let tag = arguments.tag() {
            switch tag.name {
            case Identifier("input"), Identifier("pipe"):
                if input != nil { arguments.repeated(tag, &validator) }
                input = .message
                guard tag.name == Identifier("input") else { continue }
                guard let text = arguments.text("input", &validator) else { return nil }
                input = .text(text)
            case Identifier("output"):
                if hasOutput { arguments.repeated(tag, &validator) }
                hasOutput = true
                guard let slot = arguments.outputVariable(tag, &validator) else { return nil }
                output = slot
            default:
                arguments.unknown(tag, &validator)
            }
        }
        guard let program = ProgramArguments(reading: &arguments, &validator) else { return nil }
        self.program = program
        self.input = input ?? .none
        self.output = output
    }

    // MARK: Execution

    /// Whether the program ended well.
    func run(in run: inout Interpretation, mustExist: Bool) throws(RuntimeFailure) -> Bool {
        let input: ProgramInput
        switch self.input {
        case .none: input = .none
        case .text(let text): input = .bytes(try run.expand(text))
        case .message: input = .message(run.content ?? MessageContent(whole: run.wholeMessage))
        }
        guard let result = try run.run(program, input: input, mustExist: mustExist) else { return false }
        if let output { run.set(output, result) }
        return true
    }
}

extension Arguments {
    /// The variable for the output; nil after an error, which has been reported.
    fileprivate mutating func outputVariable(
        _ tag: SyntaxTag, _ validator: inout Validator
    ) -> VariableSlot? {
        guard validator.language.expandsVariables else {
            let capability = SieveExtension.variables.capability
            validator.diagnostics.error(
                .notRequired, at: tag.position, ":output needs the capability \(capability)",
                hint: "put require \"\(capability)\"; at the top of the script")
            return nil
        }
        return variable(&validator)
    }
}
