import MailMessage
import Platform

// test_message_print

/// Shows the current message.
struct TestMessagePrintCommand: CommandDefinition, Statement {
    static let name = "test_message_print"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any Statement)? {
        var arguments = Arguments(node)
        arguments.noTags(&validator)
        return arguments.end(&validator) ? TestMessagePrintCommand() : nil
    }

    // MARK: Program

    /// Octets that are shown.
    private static let limit = 1 << 16

    // MARK: Execution

    func execute(in run: inout Interpretation) throws(RuntimeFailure) -> Flow {
        let bytes =
            run.content?.bytes(limit: Self.limit) ?? run.input.message.bytes.array(0..<Self.limit)
        for line in bytes.split(separator: 0x0A, omittingEmptySubsequences: false) {
            try run.testsuite().show([UInt8](line).text)
        }
        return .next
    }
}
