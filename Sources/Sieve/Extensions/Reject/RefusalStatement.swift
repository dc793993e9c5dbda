import MailMessage

/// What `reject` and `ereject` have in common.
struct RefusalStatement: Statement {
    // MARK: Validation

    /// Nil after an error, which has been reported.
    init?(_ node: SyntaxNode, isExtended: Bool, _ validator: inout Validator) {
        var arguments = Arguments(node)
        arguments.noTags(&validator)
        guard let reason = arguments.text("reason", &validator), arguments.end(&validator) else { return nil }
        self.reason = reason
        self.isExtended = isExtended
    }

    // MARK: Program

    let reason: Text
    let isExtended: Bool

    // MARK: Execution

    func execute(in run: inout Interpretation) throws(RuntimeFailure) -> Flow {
        let bytes = try run.expand(reason)
        let lines = LineEndStyle.crlf.applied(to: bytes.span)
        try run.add(.reject(Rejection(reason: lines.text, isExtended: isExtended)), ActionOptions())
        return .next
    }
}
