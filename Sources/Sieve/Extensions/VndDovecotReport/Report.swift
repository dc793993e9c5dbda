import MailMessage

// report [:headers_only] <feedback-type: string> <message: string> <address: string>          vnd.dovecot.report

/// Reports the message as abuse, or whatever the type says.
struct ReportCommand: CommandDefinition, Statement {
    static let name = "report"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any Statement)? {
        var arguments = Arguments(node)
        var hasHeaderOnly = false
        while let tag = arguments.tag() {
            guard tag.name == Identifier("headers_only") else {
                arguments.unknown(tag, &validator)
                continue
            }
            if hasHeaderOnly { arguments.repeated(tag, &validator) }
            hasHeaderOnly = true
        }
        guard let typeString = arguments.string("feedback type", &validator),
            let message = arguments.text("message", &validator),
            let addressString = arguments.string("address", &validator), arguments.end(&validator),
            let type = validator.text(typeString), let address = validator.text(addressString)
        else { return nil }
        var isValid = true
        if case .literal(let bytes) = type, feedbackType(bytes) == nil {
            isValid = false
            validator.diagnostics.error(
                .invalidFeedbackType, at: typeString.position, "\"\(bytes.text)\" is no type of feedback",
                hint: "types are abuse, fraud, not-spam, virus, other")
        }
        if case .literal(let bytes) = address, MailAddress(oneOf: bytes) == nil {
            isValid = false
            validator.diagnostics.error(
                .invalidAddress, at: addressString.position, "\"\(bytes.text)\" is not an address")
        }
        guard isValid else { return nil }
        return ReportCommand(type: type, message: message, address: address, hasHeaderOnly: hasHeaderOnly)
    }

    /// A token (RFC 5965 §3.5), blanks at its ends aside.
    private static func feedbackType(_ text: [UInt8]) -> String? {
        let type = text.trimmed
        let isToken = type.allSatisfy { byte in
            byte &- 0x21 < 94 && ![UInt8]("()<>@,;:\\\"/[]?=".utf8).contains(byte)
        }
        return isToken && (1...100).contains(type.count) ? type.text : nil
    }

    // MARK: Program

    let type: Text
    let message: Text
    let address: Text
    let hasHeaderOnly: Bool

    // MARK: Execution

    func execute(in run: inout Interpretation) throws(RuntimeFailure) -> Flow {
        let typeText = try run.expand(type)
        guard let type = Self.feedbackType(typeText) else {
            throw run.failure("report: \"\(typeText.truncated(to: 200).text)\" is no type of feedback")
        }
        let message = try run.expand(message)
        let addressText = try run.expand(address)
        guard let address = MailAddress(oneOf: addressText) else {
            throw run.failure("report: \"\(addressText.truncated(to: 200).text)\" is not an address")
        }
        let report = AbuseReport(
            feedbackType: type, message: message, address: address.text, hasHeaderOnly: hasHeaderOnly)
        try run.add(.report(report), ActionOptions())
        return .next
    }
}

extension SieveExtension {
    static var report: SieveExtension {
        SieveExtension("vnd.dovecot.report") { language in
            language.add(command: ReportCommand.self)
        }
    }
}
