import Testing

@testable import Sieve

@Suite("Tests on the message")
struct MessageTestTests {
    private func truth(_ test: String, _ message: String, _ expected: Bool, require: String = "") {
        #expect(holds(test, require: require) { $0.message = message } == expected, "\(test) on \(message)")
    }

    @Test(
        "header (RFC 5228 §5.7)",
        arguments: [
            ("header \"subject\" \"Hello  World\"", true),
            ("header :is \"SUBJECT\" \"hello  world\"", true),
            ("header \"subject\" \"Hello\"", false),
            ("header :contains \"subject\" \"LLO\"", true),
            ("header :contains \"subject\" \"\"", true),
            ("header :contains \"subject\" [\"x\", \"World\"]", true),
            ("header :contains [\"x\", \"subject\"] \"World\"", true),
            ("header :matches \"subject\" \"h?llo*\"", true),
            ("header :matches \"subject\" \"h?llo\"", false),
            ("header :comparator \"i;octet\" :contains \"subject\" \"hello\"", false),
            ("header :comparator \"i;octet\" :contains \"subject\" \"Hello\"", true),
            ("header \"received\" \"from b\"", true),
            ("header \"x-missing\" \"\"", false),
            ("header :contains \"x-missing\" \"\"", false),
            ("header :matches \"x-missing\" \"*\"", false),
            ("header \"x-empty\" \"\"", true),
            ("header :contains \"x-empty\" \"\"", true),
            ("header :matches \"x-empty\" \"*\"", true),
            ("header :matches \"x-empty\" \"?\"", false),
            ("header \"subject\" \"\"", false),
            ("header \"subject:\" \"Hello  World\"", false),
            ("header :contains \"from\" \"Ann <ann@\"", true),
        ])
    func header(_ test: String, _ expected: Bool) {
        #expect(holds(test) == expected)
    }

    @Test(
        "fields are unfolded, trimmed and decoded (RFC 5228 §2.4.2.2, §2.7.2)",
        arguments: [
            ("Subject:  a\r\n b \r\n\r\n", "header \"subject\" \"a b\"", true),
            ("Subject: a\n\tb\n\n", "header \"subject\" \"a\tb\"", true),
            ("Subject: =?utf-8?q?=C3=A4=C3=B6?=\n\n", "header \"subject\" \"äö\"", true),
            ("Subject: =?iso-8859-1?q?=E4?= =?utf-8?b?w7Y=?= x\n\n", "header \"subject\" \"äö x\"", true),
            ("Subject: =?nonsense?q?a?=\n\n", "header \"subject\" \"=?nonsense?q?a?=\"", true),
            ("Subject: =?utf-8?q?a\n\n", "header \"subject\" \"=?utf-8?q?a\"", true),
            ("Subject: grün\n\n", "header :contains \"subject\" \"ü\"", true),
            ("Subject: GRÜN\n\n", "header :contains \"subject\" \"grün\"", false),
            ("Subject : a\n\n", "header \"subject\" \"a\"", true),
            ("Subject: a\nSubject: b\n\n", "header \"subject\" \"b\"", true),
            ("", "header :matches \"subject\" \"*\"", false),
            ("\nSubject: a\n", "exists \"subject\"", false),
        ])
    func decodes(_ message: String, _ test: String, _ expected: Bool) {
        truth(test, message, expected)
    }

    @Test(
        "exists (RFC 5228 §5.5)",
        arguments: [
            ("exists \"from\"", true),
            ("exists [\"From\", \"TO\"]", true),
            ("exists [\"From\", \"x\"]", false),
            ("exists \"x-empty\"", true),
            ("exists \"from:\"", false),
            ("exists [\"from\", \"\"]", false),
        ])
    func exists(_ test: String, _ expected: Bool) {
        #expect(holds(test) == expected)
    }

    @Test(
        "size is strict on both sides (RFC 5228 §5.9)",
        arguments: [
            (1023, false, true), (1024, false, false), (1025, true, false),
        ])
    func size(_ size: Int, _ over: Bool, _ under: Bool) {
        #expect(holds("size :over 1K") { $0.size = size } == over)
        #expect(holds("size :under 1K") { $0.size = size } == under)
        #expect(holds("size :over 18446744073709551615") { $0.size = size } == false)
    }

    @Test(
        "allof, anyof, not, true, false",
        arguments: [
            ("true", true),
            ("false", false),
            ("not true", false),
            ("not not true", true),
            ("allof (true, true)", true),
            ("allof (true, false)", false),
            ("anyof (false, true)", true),
            ("anyof (false, false)", false),
            ("allof (anyof (false, true), not false)", true),
        ])
    func logic(_ test: String, _ expected: Bool) {
        #expect(holds(test) == expected)
    }

    @Test("tests are evaluated from left to right, and no further than needed (RFC 5229 §3.2)")
    func shortCircuit() {
        let first = "header :matches \"from\" \"*<*\""
        let second = "header :matches \"subject\" \"* *\""
        let script = { (test: String) in
            "require [\"fileinto\", \"variables\"]; if \(test) { fileinto \"${1}\"; }"
        }
        #expect(outcome(script("anyof (\(first), \(second))")) == ["fileinto Ann "])
        #expect(outcome(script("allof (\(first), \(second))")) == ["fileinto Hello"])
        #expect(outcome(script("anyof (false, \(second), \(first))")) == ["fileinto Hello"])
        #expect(outcome(script("not allof (false, \(first))")) == ["fileinto "])
    }

    @Test(
        "address looks at addresses, and at nothing else (RFC 5228 §5.1)",
        arguments: [
            ("address \"from\" \"ann@example.org\"", true),
            ("address \"from\" \"ANN@EXAMPLE.ORG\"", true),
            ("address :comparator \"i;octet\" \"from\" \"ANN@example.org\"", false),
            ("address :contains \"from\" \"Ann <\"", false),
            ("address :localpart \"from\" \"ann\"", true),
            ("address :domain \"from\" \"example.org\"", true),
            ("address :domain :contains \"from\" \"example\"", true),
            ("address :all :matches \"from\" \"*@example.org\"", true),
            ("address \"to\" \"cd@example.com\"", true),
            ("address :contains \"to\" \"C. D.\"", false),
            ("address \"cc\" \"fay@example.org\"", true),
            ("address :contains \"cc\" \"undisclosed\"", false),
            ("address \"bcc\" \"\"", false),
            ("address :matches \"bcc\" \"*\"", false),
            ("address [\"bcc\", \"to\", \"from\"] [\"x\", \"ann@example.org\"]", true),
        ])
    func address(_ test: String, _ expected: Bool) {
        #expect(holds(test) == expected)
    }

    @Test(
        "odd addresses",
        arguments: [
            (
                "From: broken, (comment) ok@example.org (x), @bad\n\n", "address :localpart \"from\" \"ok\"",
                true
            ),
            ("From: broken, ok@example.org\n\n", "address :contains \"from\" \"broken\"", false),
            ("From: \"a b\"@example.org\n\n", "address :localpart \"from\" \"a b\"", true),
            (
                "From: =?utf-8?q?ok=40evil.org?= <a@example.org>\n\n", "address :contains \"from\" \"evil\"",
                false
            ),
            ("From: a@example.org\nFrom: b@example.org\n\n", "address \"from\" \"b@example.org\"", true),
            ("To: undisclosed-recipients:;\n\n", "address :matches \"to\" \"*\"", false),
            ("To: a@\n b.org\n\n", "address :contains \"to\" \"a@b.org\"", true),
        ])
    func oddAddresses(_ message: String, _ test: String, _ expected: Bool) {
        truth(test, message, expected)
    }

    @Test(
        "envelope (RFC 5228 §5.4)",
        arguments: [
            ("envelope \"from\" \"ann@example.org\"", "ann@example.org", true),
            ("envelope \"FROM\" \"ann@example.org\"", "ann@example.org", true),
            ("envelope :domain \"from\" \"example.org\"", "ann@example.org", true),
            ("envelope \"to\" \"bob+lists@example.net\"", "", true),
            ("envelope [\"from\", \"to\"] \"bob+lists@example.net\"", "ann@example.org", true),
            ("envelope \"to\" \"cd@example.com\"", "", false),
            ("envelope \"from\" \"\"", "", true),
            ("envelope \"from\" \"\"", "<>", true),
            ("envelope :localpart \"from\" \"\"", "", true),
            ("envelope :domain \"from\" \"\"", "", true),
            ("envelope :user \"from\" \"\"", "", true),
            ("envelope :detail \"from\" \"\"", "", true),
            ("envelope \"from\" \"\"", "ann@example.org", false),
            ("envelope :matches \"from\" \"*\"", "", true),
            ("envelope \"from\" \"ann@example.org\"", "<@relay.example,@b.org:ann@example.org>", true),
            ("envelope :localpart \"from\" \"root\"", "root", true),
            ("envelope :domain :matches \"from\" \"*\"", "root", false),
            ("envelope :localpart \"from\" \"a b\"", "\"a b\"@c.org", true),
            ("envelope :detail \"to\" \"lists\"", "", true),
            ("envelope :domain \"from\" \"y@z\"", "x@y@z", false),
            ("envelope :domain \"from\" \"z\"", "x@y@z", true),
        ])
    func envelope(_ test: String, _ sender: String, _ expected: Bool) {
        #expect(holds(test, require: "envelope subaddress") { $0.sender = sender } == expected)
    }

    @Test("an unknown envelope part that a variable names is a failure")
    func unknownPart() {
        let script =
            "require [\"envelope\", \"variables\"]; set \"p\" \"%\"; if envelope \"${p}\" \"\" { discard; }"
        #expect(
            outcome(script.replacing("%", with: "cc")) == [
                "keep*", "failure s1:1: unknown envelope part \"cc\"",
            ])
        #expect(outcome(script.replacing("%", with: "TO")) == ["keep*"])
    }

    @Test(
        "names of fields may come from variables",
        arguments: [("subject", true), ("SUBJECT", true), ("subject:", false), ("", false), ("a b", false)])
    func headerFromVariable(_ name: String, _ expected: Bool) {
        let script = """
            require ["variables", "fileinto"]; set "h" "\(name)";
            if header :contains "${h}" "Hello" { fileinto "TRUE"; }
            """
        #expect((outcome(script) == ["fileinto TRUE"]) == expected)
        let address =
            "require \"variables\"; set \"h\" \"\(name)\"; if address :contains \"${h}\" \"o\" { discard; }"
        #expect(outcome(address) == ["keep*"])
    }
}
