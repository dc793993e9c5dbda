import MailMessage

// replace [":mime"] [":subject" <string>] [":from" <string>] <replacement: string>             RFC 5703 §5

/// Puts a text, or a MIME entity, in the place of the part that the loop looks at; outside of loops in that of the whole
/// message, whose other fields stay.
struct ReplaceCommand: CommandDefinition, Statement {
    static let name = "replace"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any Statement)? {
        var arguments = Arguments(node)
        var isMIME = false
        var subject: Text?
        var from: Text?
        var seen: [Identifier] = []
        while let tag = arguments.tag() {
            if seen.contains(tag.name) { arguments.repeated(tag, &validator) }
            seen.append(tag.name)
            if tag.name == Identifier("mime") {
                isMIME = true
            } else if tag.name == Identifier("subject") {
                subject = arguments.text("subject", &validator)
            } else if tag.name == Identifier("from") {
                from = arguments.mailboxList(&validator)
            } else {
                arguments.unknown(tag, &validator)
            }
        }
        guard let text = arguments.text("replacement", &validator), arguments.end(&validator) else {
            return nil
        }
        if isMIME, subject != nil || from != nil {
            validator.diagnostics.warning(
                .ignoredTag, at: node.position, ":subject and :from mean nothing besides :mime")
        }
        return ReplaceCommand(
            isMIME: isMIME, subject: isMIME ? nil : subject, from: isMIME ? nil : from, text: text)
    }

    // MARK: Program

    let isMIME: Bool
    let subject: Text?
    let from: Text?
    let text: Text

    // MARK: Execution

    func execute(in run: inout Interpretation) throws(RuntimeFailure) -> Flow {
        let text = try run.expand(text)
        let entity = isMIME ? ComposedEntity.parsing(text) : ComposedEntity.text(text)
        let number = try run.currentPart()
        var exchange = PartExchange(number: number, entity: entity)
        if number == 0 {
            if let subject { exchange.subject = try run.expand(subject).text }
            if let from { exchange.from = try run.mailboxList(from) }
        }
        try run.exchange([exchange])
        return .next
    }
}

extension Arguments {
    /// A list of mailboxes; nil after an error, which has been reported.
    fileprivate mutating func mailboxList(_ validator: inout Validator) -> Text? {
        guard let string = string("author", &validator), let text = validator.text(string) else { return nil }
        if case .literal(let bytes) = text, AddressList(mailboxes: bytes) == nil {
            validator.diagnostics.error(
                .invalidAddress, at: string.position, "\"\(bytes.text)\" is not a list of addresses",
                hint: "an address is user@example.org, or Name <user@example.org>")
        }
        return text
    }
}

extension Interpretation {
    fileprivate mutating func mailboxList(_ text: Text) throws(RuntimeFailure) -> [MailAddress] {
        let bytes = try expand(text)
        guard let list = AddressList(mailboxes: bytes) else {
            throw failure("\"\(bytes.truncated(to: 200).text)\" is not a list of addresses")
        }
        return list.addresses
    }
}

extension AddressList {
    /// Nil unless all of the text is addresses with domains.
    fileprivate init?(mailboxes text: [UInt8]) {
        guard text.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else { return nil }
        self.init(text, limit: 100)
        guard !addresses.isEmpty, invalid.isEmpty, exceeded == nil,
            addresses.allSatisfy({ !$0.domain.isEmpty })
        else { return nil }
    }
}
