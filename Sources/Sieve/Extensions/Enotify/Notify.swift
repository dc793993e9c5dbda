import MailMessage

// notify [":from" string] [":importance" <"1" / "2" / "3">] [":options" string-list] [":message" string]
//        [FCC] <method: string>                                                RFC 5435 §3, RFC 8580

/// Tells somebody of the message.
struct NotifyCommand: CommandDefinition, Statement {
    static let name = "notify"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any Statement)? {
        var arguments = Arguments(node)
        var own = NotifyTags()
        let tags = arguments.copyTags(of: name, &validator) { tag, arguments, validator in
            own.read(tag, &arguments, &validator)
        }
        guard let string = arguments.string("method", &validator), let method = validator.text(string),
            arguments.end(&validator)
        else { return nil }
        let isValid = own.report(&validator)
        if case .literal(let uri) = method { check(uri, at: string.position, &validator) }
        return isValid ? NotifyCommand(method: method, own: own, tags: tags) : nil
    }

    /// RFC 5435 §3.2: a method that there is not, and a URI that is none, are errors; but a script that asks before
    /// may name any method, since it then knows better than to use it.
    private static func check(_ uri: [UInt8], at position: Position, _ validator: inout Validator) {
        do {
            _ = try NotificationMethod(uri, validator.limits)
        } catch {
            if case .unsupported = error, validator.asksForMethods {
                validator.diagnostics.warning(.invalidNotification, at: position, error.message)
            } else {
                validator.diagnostics.error(.invalidNotification, at: position, error.message)
            }
        }
    }

    // MARK: Program

    let method: Text
    let own: NotifyTags
    let tags: [any ActionTag]

    // MARK: Execution

    func execute(in run: inout Interpretation) throws(RuntimeFailure) -> Flow {
        let options = try run.options(tags)
        let uri = try run.expand(method)
        do {
            _ = try NotificationMethod(uri, run.limits)
        } catch {
            throw run.failure("notify: \(error.message)")
        }
        guard run.host.canNotify(uri.text) else {
            throw run.failure("notify: \"\(uri.truncated(to: 200).text)\" cannot be notified from here")
        }
        var notification = Notification(method: uri.text, importance: try own.importance(in: &run))
        if let message = own.message { notification.message = try run.expand(message) }
        if let from = own.from {
            let text = try run.expand(from)
            if let problem = NotifyTags.problem(withSender: text) { throw run.failure("notify: \(problem)") }
            notification.from = text.text
        }
        for option in try run.expand(own.options) {
            if let problem = NotifyTags.problem(withOption: option) {
                throw run.failure("notify: \(problem)")
            }
            notification.options.append(option.text)
        }
        notification.copy = options.carbonCopy
        try run.add(.notify(notification), options)
        return .next
    }
}
