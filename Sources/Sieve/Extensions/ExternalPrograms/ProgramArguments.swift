// <program-name: string> [<arguments: string-list>]                             sieve-extprograms §3, §4

/// The program and its arguments, as the commands have them in common.
struct ProgramArguments: Sendable {
    let name: String
    let arguments: [Text]

    /// Nil after an error, which has been reported.
    init?(reading node: inout Arguments, _ validator: inout Validator) {
        guard let (bytes, position) = node.constant("name of the program", &validator) else { return nil }
        guard let name = Self.name(bytes) else {
            validator.diagnostics.error(
                .invalidProgramName, at: position, "\"\(bytes.text)\" is not the name of a program",
                hint: "programs are known by names without slashes, not by paths")
            return nil
        }
        var strings: [SyntaxString] = []
        if node.remaining > 0 {
            guard let list = node.strings("arguments of the program", &validator) else { return nil }
            strings = list
        }
        guard node.end(&validator), let texts = validator.texts(strings) else { return nil }
        guard texts.count <= validator.limits.programArguments else {
            validator.diagnostics.error(
                .invalidProgramArgument, at: position,
                "more than \(validator.limits.programArguments) arguments for a program")
            return nil
        }
        for (text, string) in zip(texts, strings) {
            guard case .literal(let bytes) = text, !Self.isArgument(bytes, validator.limits) else { continue }
            validator.diagnostics.error(
                .invalidProgramArgument, at: string.position,
                "an argument of a program is one line of at most \(validator.limits.programArgumentBytes) octets"
            )
            return nil
        }
        self.name = name
        arguments = texts
    }

    /// Characters of a name.
    private static let nameLimit = 128

    /// Nil for what could be a path, and for what has no place in a name.
    private static func name(_ bytes: [UInt8]) -> String? {
        guard let name = String(validating: bytes, as: UTF8.self), !name.isEmpty, !name.hasPrefix("."),
            name.unicodeScalars.count <= nameLimit
        else { return nil }
        let isAllowed = name.unicodeScalars.allSatisfy { scalar in
            switch scalar.value {
            // Controls, the slash, and what ends a line or a paragraph.
            case 0...0x1F, 0x2F, 0x7F...0x9F, 0x2028, 0x2029: false
            default: true
            }
        }
        return isAllowed ? name : nil
    }

    private static func isArgument(_ bytes: [UInt8], _ limits: SieveLimits) -> Bool {
        bytes.count <= limits.programArgumentBytes && !bytes.contains { $0 == 0 || $0 == 0x0A || $0 == 0x0D }
    }

    // MARK: Execution

    /// The call with the arguments as they are at this moment.
    func call(in run: inout Interpretation) throws(RuntimeFailure) -> ProgramCall {
        var texts: [String] = []
        for argument in arguments {
            let bytes = try run.expand(argument)
            guard Self.isArgument(bytes, run.limits) else {
                throw run.failure("an argument of the program \(name) has a line end or is too long")
            }
            texts.append(bytes.text)
        }
        return ProgramCall(name: name, arguments: texts)
    }
}

extension Interpretation {
    /// What starting a program counts for.
    private static let stepsOfProgram = 100_000

    /// Runs the program now.
    ///
    /// - Returns: What it wrote, if it ended well.
    /// - Throws: With `mustExist` when there is no such program.
    mutating func run(
        _ program: ProgramArguments, input: ProgramInput, mustExist: Bool
    ) throws(RuntimeFailure) -> [UInt8]? {
        let call = try program.call(in: &self)
        try spend(Self.stepsOfProgram)
        switch host.run(call, input: input) {
        case .ended(status: 0, let output):
            try spend(output.count)
            return output
        case .notFound where mustExist:
            throw failure("there is no program \(program.name)")
        case .ended(let status, _):
            host.log("the program \(program.name) ended with status \(status)", script: script, line: line)
        case .failed(let reason):
            host.log("the program \(program.name) failed: \(reason)", script: script, line: line)
        case .notFound:
            break
        }
        return nil
    }
}
