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
        return SizeTest(isOver: isOver, limit: limit)
    }

    // MARK: Program

    let isOver: Bool
    let limit: UInt64

    // MARK: Evaluation

    func evaluate(in run: inout Interpretation) throws(RuntimeFailure) -> Bool {
        let size = UInt64(clamping: run.input.size)
        return isOver ? size > limit : size < limit
    }
}
