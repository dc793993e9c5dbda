// virustest [COMPARATOR] [MATCH-TYPE] <value: string>                                          RFC 5235 §3

/// What the scanners of the site have said about viruses: 0 for a message that nobody has looked at, 1 for one without
/// viruses, 2 and 3 for one that was cured for sure or probably, 4 for a suspect, 5 for one that has a virus.
struct VirusTest: TestDefinition, ScriptTest {
    static let name = "virustest"

    // MARK: Validation

    static func compile(_ node: SyntaxNode, _ validator: inout Validator) -> (any ScriptTest)? {
        var arguments = Arguments(node)
        let options = MatchOptions(reading: &arguments, &validator)
        guard let matcher = arguments.score(options, &validator), arguments.end(&validator) else {
            return nil
        }
        return VirusTest(matcher: matcher)
    }

    // MARK: Program

    let matcher: Matcher

    // MARK: Evaluation

    func evaluate(in run: inout Interpretation) throws(RuntimeFailure) -> Bool {
        let score = run.host.scanScore(.virus, in: run.message)
        return try run.holds(matcher, score, score.step(of: 5))
    }
}
