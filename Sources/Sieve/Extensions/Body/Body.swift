// body [COMPARATOR] [MATCH-TYPE] [BODY-TRANSFORM] <key-list: string-list>                      RFC 5173 §4
// BODY-TRANSFORM: :raw / :content <content-types: string-list> / :text                         RFC 5173 §5

/// Whether the body of the message, or a part of it, matches a key.
///
/// Match variables are neither set nor cleared (RFC 5173 §6).
struct BodyTest: TestDefinition, ScriptTest {
    static let name = "body"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any ScriptTest)? {
        var arguments = Arguments(node)
        var transform: BodyTransform?
        let options = MatchOptions(reading: &arguments, &validator) { tag, arguments, validator in
            guard let kind = BodyTransform.Kind(tag.name) else { return false }
            if transform != nil { arguments.repeated(tag, &validator) }
            transform = BodyTransform(kind, &arguments, &validator)
            return true
        }
        guard let matcher = options.matcher(readingKeysFrom: &arguments, &validator),
            arguments.end(&validator)
        else { return nil }
        return BodyTest(transform: transform ?? .text, matcher: matcher)
    }

    // MARK: Program

    let transform: BodyTransform
    let matcher: Matcher

    // MARK: Evaluation

    func evaluate(in run: inout Interpretation) throws(RuntimeFailure) -> Bool {
        let captures = run.captures
        defer { run.captures = captures }
        var match = try run.begin(matcher)
        for value in try run.bodyValues(transform) where try match.accepts(value, in: &run) { return true }
        return try match.end(in: &run)
    }
}

/// What of a body is looked at (RFC 5173 §5).
enum BodyTransform: Sendable {
    case raw
    case content([Text])
    case text

    enum Kind {
        case raw, content, text

        init?(_ tag: Identifier) {
            if tag == Identifier("raw") {
                self = .raw
            } else if tag == Identifier("content") {
                self = .content
            } else if tag == Identifier("text") {
                self = .text
            } else {
                return nil
            }
        }
    }

    /// Reads what follows the tag; what is wrong with it is reported.
    fileprivate init(_ kind: Kind, _ arguments: inout Arguments, _ validator: inout Validator) {
        switch kind {
        case .raw: self = .raw
        case .text: self = .text
        case .content:
            guard let strings = arguments.strings("content types", &validator),
                let types = validator.texts(strings)
            else {
                self = .content([])
                return
            }
            for (type, string) in zip(types, strings) {
                guard case .literal(let bytes) = type,
                    ContentTypePattern(bytes) == .none || bytes.contains(0x2A)
                else { continue }
                validator.diagnostics.warning(
                    .unsuitableContentType, at: string.position,
                    "no body has the content type \"\(bytes.text)\", so that nothing matches",
                    hint: "write text/plain, or text for all of its subtypes")
            }
            self = .content(types)
        }
    }
}

/// One of the content types that `:content` names (RFC 5173 §5.2).
enum ContentTypePattern: Equatable {
    case any
    /// All subtypes of the type.
    case type(String)
    case exact(type: String, subtype: String)
    /// What begins or ends with a slash, or has more than one, is no type.
    case none

    init(_ text: [UInt8]) {
        let lower = text.lowercasedASCII
        guard !lower.isEmpty else {
            self = .any
            return
        }
        let names = lower.split(separator: 0x2F, omittingEmptySubsequences: false).map { [UInt8]($0).text }
        switch names.count {
        case _ where names.contains(""): self = .none
        case 1: self = .type(names[0])
        case 2: self = .exact(type: names[0], subtype: names[1])
        default: self = .none
        }
    }

    func matches(_ type: String, _ subtype: String) -> Bool {
        switch self {
        case .any: true
        case .type(let wanted): type == wanted
        case .exact(let wanted, let wantedSubtype): type == wanted && subtype == wantedSubtype
        case .none: false
        }
    }
}
