// size <":over" / ":under"> <limit: number>                                                  RFC 5228 §5.9

/// Whether the message has more, or fewer, octets than the limit; a message of exactly the limit has neither.
struct SizeTest: TestDefinition, ScriptTest {
    static let name = "size"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any ScriptTest)? {
        var arguments = Arguments(node)
        var isOver: Bool?
        while let tag = arguments.tag() {
            let over = tag.name == Identifier("over")
            guard over || tag.name == Identifier("under") else {
                arguments.unknown(tag, &validator)
                continue
            }
            if isOver == nil { isOver = over } else { arguments.repeated(tag, &validator) }
        }
        guard let limit = arguments.number("limit", &validator), arguments.end(&validator) else { return nil }
        guard let isOver else {
            validator.diagnostics.error(.missingArgument, at: node.end, "size needs :over or :under")
            return nil
        }
        if !isOver, limit == 0 {
            validator.diagnostics.warning(.neverTrue, at: node.position, "no message has fewer than 0 octets")
        }
        return SizeTest(isOver: isOver, limit: limit)
    }

    // MARK: Program

    let isOver: Bool
    let limit: UInt64

    // MARK: Index

    func isPure(_ recordsCaptures: Bool) -> Bool { true }

    // MARK: Evaluation

    func evaluate(in run: inout Interpretation) throws(RuntimeFailure) -> Bool {
        let size = UInt64(clamping: run.size)
        return isOver ? size > limit : size < limit
    }
}
