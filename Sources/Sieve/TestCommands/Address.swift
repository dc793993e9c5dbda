// address [COMPARATOR] [ADDRESS-PART] [MATCH-TYPE] <header-list: string-list> <key-list: string-list>   RFC 5228 §5.1

/// Whether part of an address in a field matches a key.
///
/// Groups count by their members; phrases, comments and whatever is no address are not looked at.
struct AddressTest: TestDefinition, ScriptTest {
    static let name = "address"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any ScriptTest)? {
        var arguments = Arguments(node)
        let options = MatchOptions(reading: &arguments, &validator, takesAddressPart: true)
        guard let names = arguments.headerNames(.addresses, &validator),
            let matcher = options.matcher(readingKeysFrom: &arguments, &validator), arguments.end(&validator)
        else { return nil }
        return AddressTest(names: names, part: options.addressPart, matcher: matcher)
    }

    // MARK: Program

    let names: [HeaderReference]
    let part: any AddressPart.Type
    let matcher: Matcher

    // MARK: Evaluation

    func evaluate(in run: inout Interpretation) throws(RuntimeFailure) -> Bool {
        var match = try run.begin(matcher)
        for name in names {
            guard let entry = try run.header(name) else { continue }
            for value in try run.addressValues(entry, part) where try match.accepts(value, in: &run) {
                return true
            }
        }
        return try match.end(in: &run)
    }
}
