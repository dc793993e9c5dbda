import MailMessage

// currentdate [":zone" <time-zone: string>] [COMPARATOR] [MATCH-TYPE]
//             <date-part: string> <key-list: string-list>                                      RFC 5260 §5

/// Whether a part of the time of the delivery matches a key. It is the same time during all of a run.
struct CurrentDateTest: TestDefinition, ScriptTest {
    static let name = "currentdate"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any ScriptTest)? {
        var arguments = Arguments(node)
        var zone: DateZone?
        let options = MatchOptions(reading: &arguments, &validator) { tag, arguments, validator in
            DateZone.read(tag, &arguments, &validator, into: &zone, takesOriginal: false)
        }
        guard let part = arguments.datePart(&validator),
            let matcher = options.matcher(readingKeysFrom: &arguments, &validator), arguments.end(&validator)
        else { return nil }
        return CurrentDateTest(zone: zone ?? .local, part: part, matcher: matcher)
    }

    // MARK: Program

    let zone: DateZone
    let part: DatePartArgument
    let matcher: Matcher

    // MARK: Evaluation

    func evaluate(in run: inout Interpretation) throws(RuntimeFailure) -> Bool {
        var match = try run.begin(matcher)
        let seconds = run.currentTime()
        let date = MailDate(seconds: seconds, zoneOffset: try zone.offset(at: seconds, in: &run) ?? 0)
        if let part = try part.resolved(in: &run),
            try match.accepts(MatchValue([UInt8](part.text(of: date).utf8)), in: &run)
        {
            return true
        }
        return try match.end(in: &run)
    }
}

/// The time that the host told when it was first asked for it.
private struct TimeOfRun: ExtensionState {
    var seconds: Int64?
}

extension Interpretation {
    /// The time of the delivery in seconds since 1970, the same during all of a run (RFC 5260 §5).
    mutating func currentTime() -> Int64 {
        if let seconds = self[TimeOfRun.self].seconds { return seconds }
        let seconds = host.currentTime()
        self[TimeOfRun.self].seconds = seconds
        return seconds
    }
}
