/// A script of which an image is known: its rules are compiled one at a time, when they are executed.
///
/// It has been compiled as a whole before, so there are no errors to be told; where there is one all the same, the
/// image was not this script's.
struct PiecewiseScript: Sendable {
    let compiler: SieveCompiler
    let source: [UInt8]

    /// What compiles the script's rules, in its order.
    func validator() -> Validator {
        var validator = compiler.validator(source)
        validator.makesTables = false
        return validator
    }

    /// The rule compiled; nil after an error.
    func compile(_ rule: Int, of index: RuleIndex, _ validator: inout Validator) -> Block? {
        let place = index.place(of: rule)
        let end = min(index.place(of: rule + 1).offset, source.count)
        guard place.offset < end else { return nil }
        let piece = [UInt8](source[place.offset..<end])
        var parser = Parser(piece, line: place.line, limits: compiler.limits)
        let commands = parser.parse()
        guard parser.diagnostics.errorCount == 0 else { return nil }
        validator.source = piece
        let block = validator.block(commands)
        return validator.diagnostics.errorCount == 0 ? block : nil
    }
}

extension Program {
    /// A program whose rules are compiled when they are executed.
    init(name: String, index: RuleIndex, pieces: PiecewiseScript) {
        self.init(
            name: name, capabilities: [], block: Block(steps: []), rules: nil, pieces: (index, pieces),
            canBeCompiledInPieces: false, headerNames: [], variableCount: 0,
            usesMatchVariables: index.usesMatchVariables)
    }
}
