import TestSupport
import Testing

@testable import Sieve

@Suite("comparator-i;unicode-casemap (RFC 5051)")
struct UnicodeCasemapTests {
    private func truth(_ test: String, _ subject: String) -> Bool? {
        holds(
            "header :comparator \"i;unicode-casemap\" \(test)",
            require: "comparator-i;unicode-casemap variables relational"
        ) { $0.message = "Subject: \(subject)\n\n" }
    }

    @Test(
        "equality, order and substrings",
        arguments: [
            (":is \"subject\" \"grün\"", "GRÜN", true),
            (":is \"subject\" \"gru\u{308}n\"", "GRÜN", true),
            (":is \"subject\" \"grun\"", "GRÜN", false),
            (":is \"subject\" \"ΑΒΓ\"", "αβγ", true),
            (":is \"subject\" \"ﬁn\"", "FIN", false),
            (":is \"subject\" \"привет\"", "ПРИВЕТ", true),
            (":contains \"subject\" \"ÜN\"", "grünlich", true),
            (":contains \"subject\" \"ün\"", "grunlich", false),
            (":contains \"subject\" \"\"", "grün", true),
            (":value \"gt\" \"subject\" \"a\"", "Ä", true),
            (":is \"subject\" \"Hello\"", "hELLO", true),
        ])
    func comparing(_ test: String, _ subject: String, _ expected: Bool) {
        #expect(truth(test, subject) == expected, "\(test) \(subject)")
    }

    @Test(
        "? is one character, * any number of them (RFC 5228 §2.7.1)",
        arguments: [
            ("gr?n", "grün", true), ("gr??n", "grün", false), ("GR?N", "grün", true),
            ("?????", "ÄÖÜßß", true),
            ("????", "ÄÖÜßß", false), ("*Ü*", "grün", true), ("*ün", "GRÜN", true), ("gr*n", "grün", true),
            ("*?", "ü", true), ("?*", "ü", true), ("*??", "ü", false), ("a*ö?b*?", "aüÖ\u{1F600}bcä", true),
            ("a*ö?b*?", "aüÖ\u{1F600}b", false), ("\\\\?ü", "?Ü", true), ("\\\\*ü", "xÜ", false),
            ("*", "", true),
            ("?", "", false), ("", "", true), ("**ü**", "Ü", true), ("*a?c*", "abbabc", true),
        ])
    func wildcards(_ pattern: String, _ subject: String, _ expected: Bool) {
        #expect(truth(":matches \"subject\" \"\(pattern)\"", subject) == expected, "\(pattern) \(subject)")
    }

    @Test(
        "captures are of the value as it stands",
        arguments: [
            ("*Ü*", "aaGrünlich", "aaGr|nlich|"), ("?r?n*", "Gründe", "G|ü|de"),
            ("*-*-*", "Äﬁ-öö-ü", "Äﬁ|öö|ü"),
            ("*?", "Grün", "Grü|n|"), ("?*", "Ögrün", "Ö|grün|"), ("*\u{1F600}*", "ä\u{1F600}ö", "ä|ö|"),
        ])
    func captures(_ pattern: String, _ subject: String, _ expected: String) {
        var test = SieveCase(
            """
            require ["comparator-i;unicode-casemap", "variables", "fileinto"];
            if header :comparator "i;unicode-casemap" :matches "subject" "\(pattern)" {
                fileinto "${1}|${2}|${3}";
            }
            """)
        test.message = "Subject: \(subject)\n\n"
        #expect(test.outcome() == ["fileinto \(expected)"], "\(pattern) \(subject)")
    }

    @Test("it has to be required")
    func required() {
        #expect(
            SieveCase.codes("if header :comparator \"i;unicode-casemap\" \"a\" \"b\" {}")
                == ["not-required"])
    }

    @Test("the pattern's answer is that of the octet comparator on ASCII")
    func sameAsGlob() {
        var random = SeededGenerator(5)
        let letters = Array("ab*?")
        for _ in 0..<2000 {
            let pattern = String(
                (0..<Int.random(in: 0..<7, using: &random)).map { _ in
                    letters[Int.random(in: 0..<4, using: &random)]
                })
            let value = String(
                (0..<Int.random(in: 0..<9, using: &random)).map { _ in
                    letters[Int.random(in: 0..<2, using: &random)]
                })
            let glob = Glob([UInt8](pattern.utf8))
            let places = glob.match([UInt8](value.utf8))
            var run = Interpretation(
                plainInput, host: TestHost(), limits: SieveLimits(), tracing: false)
            let map = CharacterMap(text: [UInt8](value.utf8), normal: [UInt8](value.utf8))
            let other = try? CharacterGlob([UInt8](pattern.utf8)).match([UInt8](value.utf8), map, in: &run)
            #expect((places == nil) == (other == nil), "\(pattern) \(value)")
            if let places, let other {
                #expect(glob.captures(places, limit: 32) == other, "\(pattern) \(value)")
            }
        }
    }

    @Test("octets that are not UTF-8 are compared as they are")
    func invalid() {
        var random = SeededGenerator(9)
        for _ in 0..<300 {
            let text = (0..<Int.random(in: 0..<12, using: &random)).map { _ in
                UInt8.random(in: .min ... .max, using: &random)
            }
            let normal = UnicodeCasemapComparator.normalForm(MatchValue(text))
            let map = CharacterMap(text: text, normal: normal)
            #expect(map != nil || text.isUTF8, "\(text)")
            #expect(map?.textRange(0..<normal.count) == 0..<text.count, "\(text)")
        }
    }

    @Test("time grows with the size of the value", arguments: ["*ä?b*c", "*ü*ü*ü*", "????*x"])
    func time(_ pattern: String) {
        func time(_ count: Int) -> Int {
            var test = SieveCase(
                """
                require ["comparator-i;unicode-casemap", "body", "variables", "fileinto"];
                if body :comparator "i;unicode-casemap" :raw :matches "\(pattern)" { fileinto "${1}"; }
                """)
            test.message = "Subject: s\n\n" + String(repeating: "äa", count: count / 3)
            return Patience.processorTime { #expect(test.outcome() == ["keep*"], "\(pattern)") }
        }
        _ = time(1000)
        let (small, large) = (time(1 << 17), time(1 << 20))
        #expect(large < small * 60 + 500_000, "\(pattern): \(small) \(large)")
    }
}
