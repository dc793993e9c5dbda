// :type / :subtype / :contenttype / :param <param-list: string-list>                          RFC 5703 §4.1

/// What of a field such as `Content-Type` or `Content-Disposition` counts.
enum FieldPart: Sendable {
    case type
    /// Empty where there is none, as in `Content-Disposition`.
    case subtype
    case contentType
    /// The values of the parameters with these names, as many as there are.
    case parameters([Text])
}

enum TypeTag: TestTag {
    static let tag = "type"
    static var tests: [String] { [HeaderTest.name] }

    static func compile(
        _ arguments: inout Arguments, _ validator: inout Validator, into options: inout TestOptions
    ) {
        options.set(.type)
    }
}

enum SubtypeTag: TestTag {
    static let tag = "subtype"
    static var tests: [String] { [HeaderTest.name] }

    static func compile(
        _ arguments: inout Arguments, _ validator: inout Validator, into options: inout TestOptions
    ) {
        options.set(.subtype)
    }
}

enum ContentTypeTag: TestTag {
    static let tag = "contenttype"
    static var tests: [String] { [HeaderTest.name] }

    static func compile(
        _ arguments: inout Arguments, _ validator: inout Validator, into options: inout TestOptions
    ) {
        options.set(.contentType)
    }
}

enum ParamTag: TestTag {
    static let tag = "param"
    static var tests: [String] { [HeaderTest.name] }

    static func compile(
        _ arguments: inout Arguments, _ validator: inout Validator, into options: inout TestOptions
    ) {
        options.set(.parameters(arguments.texts("names of parameters", &validator) ?? []))
    }
}

extension TestOptions {
    fileprivate mutating func set(_ part: FieldPart) {
        hasTwoFieldParts = fieldPart != nil
        fieldPart = part
    }
}
