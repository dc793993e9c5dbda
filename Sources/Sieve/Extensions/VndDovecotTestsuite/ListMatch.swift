// [MATCH-TYPE] [COMPARATOR] [:index <number>] <keys: string-list>

/// Keys that are held against the values of a list, or against one of them, counted from 1. The default
/// comparator is `i;octet`.
struct ListMatch: Sendable {
    let index: Int?
    let matcher: Matcher

    /// Nil after an error, which has been reported.
    init?(_ node: SyntaxNode, _ validator: inout Validator) {
        var arguments = Arguments(node)
        var index: Int?
        let options = MatchOptions(reading: &arguments, &validator, comparator: OctetComparator.self) {
            tag, arguments, validator in
            guard tag.name == Identifier("index") else { return false }
            if index != nil { arguments.repeated(tag, &validator) }
            index = arguments.number("index", &validator).map { Int(clamping: $0) }
            return true
        }
        guard let matcher = options.matcher(readingKeysFrom: &arguments, &validator),
            arguments.end(&validator)
        else { return nil }
        self.index = index
        self.matcher = matcher
    }

    func accepts(_ values: [String], in run: inout Interpretation) throws(RuntimeFailure) -> Bool {
        var match = try run.begin(matcher)
        for (offset, value) in values.enumerated() where index.map({ $0 == offset + 1 }) ?? true {
            if try match.accepts(MatchValue([UInt8](value.utf8)), in: &run) { return true }
        }
        return try match.end(in: &run)
    }
}
