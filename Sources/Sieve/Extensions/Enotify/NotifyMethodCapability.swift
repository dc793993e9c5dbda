// notify_method_capability [COMPARATOR] [MATCH-TYPE] <notification-uri: string>
//                          <notification-capability: string> <key-list: string-list>         RFC 5435 §5

/// Whether what a method says of one of its capabilities matches a key; false where it says nothing.
struct NotifyMethodCapabilityTest: TestDefinition, ScriptTest {
    static let name = "notify_method_capability"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any ScriptTest)? {
        validator.asksForMethods = true
        validator.language.joinsCommands = true
        var arguments = Arguments(node)
        let options = MatchOptions(reading: &arguments, &validator)
        guard let uri = arguments.text("URI", &validator),
            let capability = arguments.text("capability", &validator),
            let matcher = options.matcher(readingKeysFrom: &arguments, &validator), arguments.end(&validator)
        else { return nil }
        return NotifyMethodCapabilityTest(uri: uri, capability: capability, matcher: matcher)
    }

    // MARK: Program

    let uri: Text
    let capability: Text
    let matcher: Matcher

    // MARK: Evaluation

    func evaluate(in run: inout Interpretation) throws(RuntimeFailure) -> Bool {
        guard let method = try run.notificationMethod(uri) else { return false }
        let capability = try run.expand(capability)
        guard let answer = method.answer(to: capability) else { return false }
        var match = try run.begin(matcher)
        if try match.accepts(MatchValue(answer), in: &run) { return true }
        return try match.end(in: &run)
    }
}
