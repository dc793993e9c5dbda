import MailMessage

// date [<":zone" <time-zone: string>> / ":originalzone"] [COMPARATOR] [MATCH-TYPE]
//      <header-name: string> <date-part: string> <key-list: string-list>                       RFC 5260 §4

/// Whether a part of the date in a field matches a key.
///
/// Of several fields of the name the first one counts, or the one that `:index` names. A field whose date cannot be
/// read is as if it were not there.
struct DateTest: TestDefinition, ScriptTest {
    static let name = "date"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any ScriptTest)? {
        var arguments = Arguments(node)
        var zone: DateZone?
        let options = MatchOptions(reading: &arguments, &validator) { tag, arguments, validator in
            DateZone.read(tag, &arguments, &validator, into: &zone, takesOriginal: true)
        }
        guard let field = arguments.headerName(.any, &validator),
            let part = arguments.datePart(&validator),
            let matcher = options.matcher(readingKeysFrom: &arguments, &validator), arguments.end(&validator)
        else { return nil }
        var testOptions = options.testOptions
        // RFC 5260 §4: only the first field is used.
        if testOptions.selectsAll { testOptions.index = 1 }
        return DateTest(
            field: field, options: testOptions, zone: zone ?? .local, part: part, matcher: matcher)
    }

    // MARK: Program

    let field: HeaderReference
    let options: TestOptions
    let zone: DateZone
    let part: DatePartArgument
    let matcher: Matcher

    // MARK: Evaluation

    func evaluate(in run: inout Interpretation) throws(RuntimeFailure) -> Bool {
        var match = try run.begin(matcher)
        if let date = try date(in: &run), let part = try part.resolved(in: &run),
            try match.accepts(MatchValue([UInt8](part.text(of: date).utf8)), in: &run)
        {
            return true
        }
        return try match.end(in: &run)
    }

    private func date(in run: inout Interpretation) throws(RuntimeFailure) -> MailDate? {
        if run.trace != nil { run.recordFields(field, options) }
        guard let entry = try run.header(field) else { return nil }
        guard let body = options.select(try run.headerValues(entry)).first?.text else { return nil }
        try run.spend(body.count)
        // RFC 5260 §4: all of the field, or what stands at its end behind a semicolon, as in Received.
        let start = body.lastIndex(of: 0x3B).map { $0 + 1 } ?? 0
        guard let date = MailDate([UInt8](body[start...])) ?? (start > 0 ? MailDate(body) : nil) else {
            return nil
        }
        guard let offset = try zone.offset(at: date.seconds, in: &run) else { return date }
        return date.inZone(offset)
    }
}
