import MailMessage

// foreverypart [":name" <name: string>] <block: block>                                     RFC 5703 §3.1

/// Executes its block for each part of the message, depth first; within another such loop for each part within the one
/// that the outer loop looks at.
///
/// A part that the block exchanges for another is done with then: the loop does not go into the new one.
struct ForEveryPartCommand: CommandDefinition, Statement {
    static let name = "foreverypart"
    static let takesBlock = true

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any Statement)? {
        var arguments = Arguments(node)
        let name = arguments.loopName(&validator)
        let hasGoodArguments = arguments.end(&validator)
        guard validator.loops.count < validator.limits.loops else {
            validator.diagnostics.error(
                .nestedTooDeeply, at: node.position,
                "more than \(validator.limits.loops) loops within one another")
            return nil
        }
        validator.loops.append(name)
        let block = validator.block(node.block)
        validator.loops.removeLast()
        return hasGoodArguments ? ForEveryPartCommand(loop: name, block: block) : nil
    }

    // MARK: Program

    let loop: [UInt8]?
    let block: Block

    // MARK: Execution

    func execute(in run: inout Interpretation) throws(RuntimeFailure) -> Flow {
        let outer = run[PartLoops.self].places
        // Scripts that include one another have loops in one another that no compiler saw.
        guard outer.count < run.limits.loops else {
            throw run.policyFailure("more than \(run.limits.loops) loops within one another")
        }
        do {
            let flow = try runLoop(in: outer.last?.part, &run)
            _ = run[PartLoops.self].places.popLast()
            return flow
        } catch {
            run[PartLoops.self].places = outer
            throw error
        }
    }

    private func runLoop(in outer: Int?, _ run: inout Interpretation) throws(RuntimeFailure) -> Flow {
        let messages = run[PartLoops.self].newMessages
        var number = outer.map { $0 + 1 } ?? 0
        run[PartLoops.self].places.append(PartLoops.Place(part: number))
        while true {
            let entries = try run.parts().entries
            let end =
                outer.map { $0 < entries.count ? entries[$0].descendants.upperBound : 0 } ?? entries.count
            guard number < min(end, entries.count), run[PartLoops.self].newMessages == messages else {
                return .next
            }
            _ = run[PartLoops.self].places.popLast()
            run[PartLoops.self].places.append(PartLoops.Place(part: number))
            try run.spend(1)
            switch try run.execute(block) {
            case .next: break
            case .breakLoop(let name) where name == nil || name == loop: return .next
            case let flow: return flow
            }
            let isExchanged = run[PartLoops.self].places.last?.isExchanged == true
            number = isExchanged ? try run.endOfPart(number) : number + 1
        }
    }
}

extension Interpretation {
    /// The number of the part behind those within this one.
    fileprivate mutating func endOfPart(_ number: Int) throws(RuntimeFailure) -> Int {
        let entries = try parts().entries
        return number < entries.count ? entries[number].descendants.upperBound : entries.count
    }
}

extension Arguments {
    /// The tag `:name` and its constant; nil where there is none, and after an error, which has been reported.
    mutating func loopName(_ validator: inout Validator) -> [UInt8]? {
        var name: [UInt8]?
        while let tag = tag() {
            guard tag.name == Identifier("name") else {
                unknown(tag, &validator)
                continue
            }
            if name != nil { repeated(tag, &validator) }
            name = constant("name of the loop", &validator)?.value
        }
        return name
    }
}
