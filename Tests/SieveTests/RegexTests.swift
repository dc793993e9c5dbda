import TestSupport
import Testing

@testable import Sieve

@Suite("regex (draft-ietf-sieve-regex-01)")
struct RegexTests {
    private func truth(_ test: String, _ message: String = plainMessage) -> Bool? {
        holds(test, require: "regex variables comparator-i;unicode-casemap body") { $0.message = message }
    }

    @Test(
        "a pattern matches somewhere in the value",
        arguments: [
            ("header :regex \"subject\" \"hello\"", true),
            ("header :regex \"subject\" \"^hello\"", true),
            ("header :regex \"subject\" \"^world\"", false),
            ("header :regex \"subject\" \"world$\"", true),
            ("header :regex \"subject\" \"^hello[[:space:]]+world$\"", true),
            ("header :regex \"subject\" \"h(e|u)l{2}o\"", true),
            ("header :regex \"subject\" [\"nothing\", \"w.rld\"]", true),
            ("header :regex \"x-number\" \"^[0-9]+$\"", true),
            ("header :regex \"x-number\" \"^\\\\d{3}$\"", false),
            ("header :regex \"x-empty\" \"^$\"", true),
            ("header :regex \"x-missing\" \".*\"", false),
            ("header :regex \"x-number\" \"\"", true),
            ("address :localpart :regex \"to\" \"^bob(\\\\+.*)?$\"", true),
            ("address :domain :regex \"from\" \"example\\\\.(com|org)\"", true),
            ("header :comparator \"i;octet\" :regex \"subject\" \"hello\"", false),
            ("header :comparator \"i;octet\" :regex \"subject\" \"Hello\"", true),
            ("header :comparator \"i;ascii-casemap\" :regex \"subject\" \"HELLO\"", true),
            ("header :comparator \"i;unicode-casemap\" :regex \"subject\" \"HELLO\"", true),
        ])
    func matching(_ test: String, _ expected: Bool) {
        #expect(truth(test) == expected, "\(test)")
    }

    @Test(
        "letters fold as the comparator has it",
        arguments: [
            ("i;ascii-casemap", "GRÜN", false), ("i;ascii-casemap", "GRün", true),
            ("i;ascii-casemap", "gr.n", true),
            ("i;ascii-casemap", "^gr[üx]N$", true), ("i;ascii-casemap", "^gr[ÜX]N$", false),
            ("i;ascii-casemap", "^[E-Gä]r[^ä]n$", true), ("i;ascii-casemap", "^[e-gä]R[^ä]N$", true),
            ("i;ascii-casemap", "^[E-Gä-]r[-^ä]?ün$", true),
            ("i;ascii-casemap", "^[[:alpha:]ä]r[]ü]n$", true),
            ("i;ascii-casemap", "^[[:digit:]ä]rün$", false), ("i;unicode-casemap", "GRÜN", true),
            ("i;unicode-casemap", "^gr[ÜX]N$", true),
            ("i;octet", "Grün", true), ("i;octet", "grün", false), ("i;octet", "Gr..n", true),
            ("i;octet", "Gr.n", false),
        ])
    func folding(_ comparator: String, _ pattern: String, _ expected: Bool) {
        #expect(
            truth(
                "header :comparator \"\(comparator)\" :regex \"subject\" \"\(pattern)\"", "Subject: Grün\n\n")
                == expected, "\(comparator) \(pattern)")
    }

    @Test(
        "groups become match variables, the match ${0}",
        arguments: [
            ("(l+)o  (w)", "llo  W|ll|W|"), ("x?(h)(z)?(e)", "He|H||e"),
            ("(hello|hell)(.*)", "Hello  World|Hello|  World|"),
            // The longest match, as POSIX has it, but where the pattern wants little.
            ("h.*?(o)", "Hello|o||"), ("he|hello", "Hello|||"),
        ])
    func captures(_ pattern: String, _ expected: String) {
        let script = """
            require ["regex", "variables", "fileinto"];
            if header :regex "subject" "\(pattern)" { fileinto "${0}|${1}|${2}|${3}"; }
            """
        #expect(outcome(script) == ["fileinto \(expected)"], "\(pattern)")
    }

    @Test("a match that fails leaves match variables alone")
    func keptCaptures() {
        let script = """
            require ["regex", "variables", "fileinto"];
            if header :regex "subject" "(h)ello" {}
            if header :regex "subject" "(nothing)" {}
            fileinto "${1}";
            """
        #expect(outcome(script) == ["fileinto H"])
    }

    @Test(
        "what is wrong with a pattern is told at its place",
        arguments: [
            ("header :regex \"a\" \"(\"", ["invalid-key"]),
            ("header :regex \"a\" [\"ok\", \"a[\", \"*\"]", ["invalid-key", "invalid-key"]),
            ("header :regex \"a\" \"a++\"", ["invalid-key"]),
            ("header :regex \"a\" \"(a)\\\\1\"", ["invalid-key"]),
            ("header :regex \"a\" \"ex[]ample\"", ["invalid-key"]),
            ("header :regex \"a\" \"(((a{100}){100}){100})\"", ["invalid-key"]),
            ("header :regex \"a\" \"\\w+\"", ["warning unneeded-escape"]),
            ("header :regex \"a\" \"a^b\"", ["warning doubtful-key"]),
            ("header :regex \"a\" \"a$b\"", ["warning doubtful-key"]),
            ("header :regex \"a\" [\"(^a|^b)c$\", \"a\\\\^b\", \"[$]b\", \"(?m)a$b\"]", []),
            ("header :regex \"a\" [\"^(?:^a)\", \"a?^b\", \"(?i)^a\", \"a$|^b\"]", []),
        ])
    func diagnostics(_ test: String, _ expected: [String]) {
        #expect(SieveCase.codes("require \"regex\"; if \(test) {}") == expected, "\(test)")
    }

    @Test("an error stands at its own pattern")
    func position() {
        #expect(
            SieveCase.diagnostics("require \"regex\";\nif header :regex \"a\" [\"ok\", \"a[\"] {}")
                == ["2:29 invalid-key"])
    }

    @Test("numbers have no regular expressions")
    func numeric() {
        #expect(
            SieveCase.codes(
                "require [\"regex\", \"comparator-i;ascii-numeric\"]; if header :comparator \"i;ascii-numeric\" :regex \"a\" \"b\" {}"
            ) == ["unsuitable-comparator"])
    }

    @Test("a pattern from a variable that is none matches nothing and stops nothing")
    func runtime() {
        let script = """
            require ["regex", "variables", "fileinto"];
            set "r" "[";
            if header :regex "subject" ["${r}", "hello"] { fileinto "A"; }
            if header :regex "subject" "${r}" { fileinto "B"; }
            """
        #expect(outcome(script) == ["fileinto A"])
        #expect(SieveCase(script).notes().count == 2)
    }

    @Test(
        ":quoteregex takes the meaning away (§4)",
        arguments: ["a.b", "$5 (five) [x]", "^\\\\w+?{2}|z*", "äöü", "", "#-/\u{1F600}"])
    func quoting(_ text: String) {
        let script = """
            require ["regex", "variables", "fileinto"];
            set :quoteregex "q" "\(text)";
            if string :regex "x \(text)" " ${q}$" { fileinto "A"; }
            if string :regex "xx" "^${q}$" { fileinto "B"; }
            """
        #expect(outcome(script) == ["fileinto A"], "\(text)")
    }

    @Test("modifiers of precedence 20 exclude one another")
    func precedence() {
        #expect(
            SieveCase.codes("require [\"regex\", \"variables\"]; set :quoteregex :quotewildcard \"a\" \"b\";")
                == ["conflicting-modifiers"])
    }

    @Test(
        "time grows with the size of the value, whatever the pattern",
        arguments: [
            "(a+)+$", "(a|aa)+b", "(.*)(.*)(.*)x", "a*a*a*a*a*b", "^(a?){20}a{20}b",
        ])
    func time(_ pattern: String) {
        func time(_ count: Int) -> Int {
            var test = SieveCase(
                "require [\"regex\", \"body\"]; if body :raw :regex \"\(pattern)\" { stop; }")
            test.message = "Subject: s\n\n" + String(repeating: "a", count: count)
            return Patience.processorTime { #expect(test.outcome() == ["keep*"], "\(pattern)") }
        }
        _ = time(1000)
        let (small, large) = (time(1 << 17), time(1 << 20))
        #expect(large < small * 60 + 500_000, "\(pattern): \(small) \(large)")
    }

    @Test("any pattern and any value are survived")
    func properties() {
        var random = SeededGenerator(3)
        let pieces = [
            "a", "ä", "(", ")", "[", "]", "*", "+", "?", "|", "^", "$", "\\\\", "{2}", "[^b]", "(?i)", ".",
            "\u{1F600}", "-", "[a-ü]", "[ä-]", "[[:alpha:]ü]", "[^]ö]",
        ]
        for _ in 0..<400 {
            let pattern = (0..<Int.random(in: 0..<8, using: &random)).map { _ in
                pieces[Int.random(in: 0..<pieces.count, using: &random)]
            }.joined()
            for comparator in ["i;octet", "i;ascii-casemap", "i;unicode-casemap"] {
                let value = truth(
                    "header :comparator \"\(comparator)\" :regex \"subject\" \"\(pattern)\"",
                    "Subject: aäÄb\n\n")
                // Rewriting the pattern for ASCII letters makes no valid pattern invalid.
                if comparator != "i;octet" {
                    let other = truth(
                        "header :comparator \"i;unicode-casemap\" :regex \"subject\" \"\(pattern)\"",
                        "Subject: aäÄb\n\n")
                    #expect((value == nil) == (other == nil), "\(pattern)")
                }
            }
        }
    }
}
