// address [COMPARATOR] [ADDRESS-PART] [MATCH-TYPE] <header-list: string-list> <key-list: string-list>   RFC 5228 §5.1

/// Whether part of an address in a field matches a key.
///
/// Groups count by their members; phrases, comments and whatever is no address are not looked at.
struct AddressTest: TestDefinition, ScriptTest {
    static let name = "address"
    static let positionalArguments: Int? = 2

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any ScriptTest)? {
        var arguments = Arguments(node)
        let options = MatchOptions(reading: &arguments, &validator, takesAddressPart: true)
        guard let names = arguments.headerNames(.addresses, &validator),
            let matcher = options.matcher(readingKeysFrom: &arguments, &validator), arguments.end(&validator)
        else { return nil }
        return AddressTest(
            names: names, part: options.addressPart, options: options.testOptions, matcher: matcher)
    }

    // MARK: Program

    let names: [HeaderReference]
    let part: any AddressPart.Type
    let options: TestOptions
    let matcher: Matcher

    // MARK: Index

    func addKeys(to rule: inout RuleKeys) -> Bool {
        !options.looksAtParts && rule.add(matcher, names, part: part)
    }

    func isPure(_ recordsCaptures: Bool) -> Bool {
        !options.looksAtParts && names.allSatisfy(\.isConstant) && matcher.isPure(recordsCaptures)
    }

    // MARK: Evaluation

    func evaluate(in run: inout Interpretation) throws(RuntimeFailure) -> Bool {
        var match = try run.begin(matcher)
        for name in names {
            for value in try run.addressValues(name, part, options)
            where try match.accepts(value, in: &run) { return true }
        }
        return try match.end(in: &run)
    }
}
