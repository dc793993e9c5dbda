import MailMessage

/// The tags that belong to `notify` (RFC 5435 §3.3 to §3.6).
struct NotifyTags: Sendable {
    private(set) var from: Text?
    private(set) var message: Text?
    private(set) var options: [Text] = []
    private var importance: Text?
    /// What is wrong with literals, for ``report(_:)``.
    private var problems: [(position: Position, message: String)] = []
    private var isReadable = true

    /// Reports what is wrong with the values, once the command is known to have all that it needs.
    ///
    /// - Returns: whether nothing is.
    mutating func report(_ validator: inout Validator) -> Bool {
        for problem in problems {
            validator.diagnostics.error(.invalidNotification, at: problem.position, problem.message)
        }
        return isReadable && problems.isEmpty
    }

    /// Reads what follows the tag; false if the tag is none of these.
    mutating func read(_ tag: SyntaxTag, _ arguments: inout Arguments, _ validator: inout Validator) -> Bool {
        switch validator.text(tag.nameRange).lowercased() {
        case "from":
            from = checked("sender", &arguments, &validator) { Self.problem(withSender: $0) }
        case "importance":
            importance = checked("importance", &arguments, &validator) { Self.problem(withImportance: $0) }
        case "message":
            message = checked("message", &arguments, &validator) { _ in nil }
        case "options": readOptions(&arguments, &validator)
        default: return false
        }
        return true
    }

    private mutating func readOptions(_ arguments: inout Arguments, _ validator: inout Validator) {
        guard let strings = arguments.strings("options", &validator), let texts = validator.texts(strings)
        else {
            isReadable = false
            return
        }
        for (text, string) in zip(texts, strings) {
            check(text, at: string.position) { Self.problem(withOption: $0) }
        }
        options = texts
    }

    private mutating func checked(
        _ what: String, _ arguments: inout Arguments, _ validator: inout Validator,
        _ problem: ([UInt8]) -> String?
    ) -> Text? {
        guard let string = arguments.string(what, &validator), let text = validator.text(string) else {
            isReadable = false
            return nil
        }
        check(text, at: string.position, problem)
        return text
    }

    private mutating func check(_ text: Text, at position: Position, _ problem: ([UInt8]) -> String?) {
        guard case .literal(let bytes) = text, let problem = problem(bytes) else { return }
        problems.append((position, problem))
    }
}

// MARK: What is wrong with a value, when the script is compiled or while it runs

extension NotifyTags {
    /// RFC 5436 §2.3: the sender of a mail is an address.
    static func problem(withSender text: [UInt8]) -> String? {
        MailAddress(oneOf: text) == nil
            ? "\"\(text.truncated(to: 200).text)\" is not an address to send from" : nil
    }

    /// RFC 5435 §3.4
    static func problem(withImportance text: [UInt8]) -> String? {
        level(text) == nil
            ? "\"\(text.truncated(to: 200).text)\" is no importance: it is \"1\", \"2\" or \"3\"" : nil
    }

    /// RFC 5435 §3.5: `name=value`, the name being letters, digits, and `-._` but in front; the value any line.
    static func problem(withOption text: [UInt8]) -> String? {
        let name = text.prefix { $0 != 0x3D }
        let isName = name.allSatisfy { $0.isIdentifierPart || $0 == 0x2D || $0 == 0x2E }
        let isLine = text.allSatisfy { $0 != 0 && $0 != 0x0D && $0 != 0x0A }
        guard isName, isLine, name.count < text.count, let first = name.first,
            first.isDigit || (first | 0x20) &- 0x61 < 26
        else { return "\"\(text.truncated(to: 200).text)\" is no option: it is name=value" }
        return nil
    }

    private static func level(_ text: [UInt8]) -> Int? {
        guard text.count == 1, let digit = text.first, (0x31...0x33).contains(digit) else { return nil }
        return Int(digit) - 0x30
    }

    /// 2 where the script does not say.
    func importance(in run: inout Interpretation) throws(RuntimeFailure) -> Int {
        guard let importance else { return 2 }
        let text = try run.expand(importance)
        guard let level = Self.level(text) else {
            throw run.failure("notify: \(Self.problem(withImportance: text) ?? "")")
        }
        return level
    }
}
