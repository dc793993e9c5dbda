// [COMPARATOR] [ADDRESS-PART] [MATCH-TYPE]                                                   RFC 5228 §2.7
// COMPARATOR:   :comparator <name: string>
// ADDRESS-PART: :all / :localpart / :domain, and what extensions add
// MATCH-TYPE:   :is / :contains / :matches, and what extensions add

/// The tags that tests on strings have in common.
struct MatchOptions {
    private(set) var matchType: any MatchType = IsMatchType()
    private(set) var comparator: any Comparator.Type = CasemapComparator.self
    private(set) var addressPart: any AddressPart.Type = AllAddressPart.self
    private(set) var testOptions = TestOptions()
    /// False after an error, which has been reported.
    private(set) var isValid = true

    private static let comparatorTag = Identifier("comparator")

    /// Reads tags as long as there are any; errors have been reported, and there is no matcher then.
    ///
    /// - Parameter own: Takes a tag that belongs to this one test; false if it is none.
    init(
        reading arguments: inout Arguments, _ validator: inout Validator, takesAddressPart: Bool = false,
        comparator defaultComparator: any Comparator.Type = CasemapComparator.self,
        own: (SyntaxTag, inout Arguments, inout Validator) -> Bool = { _, _, _ in false }
    ) {
        comparator = defaultComparator
        var matchTag: SyntaxTag?
        var hasComparator = false
        var hasPart = false
        var testTags: [Identifier] = []
        while let tag = arguments.tag() {
            if let definition = validator.language.matchType(tag.name) {
                if matchTag != nil { arguments.repeated(tag, &validator) }
                matchTag = tag
                guard let compiled = definition.compile(&arguments, &validator) else {
                    isValid = false
                    continue
                }
                matchType = compiled
            } else if takesAddressPart, let part = validator.language.addressPart(tag.name) {
                if hasPart { arguments.repeated(tag, &validator) }
                hasPart = true
                addressPart = part
            } else if tag.name == Self.comparatorTag {
                if hasComparator { arguments.repeated(tag, &validator) }
                hasComparator = true
                readComparator(&arguments, &validator)
            } else if let definition = validator.language.testTag(tag.name, of: arguments.node.name) {
                if testTags.contains(tag.name) { arguments.repeated(tag, &validator) }
                testTags.append(tag.name)
                definition.compile(&arguments, &validator, into: &testOptions)
            } else if !own(tag, &arguments, &validator) {
                arguments.unknown(tag, &validator)
            }
        }
        if !testTags.isEmpty, !testOptions.areConsistent(of: arguments.node, &validator) { isValid = false }
        checkComparator(at: matchTag?.position ?? arguments.node.position, &validator)
        validator.matchings?[arguments.node.position.offset] = ListedMatching(
            matchType: type(of: matchType).tag, comparator: comparator.name,
            addressPart: takesAddressPart ? addressPart.tag : nil)
    }

    private mutating func readComparator(_ arguments: inout Arguments, _ validator: inout Validator) {
        guard let (name, position) = arguments.constant("comparator", &validator) else {
            isValid = false
            return
        }
        if let comparator = validator.language.comparator(name) {
            self.comparator = comparator
            return
        }
        isValid = false
        if let capability = validator.capability(where: { $0.comparator(name) != nil }) {
            validator.diagnostics.error(
                .notRequired, at: position, "the comparator \(name.text) needs the capability \(capability)",
                hint: "put require \"\(capability)\"; at the top of the script")
        } else {
            validator.diagnostics.error(
                .unknownComparator, at: position, "unknown comparator \"\(name.text)\"")
        }
    }

    /// RFC 5228 §2.7.1: `:contains` and `:matches` are an error with `i;ascii-numeric`.
    private mutating func checkComparator(at position: Position, _ validator: inout Validator) {
        guard isValid, matchType.needsSubstrings, !comparator.supportsSubstrings else { return }
        isValid = false
        validator.diagnostics.error(
            .unsuitableComparator, at: position,
            "the comparator \(comparator.name) cannot look for parts of strings")
    }
}

extension MatchOptions {
    /// The matcher for the list of keys that comes next; nil after an error, which has been reported.
    func matcher(readingKeysFrom arguments: inout Arguments, _ validator: inout Validator) -> Matcher? {
        guard let strings = arguments.stringSlice("key list", &validator),
            let texts = validator.texts(strings)
        else { return nil }
        return matcher(texts, &validator) { strings[strings.startIndex + $0].position }
    }

    /// The matcher for these keys, all of which stand at `position`.
    func matcher(_ texts: [Text], at position: Position, _ validator: inout Validator) -> Matcher? {
        matcher(texts, &validator) { _ in position }
    }

    private func matcher(
        _ texts: [Text], _ validator: inout Validator, position: (Int) -> Position
    ) -> Matcher? {
        guard isValid else { return nil }
        var keys: [any MatchKey] = []
        keys.reserveCapacity(texts.count)
        var hasErrors = false
        for (index, text) in texts.enumerated() {
            guard case .literal(let bytes) = text else { continue }
            do {
                keys.append(try matchType.key(bytes, comparator))
            } catch {
                validator.diagnostics.error(
                    .invalidKey, at: position(index), error.message, hint: error.hint)
                hasErrors = true
                continue
            }
            validator.warnOfKey(bytes, matchType, at: position(index))
            if let doubt = matchType.doubt(about: bytes) {
                validator.diagnostics.warning(.doubtfulKey, at: position(index), doubt)
            }
        }
        guard !hasErrors else { return nil }
        var matcher = Matcher(
            type: matchType, comparator: comparator,
            keys: keys.count == texts.count ? .compiled(keys) : .texts(texts), texts: texts)
        if validator.makesTables, keys.count == texts.count { matcher.table = KeyTable(keys, comparator) }
        return matcher
    }
}
