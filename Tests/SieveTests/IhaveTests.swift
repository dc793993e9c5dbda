import Testing

@testable import Sieve

@Suite("ihave")
struct IhaveTests {
    @Test(
        "what is there can be used behind the test (RFC 5463 §4)",
        arguments: [
            ("if ihave \"fileinto\" { fileinto \"A\"; }", ["fileinto A"]),
            ("if ihave [\"fileinto\", \"copy\"] { fileinto :copy \"A\"; }", ["fileinto A copy", "keep*"]),
            ("if ihave \"fileinto\" { } fileinto \"A\";", ["fileinto A"]),
            ("if not ihave \"fileinto\" { discard; } else { fileinto \"A\"; }", ["fileinto A"]),
            (
                "if allof (ihave \"envelope\", envelope \"from\" \"ann@example.org\") { discard; }",
                ["discard"]
            ),
            ("if ihave \"fileinto\" { } if ihave \"fileinto\" { fileinto \"A\"; }", ["fileinto A"]),
            ("if ihave \"comparator-i;octet\" { discard; }", ["discard"]),
        ])
    func available(_ script: String, _ expected: [String]) {
        #expect(ExtensionTrial("ihave", script).outcome == expected)
    }

    @Test(
        "what is not there makes the test false, and what it guards is not looked at (RFC 5463 §4)",
        arguments: [
            ("if ihave \"nonsense\" { nonsense :tag 1 [\"a\"] { } }", ["keep*"]),
            ("if ihave \"nonsense\" { nonsense; } else { discard; }", ["discard"]),
            ("if ihave \"nonsense\" { nonsense; } elsif true { discard; } else { nonsense; }", ["discard"]),
            ("if ihave [\"fileinto\", \"nonsense\"] { fileinto \"A\"; }", ["keep*"]),
            ("if not ihave \"nonsense\" { discard; } else { nonsense; }", ["discard"]),
            ("if allof (ihave \"nonsense\", nonsense \"x\") { nonsense; }", ["keep*"]),
            (
                "if anyof (not ihave \"nonsense\", nonsense \"x\") { discard; } elsif nonsense { }",
                ["discard"]
            ),
            ("if anyof (ihave \"nonsense\", header \"subject\" \"x\") { discard; }", ["keep*"]),
            ("if ihave \"IHAVE\" { discard; }", ["keep*"]),
        ])
    func unavailable(_ script: String, _ expected: [String]) {
        #expect(ExtensionTrial("ihave", script).outcome == expected)
    }

    @Test("a false test leaves the language as it is")
    func enablesNothing() {
        let script = "if ihave [\"fileinto\", \"nonsense\"] { } fileinto \"A\";"
        #expect(ExtensionTrial("ihave", script).diagnostics == ["not-required"])
    }

    @Test(
        "what changes how strings are read cannot begin in the midst of a script (RFC 5463 §4)",
        arguments: ["variables", "encoded-character"])
    func stringsStay(_ capability: String) {
        let script = "if ihave \"\(capability)\" { discard; } redirect \"a@b.org\";"
        #expect(ExtensionTrial("ihave", script).outcome == ["redirect a@b.org"])
    }

    @Test(
        "blocks that no message reaches are not validated, others are",
        arguments: [
            ("if false { nonsense; }", []),
            ("if not true { nonsense; } elsif false { nonsense; }", []),
            ("if true { } else { nonsense; }", []),
            ("if true { } elsif nonsense { } else { nonsense; }", []),
            ("if allof (true, false, nonsense) { nonsense; }", []),
            ("if anyof (false, true, nonsense) { } else { nonsense; }", []),
            ("if true { nonsense; }", ["unknown-command"]),
            ("if anyof (false, false) { } else { nonsense; }", ["unknown-command"]),
            ("if size :over 1 { nonsense; }", ["unknown-command"]),
            ("if true { if false { } else { nonsense; } }", ["unknown-command"]),
            (
                "if false { } if true { } elsif false { } if size :over 1 { } else { nonsense; }",
                ["unknown-command"]
            ),
            ("if nonsense { other; }", ["unknown-test", "unknown-command"]),
        ])
    func unreached(_ script: String, _ expected: [String]) {
        let errors = ExtensionTrial("", script).compilation.errors
        #expect(errors.map(\.code.rawValue) == expected)
    }

    @Test("error ends the script and keeps the message (RFC 5463 §5)")
    func error() {
        let script =
            "discard; if not ihave \"nonsense\" { error \"no nonsense here\"; } redirect \"a@b.org\";"
        #expect(ExtensionTrial("ihave", script).outcome == ["keep*", "failure main:1: no nonsense here"])
        let text = ExtensionTrial("ihave variables", "set \"a\" \"b\"; error \"${a}\u{1}\nc\";").outcome
        #expect(text == ["keep*", "failure main:1: b???c"])
    }

    @Test(
        "what is wrong with ihave and error",
        arguments: [
            ("if ihave { }", "missing-argument"), ("if ihave 1 { }", "wrong-argument"),
            ("if ihave :all \"a\" { }", "unknown-tag"), ("if ihave \"a\" \"b\" { }", "unexpected-argument"),
            ("error;", "missing-argument"), ("error [\"a\", \"b\"];", "wrong-argument"),
            ("if ihave \"${a}\" { }", "not-constant"),
        ])
    func wrong(_ script: String, _ expected: String) {
        #expect(ExtensionTrial("ihave variables", script).diagnostics == [expected])
    }

    @Test("what contradicts a capability that is there is an error")
    func conflict() {
        let trial = ExtensionTrial("ihave imap4flags", "if ihave \"imapflags\" { mark; }")
        #expect(trial.diagnostics == ["conflicting-capability", "not-required"])
    }
}
