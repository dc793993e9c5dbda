import Testing

@testable import Sieve

@Suite("imap4flags")
struct Imap4flagsTests {
    private let require = "require [\"imap4flags\", \"variables\", \"relational\", \"fileinto\", \"copy\"]; "

    @Test(
        "commands on the internal variable (RFC 5232 §3)",
        arguments: [
            ("setflag \"\\\\Seen\";", ["keep [\\Seen]*"]),
            ("setflag [\"\\\\Seen\", \"a\"]; setflag \"b\";", ["keep [b]*"]),
            ("addflag \"a\"; addflag \"b\"; addflag \"a\";", ["keep [a b]*"]),
            ("addflag \"a b\"; addflag [\"c  d\", \" e \"];", ["keep [a b c d e]*"]),
            ("addflag \"A\"; addflag \"a\";", ["keep [A]*"]),
            ("addflag [\"a\", \"b\", \"c\"]; removeflag \"B\";", ["keep [a c]*"]),
            ("addflag \"a b c\"; removeflag [\"a c\", \"x\"];", ["keep [b]*"]),
            ("removeflag \"a\";", ["keep*"]),
            ("addflag \"a\"; setflag \"\";", ["keep*"]),
            ("addflag [\"\\\\Recent\", \"\\\\Nope\", \"\\\\\", \"\\\\seen\"];", ["keep [\\seen]*"]),
            (
                "addflag [\"a(b\", \"a%b\", \"a*b\", \"a]b\", \"ä\", \"a{b\", \"ok\", \"$Junk\", \"x.y-z_1\"];",
                ["keep [ok $Junk x.y-z_1]*"]
            ),
            ("addflag \"a\"; keep;", ["keep [a]"]),
            (
                "addflag \"a\"; fileinto \"X\"; addflag \"b\"; fileinto \"Y\";",
                ["fileinto X [a]", "fileinto Y [a b]"]
            ),
            ("addflag \"a\"; fileinto :copy \"X\"; addflag \"b\";", ["fileinto X [a] copy", "keep [a b]*"]),
        ])
    func commands(_ script: String, _ expected: [String]) {
        #expect(outcome(require + script) == expected)
    }

    @Test(
        ":flags is for its own action only (RFC 5232 §5)",
        arguments: [
            ("addflag \"a\"; keep :flags \"b c\";", ["keep [b c]"]),
            ("addflag \"a\"; keep :flags \"\";", ["keep"]),
            (
                "addflag \"a\"; fileinto :flags [\"b\", \"\\\\Flagged\"] \"X\"; fileinto \"Y\";",
                ["fileinto X [b \\Flagged]", "fileinto Y [a]"]
            ),
            ("set \"f\" \"x y\"; keep :flags \"${f} z\";", ["keep [x y z]"]),
            ("setflag \"v\" [\"x\", \"y\"]; keep :flags \"${v}\";", ["keep [x y]"]),
        ])
    func tag(_ script: String, _ expected: [String]) {
        #expect(outcome(require + script) == expected)
    }

    @Test(
        "named variables hold flags as words (RFC 5232 §2)",
        arguments: [
            ("setflag \"v\" [\"a\", \"b\"];", "a b"),
            ("addflag \"v\" \"a\"; addflag \"v\" \"b a\";", "a b"),
            ("set \"v\" \"a  b c\"; removeflag \"v\" \"B\";", "a c"),
            ("set \"v\" \"old\"; setflag \"v\" \"new\";", "new"),
            ("set \"v\" \"a\"; addflag \"V\" \"b\";", "a b"),
            ("addflag \"a\"; addflag \"v\" \"b\";", "b"),
            ("setflag \"v\" \"\";", ""),
        ])
    func variables(_ script: String, _ expected: String) {
        #expect(outcome(require + script + "fileinto :flags \"\" \"<${v}>\";") == ["fileinto <\(expected)>"])
    }

    @Test(
        "hasflag (RFC 5232 §4)",
        arguments: [
            ("hasflag \"b\"", true),
            ("hasflag \"B\"", true),
            ("hasflag :comparator \"i;octet\" \"B\"", false),
            ("hasflag \"x\"", false),
            ("hasflag \"x b\"", true),
            ("hasflag [\"x\", \"y b\"]", true),
            ("hasflag \"\\\\seen\"", true),
            ("hasflag :contains \"ee\"", true),
            ("hasflag :contains \"\"", true),
            ("hasflag \"\"", false),
            ("hasflag :matches \"?\"", true),
            ("hasflag :matches \"???\"", false),
            ("hasflag :count \"eq\" \"3\"", true),
            ("hasflag :count \"eq\" \"v\" \"2\"", true),
            ("hasflag :count \"eq\" [\"v\", \"w\"] \"3\"", true),
            ("hasflag \"v\" \"q\"", true),
            ("hasflag \"v\" \"b\"", false),
            ("hasflag [\"v\", \"w\"] \"s\"", true),
            ("hasflag \"unset\" \"a\"", false),
            ("hasflag :contains \"unset\" \"\"", false),
            ("hasflag \"${key}\"", true),
            ("hasflag [\"x\", \"${key}\"]", true),
            ("hasflag :value \"lt\" \"aa\"", true),
        ])
    func hasflag(_ test: String, _ expected: Bool) {
        let script =
            require + """
                addflag ["a", "b", "\\\\Seen"]; setflag "v" "q r"; setflag "w" "s"; set "key" "zz b";
                if \(test) { discard; }
                """
        #expect((outcome(script) == ["discard"]) == expected)
    }

    @Test(
        "names of variables are constants, and names",
        arguments: [
            "setflag \"a b\" \"x\";", "addflag \"1\" \"x\";", "removeflag \"${v}\" \"x\";",
            "if hasflag \"a b\" \"x\" { keep; }",
            "setflag;", "setflag 1;", "setflag \"a\" \"b\" \"c\";", "setflag :x \"a\";",
            "setflag [\"v\"] \"a\";",
        ])
    func errors(_ command: String) {
        #expect(SieveCase.diagnostics(require + command).count == 1)
    }

    @Test("the number of flags is bounded, and what goes over it is left out")
    func bounds() {
        let many = (0..<100).map { "f\($0)" }.joined(separator: " ")
        let kept = (0..<64).map { "f\($0)" }.joined(separator: " ")
        #expect(outcome(require + "addflag \"\(many)\";") == ["keep [\(kept)]*"])
        #expect(outcome(require + "keep :flags \"\(many)\";") == ["keep [\(kept)]"])
        var test = SieveCase(require + "setflag \"v\" \"abcd efgh ijkl\"; fileinto \"${v}\";")
        test.limits.variableBytes = 12
        #expect(test.outcome() == ["fileinto abcd efgh"])
    }
}

@Suite("mailbox, copy and fileinto")
struct MailboxTests {
    @Test(
        "mailboxexists is true if all of them exist (RFC 5490 §3.1)",
        arguments: [
            ("\"A\"", true),
            ("[\"A\", \"B/ä\"]", true),
            ("[\"A\", \"C\"]", false),
            ("\"a\"", false),
            ("\"\"", false),
            ("\"../x\"", false),
        ])
    func exists(_ names: String, _ expected: Bool) {
        #expect(
            holds("mailboxexists \(names)", require: "mailbox") { $0.host.mailboxes = ["A", "B/ä"] }
                == expected)
    }

    @Test("names may come from variables")
    func variables() {
        var test = SieveCase(
            """
            require ["variables", "fileinto", "mailbox"]; if address :matches :localpart "to" "*+*" { set "box" "${2}"; }
            if mailboxexists "${box}" { fileinto :create "lists.${box}"; }
            """)
        #expect(test.outcome() == ["keep*"])
        test.host.mailboxes = ["lists"]
        #expect(test.outcome() == ["fileinto lists.lists create"])
    }

    @Test("a name that is not UTF-8 at run time is a failure")
    func invalidUTF8() throws {
        let compilation = SieveCompiler().compile(
            [UInt8](
                "require [\"variables\", \"fileinto\", \"envelope\"]; set \"a\" \"\u{1}\"; fileinto \"${a}\";"
                    .utf8
            ).map { $0 == 1 ? 0xFF : $0 }, name: "s")
        let program = try #require(compilation.program)
        let test = SieveCase()
        let template = try #require(test.result())
        #expect(template.actions.map(\.summary) == ["keep*"])
        let result = ScriptSequence([program]).run(on: emptyInput, host: TestHost())
        #expect(result.failure?.message == "invalid folder name: it is not UTF-8")
        #expect(result.actions.map(\.summary) == ["keep*"])
    }

    @Test("addresses from variables are checked when they are known")
    func redirects() {
        let script = { (address: String) in
            "require [\"variables\", \"copy\"]; set \"a\" \"\(address)\"; redirect :copy \"${a}\";"
        }
        #expect(outcome(script("a@b.org")) == ["redirect a@b.org copy", "keep*"])
        #expect(outcome(script("Ann <a@b.org>")) == ["redirect a@b.org copy", "keep*"])
        for bad in ["", "a", "a@b.org, c@d.org", "@b.org", "<>", "a@b.org X: y", "g:a@b.org;"] {
            #expect(
                outcome(script(bad)) == ["keep*", "failure s1:1: redirect: \"\(bad)\" is not an address"])
        }
    }

    @Test("line ends from a variable are no part of an address, and make no lines in a log")
    func lineEnds() {
        let script = "require \"variables\"; set \"a\" \"a@b.org\r\nX: y\"; redirect \"${a}\";"
        #expect(outcome(script) == ["keep*", "failure s1:2: redirect: \"a@b.org??X: y\" is not an address"])
        let literal = "require \"a\r\nb\u{1B}\";"
        let found = SieveCompiler().compile([UInt8](literal.utf8), name: "x").diagnostics
        #expect(found.map(\.message) == ["unknown capability \"a??b?\""])
    }
}
