/// The arguments of one command or test, read from left to right: tags first, in any order, then the others.
///
/// Each reader returns nil after an error, which it has reported. After an unknown tag nothing more is
/// reported, since what follows may have belonged to the tag.
struct Arguments {
    let node: SyntaxNode
    private var index = 0
    private var isDoubtful = false
    /// Arguments read that are no tags.
    private var positional = 0

    init(_ node: SyntaxNode) {
        self.node = node
    }

    /// The next argument if it is a tag; nil behind a tag that is wrong.
    mutating func tag() -> SyntaxTag? {
        // What was read before belonged to tags.
        positional = 0
        guard !isDoubtful, index < node.argumentCount, case .tag(let tag) = node.argument(index) else {
            return nil
        }
        index += 1
        return tag
    }

    mutating func unknown(_ tag: SyntaxTag, _ validator: inout Validator) {
        validator.reportUnknownTag(tag, of: node)
        isDoubtful = true
    }

    mutating func repeated(_ tag: SyntaxTag, _ validator: inout Validator) {
        validator.diagnostics.error(
            .repeatedTag, at: tag.position,
            ":\(validator.text(tag.nameRange)) says again, or otherwise, what a tag before it said")
        isDoubtful = true
    }

    /// Whether a string or a list of strings comes next, and how many arguments are left.
    var remaining: Int { node.argumentCount - index }

    /// Reports all tags, for a command that takes none.
    mutating func noTags(_ validator: inout Validator) {
        while let tag = tag() { unknown(tag, &validator) }
    }
}

// MARK: Positional arguments

extension Arguments {
    mutating func string(_ what: String, _ validator: inout Validator) -> SyntaxString? {
        guard let argument = next(.string, what, &validator) else { return nil }
        switch argument {
        case .string(let string, _):
            return string
        case .list(let list):
            // A list of one string is a string to no command (RFC 5228 §2.6.3).
            validator.diagnostics.error(
                .wrongArgument, at: list.position,
                "\(subject(validator)) expects a string as argument \(positional) (\(what)), "
                    + "but a string list was found",
                hint: list.count == 1 ? "leave out the brackets" : nil)
            return nil
        default:
            return wrong(argument, .string, what, &validator)
        }
    }

    mutating func strings(_ what: String, _ validator: inout Validator) -> [SyntaxString]? {
        stringSlice(what, &validator).map { [SyntaxString]($0) }
    }

    /// The strings, which are not copied.
    mutating func stringSlice(_ what: String, _ validator: inout Validator) -> ArraySlice<SyntaxString>? {
        guard let argument = next(.strings, what, &validator) else { return nil }
        switch argument {
        case .string(let string, let number):
            return node.strings(SyntaxList(first: number, count: 1, position: string.position))
        case .list(let list): return node.strings(list)
        default: return wrong(argument, .strings, what, &validator)
        }
    }

    mutating func number(_ what: String, _ validator: inout Validator) -> UInt64? {
        guard let argument = next(.number, what, &validator) else { return nil }
        guard case .number(let number, _) = argument else {
            return wrong(argument, .number, what, &validator)
        }
        return number
    }

    /// A string that may have variables.
    mutating func text(_ what: String, _ validator: inout Validator) -> Text? {
        guard let string = string(what, &validator) else { return nil }
        return validator.text(string)
    }

    /// Strings that may have variables.
    mutating func texts(_ what: String, _ validator: inout Validator) -> [Text]? {
        guard let strings = strings(what, &validator) else { return nil }
        return validator.texts(strings)
    }

    /// A string without variables, and where it stands.
    mutating func constant(
        _ what: String, _ validator: inout Validator
    ) -> (value: [UInt8], position: Position)? {
        guard let string = string(what, &validator), let text = validator.text(string) else { return nil }
        guard case .literal(let bytes) = text else {
            validator.diagnostics.error(
                .notConstant, at: string.position, "the \(what) cannot have variables")
            return nil
        }
        return (bytes, string.position)
    }

    /// Whether all arguments have been read, and none was wrong.
    mutating func end(_ validator: inout Validator) -> Bool {
        guard !isDoubtful else { return false }
        guard index < node.argumentCount else { return true }
        let argument = node.argument(index)
        guard case .tag = argument else {
            validator.diagnostics.error(
                .unexpectedArgument, at: argument.position,
                "\(validator.text(node.nameRange)) takes no further argument")
            return false
        }
        reportMisplacedTag(argument, &validator)
        return false
    }

    private enum Kind: String {
        case string = "a string"
        case strings = "a string list"
        case number = "a number"
    }

    /// The command or test as messages call it.
    func subject(_ validator: Validator) -> String {
        "the \(validator.text(node.nameRange)) \(validator.kind(of: node))"
    }

    private mutating func next(_ kind: Kind, _ what: String, _ validator: inout Validator) -> SyntaxArgument?
    {
        guard !isDoubtful else { return nil }
        guard index < node.argumentCount else {
            isDoubtful = true
            let required = validator.language.test(node.name)?.positionalArguments
            let lack =
                required.map { "requires \($0) positional arguments, but \(positional) is specified" }
                ?? "requires \(kind.rawValue) as argument \(positional + 1) (\(what)), but it is missing"
            validator.diagnostics.error(
                .missingArgument, at: node.tests.first?.position ?? node.end, "\(subject(validator)) \(lack)",
                hint: "the \(what) goes here")
            return nil
        }
        index += 1
        positional += 1
        return node.argument(index - 1)
    }

    private mutating func wrong<Value>(
        _ argument: SyntaxArgument, _ kind: Kind, _ what: String, _ validator: inout Validator
    ) -> Value? {
        isDoubtful = true
        if case .tag = argument {
            reportMisplacedTag(argument, &validator)
        } else {
            validator.diagnostics.error(
                .wrongArgument, at: argument.position,
                "\(subject(validator)) expects \(kind.rawValue) as argument \(positional) (\(what)), "
                    + "but \(argument.kind) was found")
        }
        return nil
    }

    private mutating func reportMisplacedTag(_ argument: SyntaxArgument, _ validator: inout Validator) {
        guard case .tag(let tag) = argument, validator.isTag(tag.name) else {
            if case .tag(let tag) = argument { unknown(tag, &validator) }
            return
        }
        validator.diagnostics.error(
            .misplacedTag, at: argument.position,
            "unexpected tagged argument ':\(validator.text(tag.nameRange))' behind other arguments of "
                + subject(validator),
            hint: "tags stand before all other arguments")
    }
}

extension SyntaxArgument {
    fileprivate var kind: String {
        switch self {
        case .string: "a string"
        case .list: "a string list"
        case .number: "a number"
        case .tag: "a tag"
        }
    }
}
