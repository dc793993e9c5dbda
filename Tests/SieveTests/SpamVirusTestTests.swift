import Testing

@testable import Sieve

@Suite("spamtest, spamtestplus, virustest (RFC 5235)")
struct SpamVirusTestTests {
    private func truth(
        _ test: String, _ kind: ScanKind, _ score: ScanScore, _ require: String = "spamtestplus virustest"
    ) -> Bool? {
        holds(test, require: "\(require) relational comparator-i;ascii-numeric") {
            $0.host.scores[kind] = score
        }
    }

    @Test(
        "spamtest is 0 for what nobody has looked at, and 1 to 10 (§2.1)",
        arguments: [
            (ScanScore.unknown, "0"), (.fraction(0), "1"), (.fraction(-3), "1"), (.fraction(0.2), "2"),
            (.fraction(0.8), "8"), (.fraction(0.875), "8"), (.fraction(0.99), "9"), (.fraction(1), "10"),
            (.fraction(7), "10"), (.fraction(.nan), "0"), (.fraction(.infinity), "10"),
        ])
    func spam(_ score: ScanScore, _ expected: String) {
        #expect(truth("spamtest \"\(expected)\"", .spam, score, "spamtest") == true, "\(score)")
        #expect(
            truth("spamtest :value \"eq\" :comparator \"i;ascii-numeric\" \"\(expected)\"", .spam, score)
                == true)
    }

    @Test("each of the ten values comes back as itself", arguments: 1...10)
    func steps(_ value: Int) {
        let score = ScanScore.fraction(Double(value - 1) / 9)
        #expect(truth("spamtest \"\(value)\"", .spam, score) == true)
    }

    @Test(
        ":percent is 0 to 100 (§2.2)",
        arguments: [
            (ScanScore.fraction(0), "0"), (.fraction(0.01), "1"), (.fraction(0.29), "29"),
            (.fraction(0.51), "51"),
            (.fraction(1.01), "100"), (.unknown, "0"),
        ])
    func percent(_ score: ScanScore, _ expected: String) {
        #expect(truth("spamtest :percent \"\(expected)\"", .spam, score) == true, "\(score)")
    }

    @Test(":count tells a message that nobody has looked at (§2.3)")
    func count() {
        #expect(truth("spamtest :percent :count \"eq\" \"0\"", .spam, .unknown) == true)
        #expect(truth("spamtest :percent :count \"eq\" \"1\"", .spam, .fraction(0)) == true)
        #expect(truth("virustest :count \"eq\" \"0\"", .virus, .unknown) == true)
        #expect(truth("virustest :count \"eq\" \"1\"", .virus, .fraction(1)) == true)
    }

    @Test("virustest is 0 for what nobody has looked at, and 1 to 5 (§3)", arguments: 1...5)
    func virus(_ value: Int) {
        #expect(truth("virustest \"\(value)\"", .virus, .fraction(Double(value - 1) / 4)) == true)
        #expect(truth("virustest \"0\"", .virus, .unknown) == true)
    }

    @Test(
        "errors are found when the script is compiled",
        arguments: [
            ("spamtest 3", "spamtest", ["wrong-argument"]),
            ("spamtest :percent \"3\"", "spamtest", ["not-required"]),
            ("spamtest :percent \"3\"", "spamtestplus", []),
            ("spamtest [\"3\"]", "spamtest", ["wrong-argument"]),
            ("spamtest", "spamtest", ["missing-argument"]),
            ("virustest :percent \"3\"", "virustest", ["not-required"]),
        ])
    func errors(_ test: String, _ require: String, _ expected: [String]) {
        let found = SieveCase.codes("require \"\(require)\"; if \(test) {}")
        #expect(found == expected, "\(test)")
    }

    @Test("who compares numbers as text is warned")
    func warning() {
        #expect(
            SieveCase.codes("require [\"spamtest\", \"relational\"]; if spamtest :value \"ge\" \"5\" {}")
                == ["warning unsuitable-comparator"])
    }
}
