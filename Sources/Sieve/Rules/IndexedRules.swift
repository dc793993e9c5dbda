/// The rules of a program, and which of them matter for which message.
struct IndexedRules: Sendable {
    let index: RuleIndex
    /// What is looked up in the index, by the index's numbers.
    let sources: [ValueSource]
    /// For each rule the first of its steps in the program's block, and the number of all steps.
    let steps: [Int]

    /// Rules with keys that make an index worth its while.
    static let threshold = 6

    /// Nil where executing all of the rules is as good.
    init?(
        _ commands: SyntaxNodes, _ block: Block, headerNames: [HeaderName], usesMatchVariables: Bool
    ) {
        guard commands.count >= Self.threshold else { return nil }
        var builder = RuleIndexBuilder(headerNames: headerNames, usesMatchVariables: usesMatchVariables)
        var steps: [Int] = []
        steps.reserveCapacity(commands.count + 1)
        let (elsif, otherwise) = (Identifier(ElsifCommand.name), Identifier(ElseCommand.name))
        var step = 0
        var isPreamble = true
        // The rule that has begun, and its tests; nil where it is executed for any message.
        var place: Position?
        var branches: [Condition] = []
        var hasKeys = false
        for command in commands {
            var branch = Branch.none
            let first = step
            if step < block.steps.count, block.steps[step].offset == command.position.offset {
                branch = block.steps[step].statement.branch
                step += 1
            }
            if command.name == elsif || command.name == otherwise {
                if case .otherwise(let condition?) = branch {
                    branches.append(condition)
                } else {
                    hasKeys = false
                }
                continue
            }
            if let place { builder.add(at: place, branches: hasKeys ? branches[...] : nil) }
            branches.removeAll(keepingCapacity: true)
            steps.append(first)
            isPreamble = isPreamble && command.name == Identifier(RequireCommand.name)
            place = isPreamble ? nil : command.position
            if isPreamble { builder.add(at: command.position, branches: nil, isPreamble: true) }
            hasKeys = false
            if case .first(let condition) = branch {
                branches.append(condition)
                hasKeys = true
            }
        }
        if let place { builder.add(at: place, branches: hasKeys ? branches[...] : nil) }
        steps.append(step)
        guard builder.keyedCount >= Self.threshold, let (index, sources) = builder.finished() else {
            return nil
        }
        self.index = index
        self.sources = sources
        self.steps = steps
    }
}

/// Which part of an `if` … `elsif` … `else` a command is.
enum Branch {
    case none
    case first(Condition)
    /// A branch after others; nil where it has no test of its own.
    case otherwise(Condition?)
}
