// spamtest [":percent"] [COMPARATOR] [MATCH-TYPE] <value: string>                              RFC 5235 §2

/// How sure the scanners of the site are that the message is spam: 0 for a message that nobody has looked at, 1 to 10,
/// or 0 to 100 percent.
struct SpamTest: TestDefinition, ScriptTest {
    static let name = "spamtest"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any ScriptTest)? {
        var arguments = Arguments(node)
        let options = MatchOptions(reading: &arguments, &validator)
        guard let matcher = arguments.score(options, &validator), arguments.end(&validator) else {
            return nil
        }
        return SpamTest(isPercent: options.testOptions.isPercent, matcher: matcher)
    }

    // MARK: Program

    let isPercent: Bool
    let matcher: Matcher

    // MARK: Evaluation

    func evaluate(in run: inout Interpretation) throws(RuntimeFailure) -> Bool {
        let score = run.host.scanScore(.spam, in: run.message)
        return try run.holds(matcher, score, isPercent ? score.percent : score.spamValue)
    }
}

extension ScanScore {
    /// RFC 5235 §2.1: 1 for no spam to 10 for spam.
    fileprivate var spamValue: Int { step(of: 10) }

    /// RFC 5235 §2.2: 0 to 100.
    private var clamped: Double? {
        guard case .fraction(let fraction) = self, !fraction.isNaN else { return nil }
        return min(max(fraction, 0), 1)
    }

    fileprivate var percent: Int { clamped.map { Int(($0 * 100).rounded()) } ?? 0 }

    /// One of the steps from 1 to `count`, of which only 1 is the last; 0 for a message that nobody has looked at.
    func step(of count: Int) -> Int {
        // What is a step exactly must not fall below it because a fraction has no exact form.
        clamped.map { Int($0 * Double(count - 1) + 1e-9) + 1 } ?? 0
    }
}

extension Arguments {
    /// The matcher for the one value that follows; nil after an error, which has been reported.
    mutating func score(_ options: MatchOptions, _ validator: inout Validator) -> Matcher? {
        guard let string = string("value", &validator), let text = validator.text(string) else { return nil }
        if options.comparator != NumericComparator.self, options.matchType is ValueMatchType {
            validator.diagnostics.warning(
                .unsuitableComparator, at: node.position, "numbers are compared as text: 10 is less than 5",
                hint: "add :comparator \"i;ascii-numeric\"")
        }
        return options.matcher([text], at: string.position, &validator)
    }
}

extension Interpretation {
    /// Whether the value matches. What counts counts the values: one, or none if nobody has looked (RFC 5235 §2.3).
    mutating func holds(
        _ matcher: Matcher, _ score: ScanScore, _ value: Int
    ) throws(RuntimeFailure) -> Bool {
        var match = try begin(matcher)
        let isKnown = score != .unknown
        if isKnown || !matcher.type.countsValues,
            try match.accepts(MatchValue([UInt8](String(value).utf8)), in: &self)
        {
            return true
        }
        return try match.end(in: &self)
    }
}
