/// What a script may use: the base language, and what it has required so far.
///
/// Later additions never replace earlier ones: two extensions do not define the same name.
struct Language {
    private var entries: [Entry] = []

    /// Whether `${hex:…}` and `${unicode:…}` mean characters (RFC 5228 §2.4.2.4).
    var decodesCharacters = false
    /// Whether `${name}` means a variable (RFC 5229 §3).
    var expandsVariables = false
    /// Whether `vacation` takes `:seconds` (RFC 6131 §2).
    var allowsVacationSeconds = false

    /// Whether what a command means can depend on how commands before it were compiled.
    var joinsCommands = false

    /// What `string` compares with where a script does not say.
    var stringComparator: any Comparator.Type = CasemapComparator.self

    /// Nothing at all.
    init() {}

    /// RFC 5228 without its optional parts.
    static var base: Language {
        var language = Language()
        language.entries.reserveCapacity(40)
        language.add(command: IfCommand.self)
        language.add(command: ElsifCommand.self)
        language.add(command: ElseCommand.self)
        language.add(command: StopCommand.self)
        language.add(command: KeepCommand.self)
        language.add(command: DiscardCommand.self)
        language.add(command: RedirectCommand.self)
        language.add(command: RequireCommand.self)
        language.add(test: HeaderTest.self)
        language.add(test: AddressTest.self)
        language.add(test: AllOfTest.self)
        language.add(test: AnyOfTest.self)
        language.add(test: NotTest.self)
        language.add(test: ExistsTest.self)
        language.add(test: SizeTest.self)
        language.add(test: TrueTest.self)
        language.add(test: FalseTest.self)
        language.add(matchType: IsMatchType.self)
        language.add(matchType: ContainsMatchType.self)
        language.add(matchType: MatchesMatchType.self)
        language.add(addressPart: AllAddressPart.self)
        language.add(addressPart: LocalPartAddressPart.self)
        language.add(addressPart: DomainAddressPart.self)
        language.add(comparator: CasemapComparator.self)
        language.add(comparator: OctetComparator.self)
        return language
    }
}

/// Something that has a name in the language. Names of different kinds do not get in each other's way.
private struct Entry {
    let name: Identifier
    let item: Item

    enum Item {
        case command(any CommandDefinition.Type)
        case test(any TestDefinition.Type)
        case matchType(any MatchType.Type)
        case addressPart(any AddressPart.Type)
        case actionTag(any ActionTag.Type)
        case testTag(any TestTag.Type)
        case setModifier(any SetModifier.Type)
        case comparator(any Comparator.Type)
        case namespace(any VariableNamespace.Type)
        case envelopePart(any EnvelopePart.Type)
    }
}

// MARK: What extensions add

extension Language {
    mutating func add(command: any CommandDefinition.Type) {
        entries.append(Entry(name: Identifier(command.name), item: .command(command)))
    }

    mutating func add(test: any TestDefinition.Type) {
        entries.append(Entry(name: Identifier(test.name), item: .test(test)))
    }

    mutating func add(matchType: any MatchType.Type) {
        entries.append(Entry(name: Identifier(matchType.tag), item: .matchType(matchType)))
    }

    mutating func add(addressPart: any AddressPart.Type) {
        entries.append(Entry(name: Identifier(addressPart.tag), item: .addressPart(addressPart)))
    }

    mutating func add(actionTag: any ActionTag.Type) {
        entries.append(Entry(name: Identifier(actionTag.tag), item: .actionTag(actionTag)))
    }

    mutating func add(testTag: any TestTag.Type) {
        entries.append(Entry(name: Identifier(testTag.tag), item: .testTag(testTag)))
    }

    mutating func add(setModifier: any SetModifier.Type) {
        entries.append(Entry(name: Identifier(setModifier.tag), item: .setModifier(setModifier)))
    }

    mutating func add(comparator: any Comparator.Type) {
        entries.append(Entry(name: Identifier(comparator.name), item: .comparator(comparator)))
    }

    mutating func add(namespace: any VariableNamespace.Type) {
        entries.append(Entry(name: Identifier(namespace.name), item: .namespace(namespace)))
    }

    mutating func add(envelopePart: any EnvelopePart.Type) {
        entries.append(Entry(name: Identifier(envelopePart.name), item: .envelopePart(envelopePart)))
    }
}

// MARK: Looking up

extension Language {
    func command(_ name: Identifier) -> (any CommandDefinition.Type)? {
        for entry in entries where entry.name == name {
            if case .command(let command) = entry.item { return command }
        }
        return nil
    }

    func test(_ name: Identifier) -> (any TestDefinition.Type)? {
        for entry in entries where entry.name == name {
            if case .test(let test) = entry.item { return test }
        }
        return nil
    }

    func matchType(_ tag: Identifier) -> (any MatchType.Type)? {
        for entry in entries where entry.name == tag {
            if case .matchType(let matchType) = entry.item { return matchType }
        }
        return nil
    }

    func addressPart(_ tag: Identifier) -> (any AddressPart.Type)? {
        for entry in entries where entry.name == tag {
            if case .addressPart(let part) = entry.item { return part }
        }
        return nil
    }

    func actionTag(_ tag: Identifier, of command: String) -> (any ActionTag.Type)? {
        for entry in entries where entry.name == tag {
            if case .actionTag(let tag) = entry.item, tag.commands.contains(command) { return tag }
        }
        return nil
    }

    /// - Parameter name: The test, or the command that selects fields.
    func testTag(_ tag: Identifier, of name: Identifier) -> (any TestTag.Type)? {
        for entry in entries where entry.name == tag {
            if case .testTag(let tag) = entry.item, tag.tests.contains(where: { Identifier($0) == name }) {
                return tag
            }
        }
        return nil
    }

    func setModifier(_ tag: Identifier) -> (any SetModifier.Type)? {
        for entry in entries where entry.name == tag {
            if case .setModifier(let modifier) = entry.item { return modifier }
        }
        return nil
    }

    /// Comparators are named exactly (RFC 4790 §3.1).
    func comparator(_ name: [UInt8]) -> (any Comparator.Type)? {
        for entry in entries {
            if case .comparator(let comparator) = entry.item, name.elementsEqual(comparator.name.utf8) {
                return comparator
            }
        }
        return nil
    }

    func namespace(_ name: [UInt8]) -> (any VariableNamespace.Type)? {
        for entry in entries where entry.name == Identifier(name, name.indices) {
            if case .namespace(let namespace) = entry.item { return namespace }
        }
        return nil
    }

    /// What the `envelope` test can look at.
    var envelopeParts: [any EnvelopePart.Type] {
        entries.compactMap { entry in
            if case .envelopePart(let part) = entry.item { part } else { nil }
        }
    }

    /// Whether a tag of this name exists anywhere.
    func hasTag(_ tag: Identifier) -> Bool {
        if allowsVacationSeconds, tag == Identifier("seconds") { return true }
        return entries.contains { entry in
            guard entry.name == tag else { return false }
            return switch entry.item {
            case .matchType, .addressPart, .actionTag, .testTag, .setModifier: true
            case .command, .test, .comparator, .namespace, .envelopePart: false
            }
        }
    }
}
