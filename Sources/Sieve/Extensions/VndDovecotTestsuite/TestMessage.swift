// test_message (:smtp / :folder <mailbox: string>) <index: number>, as a command and as a test

/// Makes a message that went out, or one that was stored, the current one.
struct MessageSelection: Sendable {
    enum Source: Sendable {
        case outgoing
        case mailbox(Text)
    }

    let source: Source
    let index: Int

    /// Nil after an error, which has been reported.
    init?(_ node: SyntaxNode, _ validator: inout Validator) {
        var arguments = Arguments(node)
        var source: Source?
        while let tag = arguments.tag() {
            let isOutgoing = tag.name == Identifier("smtp")
            guard isOutgoing || tag.name == Identifier("folder") || tag.name == Identifier("mailbox") else {
                arguments.unknown(tag, &validator)
                continue
            }
            if source != nil { arguments.repeated(tag, &validator) }
            if isOutgoing {
                source = .outgoing
            } else if let mailbox = arguments.mailbox(&validator) {
                source = .mailbox(mailbox)
            } else {
                return nil
            }
        }
        guard let index = arguments.number("index", &validator), arguments.end(&validator) else { return nil }
        guard let source else {
            validator.diagnostics.error(
                .missingArgument, at: node.end, "test_message needs :smtp or :folder")
            return nil
        }
        self.source = source
        self.index = Int(clamping: index)
    }

    /// - Returns: what is missing; nil if the message is the current one now.
    func select(in run: inout Interpretation) throws(RuntimeFailure) -> String? {
        let host = try run.testsuite()
        let delimiters = run.input.subaddressDelimiters
        switch source {
        case .outgoing:
            guard let mail = host.outgoing(index) else {
                return "no outgoing SMTP message with index \(index)"
            }
            let input = SieveInput(testing: mail.bytes, delimiters: delimiters)
            try run.use(
                input.with(input.envelope.with(sender: mail.sender).with(recipient: mail.recipient)))
        case .mailbox(let text):
            let mailbox = try run.mailbox(text)
            guard let mail = host.stored(in: mailbox, index) else {
                if !host.mailboxExists(mailbox) { try run.use(.defaultForTests(delimiters: delimiters)) }
                return "no message in folder '\(mailbox)' with index \(index)"
            }
            try run.use(
                SieveInput(testing: mail.bytes, delimiters: delimiters),
                flags: mail.flags.map { [UInt8]($0.utf8) })
        }
        return nil
    }
}

/// The test fails if there is no such message.
struct TestMessageCommand: CommandDefinition, Statement {
    static let name = "test_message"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any Statement)? {
        MessageSelection(node, &validator).map { TestMessageCommand(selection: $0) }
    }

    // MARK: Program

    let selection: MessageSelection

    // MARK: Execution

    func execute(in run: inout Interpretation) throws(RuntimeFailure) -> Flow {
        guard let missing = try selection.select(in: &run) else { return .next }
        return run.failTest("line \(run.line): \(missing)")
    }
}

/// Whether there is such a message.
struct TestMessageTest: TestDefinition, ScriptTest {
    static let name = "test_message"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any ScriptTest)? {
        MessageSelection(node, &validator).map { TestMessageTest(selection: $0) }
    }

    // MARK: Program

    let selection: MessageSelection

    // MARK: Evaluation

    func evaluate(in run: inout Interpretation) throws(RuntimeFailure) -> Bool {
        try selection.select(in: &run) == nil
    }
}
