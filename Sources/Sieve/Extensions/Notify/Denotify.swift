// denotify [COMPARATOR] [MATCH-TYPE <id: string>] [":low" / ":normal" / ":high"]   draft-ietf-sieve-notify-00 §4

/// Takes back notifications: all, or those whose id matches, or those of an importance.
struct DenotifyCommand: CommandDefinition, Statement {
    static let name = "denotify"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any Statement)? {
        var arguments = Arguments(node)
        var importance: Importance?
        let own = { (tag: SyntaxTag, arguments: inout Arguments, validator: inout Validator) -> Bool in
            guard let found = Importance(tag.name) else { return false }
            if importance != nil { arguments.repeated(tag, &validator) }
            importance = found
            return true
        }
        let options = MatchOptions(reading: &arguments, &validator, own: own)
        var matcher: Matcher?
        if arguments.remaining > 0 {
            guard let string = arguments.string("id", &validator), let key = validator.text(string),
                let compiled = options.matcher([key], at: string.position, &validator)
            else { return nil }
            matcher = compiled
        }
        // The match type is followed by its key at once, and other tags may come behind that.
        while let tag = arguments.tag() {
            if !own(tag, &arguments, &validator) { arguments.unknown(tag, &validator) }
        }
        guard arguments.end(&validator) else { return nil }
        return DenotifyCommand(matcher: matcher, importance: importance?.level)
    }

    // MARK: Program

    let matcher: Matcher?
    let importance: Int?

    // MARK: Execution

    func execute(in run: inout Interpretation) throws(RuntimeFailure) -> Flow {
        var kept: [Bool] = []
        for action in run.actions.pending { kept.append(try !isTakenBack(action, &run)) }
        run.actions.keepPending(kept)
        return .next
    }

    private func isTakenBack(
        _ action: SieveAction, _ run: inout Interpretation
    ) throws(RuntimeFailure) -> Bool {
        guard case .notify(let notification) = action.kind else { return false }
        if let importance, importance != notification.importance { return false }
        guard let matcher else { return true }
        guard let identifier = notification.identifier else { return false }
        var match = try run.begin(matcher)
        if try match.accepts(MatchValue(identifier), in: &run) { return true }
        return try match.end(in: &run)
    }
}
