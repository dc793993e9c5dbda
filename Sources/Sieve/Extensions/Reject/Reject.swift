// reject <reason: string>                                                                    RFC 5429 §2.2

/// Refuses the message, whatever way the reason takes as it is written.
enum RejectCommand: CommandDefinition {
    static let name = "reject"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any Statement)? {
        RefusalStatement(node, isExtended: false, &validator)
    }
}
