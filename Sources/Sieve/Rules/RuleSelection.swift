extension Interpretation {
    /// Executes the commands of the program.
    mutating func execute(_ program: Program) throws(RuntimeFailure) -> Flow {
        if let (index, pieces) = program.pieces { return try execute(index, pieces) }
        guard let rules = program.rules, trace == nil else { return try execute(program.block) }
        return try execute(rules.index, rules.sources) { rule, _ in
            guard rule + 1 < rules.steps.count else { return [] }
            return program.block.steps[rules.steps[rule]..<rules.steps[rule + 1]]
        }
    }

    /// Executes the rules that can do anything for this message, in the script's order.
    ///
    /// What they do may change the header, and with it which of the other rules can.
    private mutating func execute(
        _ index: RuleIndex, _ sources: [ValueSource],
        _ steps: (Int, inout Interpretation) throws(RuntimeFailure) -> ArraySlice<Block.Step>
    ) throws(RuntimeFailure) -> Flow {
        var version = headerVersion
        var selected = try select(index, sources)
        // An explanation has every test in it.
        if trace != nil { selected.addAll() }
        var start = 0
        while let rule = selected.next(from: start) {
            let flow = try execute(try steps(rule, &self))
            if flow != .next { return flow }
            start = rule + 1
            if headerVersion != version {
                version = headerVersion
                selected = try select(index, sources)
                if trace != nil { selected.addAll() }
            }
        }
        return .next
    }

    /// The rules that can do anything for the message as it is now.
    private mutating func select(
        _ index: RuleIndex, _ sources: [ValueSource]
    ) throws(RuntimeFailure) -> RuleSet {
        var set = index.unconditional()
        // Looking up must not cost more than executing a few of the rules would.
        var effort = 1 << 14
        for (number, source) in sources.enumerated() {
            for value in try values(source) {
                try spend(value.folded.count)
                effort &+= value.folded.count &* 64
                let folded = value.folded
                index.add(folded.span, of: number, to: &set, effort: &effort)
                if effort < 0 { return set }
            }
        }
        return set
    }
}

// MARK: Rules that are compiled when they are executed

extension Interpretation {
    private mutating func execute(
        _ index: RuleIndex, _ pieces: PiecewiseScript
    ) throws(RuntimeFailure) -> Flow {
        var validator = pieces.validator()
        for rule in 0..<index.preamble where pieces.compile(rule, of: index, &validator) == nil {
            throw damage()
        }
        guard let sources = index.sources(validator.language) else { throw damage() }
        return try execute(index, sources) { rule, run throws(RuntimeFailure) in
            guard rule >= index.preamble else { return [] }
            guard let block = pieces.compile(rule, of: index, &validator) else { throw run.damage() }
            run.adopt(validator.headerNames.names, variableCount: validator.variables.count)
            return block.steps[...]
        }
    }

    private mutating func damage() -> RuntimeFailure {
        hasDamagedImage = true
        return failure("the compiled form is not this script's")
    }
}
