import MailMessage

// test_set <object: string> <value: string>

/// Sets the message, or a part of the envelope.
struct TestSetCommand: CommandDefinition, Statement {
    static let name = "test_set"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any Statement)? {
        var arguments = Arguments(node)
        arguments.noTags(&validator)
        guard let (name, position) = arguments.constant("object", &validator),
            let value = arguments.text("value", &validator), arguments.end(&validator)
        else { return nil }
        guard let object = Object(rawValue: name.lowercasedASCII.text) else {
            validator.diagnostics.error(
                .wrongArgument, at: position, "there is nothing called \"\(name.text)\" to be set")
            return nil
        }
        return TestSetCommand(object: object, value: value)
    }

    // MARK: Program

    enum Object: String {
        case message = "message"
        case sender = "envelope.from"
        case recipient = "envelope.to"
        case originalRecipient = "envelope.orig_to"
        case user = "envelope.auth"
    }

    let object: Object
    let value: Text

    // MARK: Execution

    func execute(in run: inout Interpretation) throws(RuntimeFailure) -> Flow {
        let value = try run.expand(value)
        try run.spend(value.count)
        if object == .message {
            try run.use(SieveInput(testing: value, delimiters: run.input.subaddressDelimiters))
            return .next
        }
        let flags = run[TestsuiteState.self].messageFlags
        let envelope = try change(run.input.envelope, to: value.text, in: try run.testsuite())
        try run.use(run.input.with(envelope), flags: flags)
        return .next
    }

    private func change(
        _ envelope: SieveEnvelope, to value: String, in host: any TestsuiteHost
    ) throws(RuntimeFailure) -> SieveEnvelope {
        switch object {
        case .message: envelope
        case .sender:
            envelope.with(sender: value.isEmpty || value == "<>" ? "" : path(value, "sender", host))
        case .recipient: envelope.with(recipient: path(value, "recipient", host))
        case .originalRecipient: envelope.with(originalRecipient: path(value, "recipient", host))
        case .user: envelope.with(authenticatedUser: value)
        }
    }

    /// The path without its brackets; what is none becomes an error of the log, and the null path.
    private func path(_ value: String, _ what: String, _ host: any TestsuiteHost) -> String {
        if Self.hasValidRoute(value),
            let address = MailAddress(path: value, allowingBareLocalPart: object != .sender)
        {
            return address.text
        }
        host.logError("testsuite: envelope \(what) address '\(value)' is invalid")
        return ""
    }

    /// Whether the path has no source route, or one to the letter of RFC 5321 §4.1.2:
    /// `@a.example,@b.example:`.
    private static func hasValidRoute(_ path: String) -> Bool {
        let inner = path.hasPrefix("<") ? path.dropFirst() : path[...]
        guard inner.hasPrefix("@") else { return true }
        guard let colon = inner.firstIndex(of: ":") else { return false }
        return inner[..<colon].split(separator: ",", omittingEmptySubsequences: false).allSatisfy { hop in
            hop.hasPrefix("@") && MailAddress(localPart: "a", domain: String(hop.dropFirst())) != nil
        }
    }
}
