import MailMessage

/// The tags that belong to `vacation`.
struct VacationTags: Sendable {
    /// A string, and how the script has it before variables are put in.
    struct Tagged: Sendable {
        let text: Text
        let source: [UInt8]
    }

    private(set) var seconds: Int?
    private(set) var subject: Tagged?
    private(set) var from: Tagged?
    private(set) var addresses: [Text] = []
    private(set) var isMIME = false
    private(set) var handle: Text?
    private(set) var isValid = true

    private static let secondsPerDay: UInt64 = 86_400

    /// Reads what follows the tag; false if the tag is none of these.
    mutating func read(_ tag: SyntaxTag, _ arguments: inout Arguments, _ validator: inout Validator) -> Bool {
        switch validator.text(tag.nameRange).lowercased() {
        case "days": readPeriod(tag, unit: Self.secondsPerDay, &arguments, &validator)
        case "seconds" where validator.language.allowsVacationSeconds:
            readPeriod(tag, unit: 1, &arguments, &validator)
        case "subject": subject = tagged("subject", &arguments, &validator)
        case "from": readFrom(&arguments, &validator)
        case "addresses": readAddresses(&arguments, &validator)
        case "mime": isMIME = true
        case "handle": handle = require(arguments.text("handle", &validator))
        default: return false
        }
        return true
    }

    /// RFC 5230 §4.1, RFC 6131 §2: one of the two, and what is out of the site's limits is brought into them.
    private mutating func readPeriod(
        _ tag: SyntaxTag, unit: UInt64, _ arguments: inout Arguments, _ validator: inout Validator
    ) {
        if seconds != nil { arguments.repeated(tag, &validator) }
        guard let number = require(arguments.number("period", &validator)) else { return }
        let (product, overflow) = number.multipliedReportingOverflow(by: unit)
        let wanted = overflow ? Int.max : Int(clamping: product)
        let limits = validator.limits
        let granted = max(min(wanted, limits.vacationMaximum), limits.vacationMinimum)
        seconds = granted
        guard granted != wanted else { return }
        validator.diagnostics.warning(
            .periodOutOfRange, at: tag.position,
            wanted < granted
                ? "a shorter time than this site has between two answers: it is taken for \(granted) seconds"
                : "a longer time than this site has between two answers: it is taken for \(granted) seconds")
    }

    private mutating func readFrom(_ arguments: inout Arguments, _ validator: inout Validator) {
        guard let string = require(arguments.string("sender", &validator)) else { return }
        from = tagged(string, &validator)
        guard case .literal(let bytes)? = from?.text, MailAddress(oneOf: bytes) == nil else { return }
        isValid = false
        validator.diagnostics.error(
            .invalidAddress, at: string.position, "\"\(bytes.text)\" is not an address to send from",
            hint: "an address is user@example.org, or Name <user@example.org>")
    }

    private mutating func readAddresses(_ arguments: inout Arguments, _ validator: inout Validator) {
        guard let strings = require(arguments.strings("addresses", &validator)),
            let texts = require(validator.texts(strings))
        else { return }
        for (text, string) in zip(texts, strings) {
            guard case .literal(let bytes) = text, MailAddress(oneOf: bytes) == nil else { continue }
            validator.diagnostics.warning(
                .invalidAddress, at: string.position, "\"\(bytes.text)\" is not an address, and left out")
        }
        addresses = texts
    }

    private mutating func tagged(
        _ what: String, _ arguments: inout Arguments, _ validator: inout Validator
    ) -> Tagged? {
        guard let string = require(arguments.string(what, &validator)) else { return nil }
        return tagged(string, &validator)
    }

    private mutating func tagged(_ string: SyntaxString, _ validator: inout Validator) -> Tagged? {
        guard let source = require(validator.literal(string)),
            let text = require(validator.text(source, at: string.position))
        else { return nil }
        return Tagged(text: text, source: source)
    }

    private mutating func require<Value>(_ value: Value?) -> Value? {
        if value == nil { isValid = false }
        return value
    }
}

extension VacationTags {
    /// What makes two answers the same where the script does not say: all that they contain, each part with its
    /// length so that no two answers look alike, and variables as they are written (RFC 5230 §4.2).
    func defaultHandle(reason: [UInt8]) -> [UInt8] {
        var handle: [UInt8] = []
        let parts: [(name: String, value: [UInt8]?)] = [
            ("subject", subject?.source), ("from", from?.source), ("mime", isMIME ? [] : nil),
            ("reason", reason),
        ]
        for (name, value) in parts {
            guard let value else { continue }
            handle += "\(name)=\(value.count):".utf8
            handle += value
        }
        return handle
    }
}
