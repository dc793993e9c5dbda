import MailMessage

// vacation [":days" number / ":seconds" number] [":subject" string] [":from" string] [":addresses" string-list]
//          [":mime"] [":handle" string] [FCC] <reason: string>              RFC 5230 §4, RFC 6131 §2, RFC 8580

/// Answers the message, if the rules allow that.
struct VacationCommand: CommandDefinition, Statement {
    static let name = "vacation"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any Statement)? {
        var arguments = Arguments(node)
        var own = VacationTags()
        let tags = arguments.copyTags(of: name, &validator) { tag, arguments, validator in
            own.read(tag, &arguments, &validator)
        }
        guard let string = arguments.string("reason", &validator), let source = validator.literal(string),
            let reason = validator.text(source, at: string.position), arguments.end(&validator), own.isValid
        else { return nil }
        return VacationCommand(
            reason: reason, own: own, handle: own.handle ?? .literal(own.defaultHandle(reason: source)),
            tags: tags)
    }

    // MARK: Program

    let reason: Text
    let own: VacationTags
    let handle: Text
    let tags: [any ActionTag]

    // MARK: Execution

    func execute(in run: inout Interpretation) throws(RuntimeFailure) -> Flow {
        let options = try run.options(tags)
        var request = VacationRequest(
            reason: try run.expand(reason), isMIME: own.isMIME,
            seconds: own.seconds ?? run.limits.vacationDefault, handle: try run.expand(handle))
        if let subject = own.subject { request.subject = try run.expand(subject.text) }
        if let from = own.from {
            let text = try run.expand(from.text)
            guard MailAddress(oneOf: text) != nil else {
                throw run.failure(
                    "vacation: \"\(text.truncated(to: 200).text)\" is not an address to send from")
            }
            request.from = text.text
        }
        // What is no address is none of the user's (RFC 5230 §4.5).
        request.addresses = try run.expand(own.addresses).compactMap { MailAddress(oneOf: $0)?.text }
        request.copy = options.carbonCopy
        try run.add(.vacation(request), options)
        return .next
    }
}
