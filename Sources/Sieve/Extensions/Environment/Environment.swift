// environment [COMPARATOR] [MATCH-TYPE] <name: string> <key-list: string-list>                   RFC 5183 §4

/// Whether an item of the environment matches a key. What there is no item of matches nothing.
struct EnvironmentTest: TestDefinition, ScriptTest {
    static let name = "environment"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any ScriptTest)? {
        var arguments = Arguments(node)
        let options = MatchOptions(reading: &arguments, &validator)
        guard let item = arguments.text("name of the item", &validator),
            let matcher = options.matcher(readingKeysFrom: &arguments, &validator), arguments.end(&validator)
        else { return nil }
        return EnvironmentTest(item: item, matcher: matcher)
    }

    // MARK: Program

    let item: Text
    let matcher: Matcher

    // MARK: Evaluation

    func evaluate(in run: inout Interpretation) throws(RuntimeFailure) -> Bool {
        let name = try run.expand(item)
        // RFC 5183 §4: the test is false for an unknown item, :count and all.
        if run.trace != nil { run.recordSource(.environment, name.text) }
        guard let value = try run.environment(name) else { return false }
        var match = try run.begin(matcher)
        if try match.accepts(MatchValue(value), in: &run) { return true }
        return try match.end(in: &run)
    }
}

extension Interpretation {
    /// The item of this name, in any case; nil if there is none.
    mutating func environment(_ name: [UInt8]) throws(RuntimeFailure) -> [UInt8]? {
        let value = host.environment(name.lowercasedASCII.text)
        try spend(name.count &+ (value?.count ?? 0))
        return value
    }
}
