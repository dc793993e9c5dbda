import Testing

@testable import Sieve

@Suite("Parser")
struct ParserTests {
    @Test(
        "what the grammar of RFC 5228 §8.2 takes",
        arguments: [
            "", "keep;", "KEEP;", "keep ; # end", "if true {}", "if false { keep; } else { stop; }",
            "if anyof (true, false) { keep; } elsif not true { } elsif allof(true) { } else { }",
            "if not not not true { stop; }",
            "require \"fileinto\"; fileinto \"a\";",
            "if header [\"a\", \"b\"] [\"c\"] { keep; }",
            "if size :over 1M { discard; stop; }",
        ])
    func accepts(_ script: String) {
        #expect(SieveCase.diagnostics(script) == [])
    }

    @Test(
        "what the grammar does not take, with the place",
        arguments: [
            ("keep", ["1:5 missing-semicolon"]),
            ("if true { keep }", ["1:16 missing-semicolon"]),
            (";", ["1:1 syntax"]),
            ("keep;;", ["1:6 syntax"]),
            ("}", ["1:1 unbalanced"]),
            ("if true { keep;", ["1:9 unbalanced"]),
            ("if true { keep; }}", ["1:18 unbalanced"]),
            ("\"keep\";", ["1:1 syntax"]),
            ("[];", ["1:1 syntax"]),
            ("exists [];", ["1:8 empty-list"]),
            ("exists [\"a\",];", ["1:13 syntax"]),
            ("exists [\"a\" \"b\"];", ["1:13 syntax"]),
            ("exists [1];", ["1:9 syntax"]),
            ("exists [\"a\";", ["1:12 syntax"]),
            ("if anyof () { keep; }", ["1:11 syntax"]),
            ("if anyof (true,) { keep; }", ["1:16 syntax"]),
            ("if anyof (true false) { keep; }", ["1:16 unexpected-test"]),
            ("if anyof (true { keep; }", ["1:16 syntax"]),
            ("if true keep;", ["1:9 unexpected-test", "1:13 missing-block"]),
            ("if true; keep;", ["1:8 missing-block"]),
            ("keep [;", ["1:7 syntax"]),
        ])
    func rejects(_ script: String, _ expected: [String]) {
        #expect(SieveCase.diagnostics(script) == expected)
    }

    @Test("after an error the parser goes on, and reports all of them")
    func recovers() {
        let script = """
            if header ["a" "b"] "c" { keep; }
            keep [1, 2];
            stop "x" };
            discard
            """
        #expect(
            SieveCase.diagnostics(script) == [
                "1:16 syntax", "2:7 syntax", "3:10 missing-semicolon", "3:10 unbalanced", "3:11 syntax",
                "4:8 missing-semicolon",
            ])
    }

    @Test("an error in a block does not lose the block's end")
    func recoversInBlock() {
        #expect(SieveCase.diagnostics("if true { keep @; stop; } discard;") == ["1:16 invalid-character"])
        #expect(
            SieveCase.diagnostics("if true { \"x\" { keep; } stop; } }") == [
                "1:11 syntax", "1:33 unbalanced",
            ])
    }

    /// `if not not … true { if true { … } }`.
    private func nested(tests: Int, blocks: Int) -> String {
        let test = String(repeating: "not ", count: tests) + "true"
        return String(repeating: "if true {", count: blocks) + "if \(test) {}"
            + String(repeating: "}", count: blocks)
    }

    @Test("nesting is bounded, and deep enough (RFC 5228 §2.10.7)")
    func boundsNesting() {
        #expect(SieveCase.diagnostics(nested(tests: 15, blocks: 15)) == [])
        #expect(SieveCase.diagnostics(nested(tests: 31, blocks: 31)) == [])
        #expect(
            SieveCase.diagnostics(nested(tests: 32, blocks: 0)).map { $0.suffix(17) } == ["nested-too-deeply"]
        )
        #expect(
            SieveCase.diagnostics(nested(tests: 0, blocks: 32)).map { $0.suffix(17) } == ["nested-too-deeply"]
        )
        let lists = String(repeating: "allof(", count: 40) + "true" + String(repeating: ")", count: 40)
        #expect(SieveCase.diagnostics("if \(lists) { keep; }").map { $0.suffix(17) } == ["nested-too-deeply"])
    }

    @Test("a million brackets neither trap nor make a million errors")
    func survivesBrackets() {
        for bracket in ["{", "(", "[", "}", "if true{", "not ", "allof(", "\"", "/*", "if anyof(true,"] {
            let script = String(repeating: bracket, count: 1_000_000 / bracket.utf8.count)
            let found = SieveCase.diagnostics(script)
            #expect(!found.isEmpty && found.count <= 100, "\(bracket)")
        }
    }

    @Test("a script over the limit is an error, not half a script")
    func boundsLength() {
        var limits = SieveLimits()
        limits.scriptBytes = 10
        #expect(SieveCase.diagnostics("keep; stop;", limits: limits) == ["1:1 script-too-long"])
        #expect(SieveCase.diagnostics("keep;stop;", limits: limits) == [])
    }
}
