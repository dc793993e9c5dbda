/// The tags of `duplicate` as they are read, in any order (RFC 7352 §3).
struct DuplicateOptions {
    private(set) var source: DuplicateTest.Source?
    private(set) var handle = Text.literal([])
    private(set) var seconds: Int
    private(set) var refreshes = false
    private(set) var isValid = true
    private var seen: [Identifier] = []

    init(limits: SieveLimits) {
        seconds = limits.duplicateSeconds
    }

    /// - Parameter identifierTag: how the tag is called that gives what the message is known by.
    mutating func read(
        _ tag: SyntaxTag, identifierTag: Identifier, _ arguments: inout Arguments,
        _ validator: inout Validator
    ) {
        // :header and the tag for the value say the same thing in two ways.
        let isSource = tag.name == Identifier("header") || tag.name == identifierTag
        let meaning = isSource ? identifierTag : tag.name
        guard !seen.contains(meaning) else {
            arguments.repeated(tag, &validator)
            return
        }
        seen.append(meaning)
        switch tag.name {
        case identifierTag:
            source = arguments.text("value", &validator).map { .text($0) }
            isValid = isValid && source != nil
        case Identifier("header"):
            source = arguments.headerName(.any, &validator).map { .header($0) }
            isValid = isValid && source != nil
        case Identifier("handle"):
            if let text = arguments.text("handle", &validator) { handle = text } else { isValid = false }
        case Identifier("seconds"):
            guard let number = arguments.number("time", &validator) else {
                isValid = false
                return
            }
            // RFC 7352 §3.3: what is longer than the site allows is shortened, which is no error.
            seconds = Int(min(number, UInt64(max(validator.limits.duplicateSecondsMaximum, 0))))
        case Identifier("last"):
            refreshes = true
        default:
            arguments.unknown(tag, &validator)
        }
    }
}
