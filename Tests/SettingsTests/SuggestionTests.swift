import TestSupport
import Testing

@testable import Settings

@Suite struct SuggestionTests {
    @Test(
        "the distance of two names",
        arguments: [
            ("", "", 0), ("a", "", 1), ("abc", "abc", 0), ("abc", "acb", 1), ("abc", "ab", 1),
            ("kitten", "sitting", 3),
            ("expier", "expire", 1), ("ca", "abc", 3),
        ])
    func distance(_ a: String, _ b: String, _ expected: Int) {
        #expect(Suggestion.distance(Array(a.utf8), Array(b.utf8)) == expected)
        #expect(Suggestion.distance(Array(b.utf8), Array(a.utf8)) == expected)
    }

    @Test("a distance is never more than the longer name, and 0 only for equal ones")
    func properties() {
        var generator = SeededGenerator(seed: 6)
        for _ in 0..<1000 {
            let a = generator.bytes(upTo: 12).map { $0 & 3 }
            let b = generator.bytes(upTo: 12).map { $0 & 3 }
            let distance = Suggestion.distance(a, b)
            #expect(distance <= max(a.count, b.count) && distance >= abs(a.count - b.count))
            #expect((distance == 0) == (a == b))
        }
    }

    @Test(
        "what was meant by a name that does not exist",
        arguments: [
            ("retry.expier", "did you mean retry.expire?"), ("mail.maxsize", "did you mean mail.max-size?"),
            ("spool.dir", nil), ("expire", "did you mean retry.expire?"),
            ("mail.expire", "did you mean retry.expire?"),
            ("log.tarket", "did you mean log.target?"), ("completely.different", nil), ("", nil),
            ("mail.Root", "did you mean mail.root?"), ("users.max-size", "did you mean mail.max-size?"),
        ] as [(String, String?)])
    func keys(_ name: String, _ hint: String?) {
        #expect(SettingsKey.suggestion(for: name, isSection: false) == hint)
    }

    @Test("what was meant by a section that does not exist")
    func sections() {
        #expect(SettingsKey.suggestion(for: "sieves", isSection: true) == "did you mean [sieve]?")
        #expect(SettingsKey.suggestion(for: "unrelated", isSection: true) == nil)
    }

    @Test("a name of any length gets an answer")
    func longNames() {
        #expect(SettingsKey.suggestion(for: String(repeating: "x", count: 100_000), isSection: false) == nil)
    }
}
