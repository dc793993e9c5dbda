import MailMessage

// notify [":method" string] [":id" string] [":options" string-list] [":low" / ":normal" / ":high"]
//        [":message" string]                                                   draft-ietf-sieve-notify-00 §3

/// Tells those that the options name of the message, by mail.
struct DraftNotifyCommand: CommandDefinition, Statement {
    static let name = "notify"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any Statement)? {
        var arguments = Arguments(node)
        var command = DraftNotifyCommand()
        var seen: [Identifier] = []
        var isValid = true
        while let tag = arguments.tag() {
            let isImportance = Importance(tag.name) != nil
            let name = isImportance ? Identifier("normal") : tag.name
            if seen.contains(name) { arguments.repeated(tag, &validator) }
            seen.append(name)
            if !command.read(tag, &arguments, &validator, &isValid) { arguments.unknown(tag, &validator) }
        }
        return arguments.end(&validator) && isValid ? command : nil
    }

    private mutating func read(
        _ tag: SyntaxTag, _ arguments: inout Arguments, _ validator: inout Validator, _ isValid: inout Bool
    ) -> Bool {
        if let importance = Importance(tag.name) {
            self.importance = importance.level
            return true
        }
        switch validator.text(tag.nameRange).lowercased() {
        case "id": identifier = arguments.text("id", &validator)
        case "message": message = arguments.text("message", &validator)
        case "method": isValid = Self.readMethod(&arguments, &validator) && isValid
        case "options":
            guard let strings = arguments.strings("options", &validator), let texts = validator.texts(strings)
            else { return true }
            for (text, string) in zip(texts, strings) {
                guard case .literal(let bytes) = text, MailAddress(oneOf: bytes) == nil else { continue }
                isValid = false
                validator.diagnostics.error(
                    .invalidAddress, at: string.position, "\"\(bytes.text)\" is not an address")
            }
            options = texts
        default: return false
        }
        return true
    }

    /// Mail is all there is.
    private static func readMethod(_ arguments: inout Arguments, _ validator: inout Validator) -> Bool {
        guard let (method, position) = arguments.constant("method", &validator) else { return false }
        if method.lowercasedASCII == Array("mailto".utf8) { return true }
        validator.diagnostics.error(
            .invalidNotification, at: position,
            "there is no way to notify \"\(method.text)\": methods are mailto")
        return false
    }

    // MARK: Program

    private var identifier: Text?
    private var message: Text?
    private var options: [Text] = []
    private var importance = 2

    // MARK: Execution

    func execute(in run: inout Interpretation) throws(RuntimeFailure) -> Flow {
        var addresses: [String] = []
        for option in try run.expand(options) {
            guard let address = MailAddress(oneOf: option) else {
                throw run.failure("notify: \"\(option.truncated(to: 200).text)\" is not an address")
            }
            let text = Array(address.text.utf8)
            addresses.append(PercentEncoding.encode(text.span).text)
        }
        guard addresses.count <= run.limits.notificationRecipients else {
            throw run.failure("notify: more than \(run.limits.notificationRecipients) recipients")
        }
        let text = try run.expand(message ?? .literal(Array("$from$: $subject$".utf8)))
        var notification = Notification(
            method: "mailto:" + addresses.joined(separator: ","), importance: importance)
        notification.message = try run.substituted(text)
        notification.isDraft = true
        if let identifier { notification.identifier = try run.expand(identifier) }
        try run.add(.notify(notification), ActionOptions())
        return .next
    }
}

/// How urgent a notification is.
enum Importance {
    case low, normal, high

    /// Nil for a tag that says something else.
    init?(_ tag: Identifier) {
        if tag == Identifier("low") {
            self = .low
        } else if tag == Identifier("normal") {
            self = .normal
        } else if tag == Identifier("high") {
            self = .high
        } else {
            return nil
        }
    }

    /// As RFC 5435 §3.4 counts.
    var level: Int {
        switch self {
        case .low: 3
        case .normal: 2
        case .high: 1
        }
    }
}
