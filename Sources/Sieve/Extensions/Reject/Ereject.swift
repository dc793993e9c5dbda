// ereject <reason: string>                                                                   RFC 5429 §2.1

/// Refuses the message, by the protocol if that is possible, whatever becomes of the reason.
enum ErejectCommand: CommandDefinition {
    static let name = "ereject"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any Statement)? {
        RefusalStatement(node, isExtended: true, &validator)
    }
}
