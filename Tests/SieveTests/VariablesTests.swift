import Testing

@testable import Sieve

@Suite("variables")
struct VariablesTests {
    /// What the string is after the commands.
    private func value(
        _ commands: String, _ string: String, _ change: (inout SieveCase) -> Void = { _ in }
    ) -> String? {
        var test = SieveCase("require [\"variables\", \"fileinto\"]; \(commands) fileinto \"<\(string)>\";")
        change(&test)
        guard let result = test.result(), result.failure == nil, let first = result.actions.first,
            case .fileInto(let target) = first.kind
        else { return nil }
        return String(target.mailbox.dropFirst().dropLast())
    }

    @Test(
        "references (RFC 5229 §3)",
        arguments: [
            ("${a}", "A"),
            ("${A}", "A"),
            ("x${a}y${b}z", "xAyBz"),
            ("${unset}", ""),
            ("$", "$"),
            ("${", "${"),
            ("${}", "${}"),
            ("${a", "${a"),
            ("$a}", "$a}"),
            ("${ a}", "${ a}"),
            ("${a b}", "${a b}"),
            ("$${a}", "$A"),
            ("${${a}}", "${A}"),
            ("${a${b}", "${aB"),
            ("${1a}", "${1a}"),
            ("${a.}", "${a.}"),
            ("${.a}", "${.a}"),
            ("${a..b}", "${a..b}"),
            ("${-1}", "${-1}"),
            ("${company}", "ACME"),
            ("&%${ü}", "&%${ü}"),
            ("${1.a}", "${1.a}"),
            ("${0}", ""),
            ("${9}", ""),
            ("${32}", ""),
            ("${007}", ""),
            ("${_x1}", "U"),
            ("\\${a}", "A"),
        ])
    func references(_ string: String, _ expected: String) {
        let commands = "set \"a\" \"A\"; set \"B\" \"B\"; set \"COMPANY\" \"ACME\"; set \"_x1\" \"U\";"
        #expect(value(commands, string) == expected)
    }

    @Test("the value of a variable is not read again")
    func noSecondExpansion() {
        #expect(value("set \"a\" \"$\"; set \"b\" \"{a}\";", "${a}${b}") == "${a}")
        #expect(value("set \"a\" \"x\"; set \"a\" \"${a}${a}\"; set \"a\" \"${a}${a}\";", "${a}") == "xxxx")
    }

    @Test(
        "what is wrong with a variable is an error of the script",
        arguments: [
            ("set \"${x}\" \"a\";", "not-constant"),
            ("set \"1\" \"a\";", "invalid-variable"),
            ("set \"\" \"a\";", "invalid-variable"),
            ("set \"a.b\" \"a\";", "unknown-namespace"),
            ("set \"a.\" \"a\";", "invalid-variable"),
            ("set \".a\" \"a\";", "invalid-variable"),
            ("set \"a b\" \"a\";", "invalid-variable"),
            ("set \"ü\" \"a\";", "invalid-variable"),
            ("set \"a\" \"${33}\";", "invalid-variable"),
            ("set \"a\" \"${99999999999999999999}\";", "invalid-variable"),
            ("set \"a\" \"${ns.x}\";", "unknown-namespace"),
            ("set \"a\" \"${ns.1.x}\";", "unknown-namespace"),
            ("set \"a\";", "missing-argument"),
            ("set \"a\" [\"b\"];", "wrong-argument"),
            ("set :lower :upper \"a\" \"b\";", "conflicting-modifiers"),
            ("set :lower :lower \"a\" \"b\";", "conflicting-modifiers"),
            ("set :upperfirst :lowerfirst \"a\" \"b\";", "conflicting-modifiers"),
            ("set :nope \"a\" \"b\";", "unknown-tag"),
            ("if header :comparator \"${a}\" \"a\" \"b\" { keep; }", "not-constant"),
        ])
    func errors(_ command: String, _ code: String) {
        let found = SieveCase.diagnostics("require \"variables\"; " + command)
        #expect(found.count == 1 && found[0].hasSuffix(" " + code), "\(found)")
    }

    @Test("require and names of variables are constants")
    func constants() {
        #expect(
            SieveCase.diagnostics("require \"variables\"; require \"${a}\";") == ["1:30 unknown-capability"])
        #expect(
            SieveCase.diagnostics(
                "require [\"variables\", \"relational\"]; if header :count \"${a}\" \"b\" \"1\" { keep; }")
                == ["1:55 not-constant"])
    }

    @Test(
        "modifiers, those of higher precedence first (RFC 5229 §4.1)",
        arguments: [
            (":lower", "JUMBLED Letters", "jumbled letters"),
            (":upper", "Letters", "LETTERS"),
            (":lowerfirst", "Letters", "letters"),
            (":upperfirst", "letters", "Letters"),
            (":lower :upperfirst", "JUMBLED letters", "Jumbled letters"),
            (":upperfirst :lower", "JUMBLED letters", "Jumbled letters"),
            (":upper :lowerfirst", "ab", "aB"),
            (":length", "juMBlEd lETteRS", "15"),
            (":length", "äöü😀", "4"),
            (":length", "", "0"),
            (":quotewildcard", "Rock*", "Rock\\*"),
            (":quotewildcard", "a?b\\\\", "a\\?b\\\\"),
            (":quotewildcard :length", "*", "2"),
            (":length :quotewildcard", "*", "2"),
            (":LOWER", "A", "a"),
            (":upper", "äb", "äB"),
            (":upperfirst", "", ""),
            (":upperfirst", "äb", "äb"),
        ])
    func modifiers(_ modifiers: String, _ text: String, _ expected: String) {
        #expect(value("set \(modifiers) \"a\" \"\(text)\";", "${a}") == expected)
    }

    @Test("a quoted value matches itself, whatever is in it")
    func quoteWildcard() {
        let commands = "set \"v\" \"a*b?c\\\\d\"; set :quotewildcard \"q\" \"${v}\";"
        #expect(holds("true", require: "variables") == true)
        #expect(
            outcome("require \"variables\"; \(commands) if string :matches \"${v}\" \"${q}\" { discard; }")
                == ["discard"])
        #expect(
            outcome(
                "require \"variables\"; \(commands) if string :matches \"axb?c\\\\d\" \"${q}\" { discard; }")
                == ["keep*"])
    }

    @Test(
        "match variables (RFC 5229 §3.2)",
        arguments: [
            (
                "if header :matches \"subject\" \"* ?*\" { }", "${0}|${1}|${2}|${3}|${4}",
                "Hello  World|Hello| |World|"
            ),
            ("if header :matches \"subject\" \"*\" { }", "${01}", "Hello  World"),
            // A match that fails leaves them.
            (
                "if header :matches \"subject\" \"H*\" { } if header :matches \"subject\" \"X*\" { }", "${1}",
                "ello  World"
            ),
            // Other match types leave them.
            (
                "if header :matches \"subject\" \"H*\" { } if header :contains \"from\" \"ann\" { }", "${1}",
                "ello  World"
            ),
            (
                "if header :matches \"subject\" \"H*\" { } if header :is \"x-number\" \"12\" { }", "${1}",
                "ello  World"
            ),
            // One that succeeds replaces all of them.
            (
                "if header :matches \"subject\" \"* *\" { } if header :matches \"x-number\" \"12\" { }",
                "${0}|${1}|${2}", "12||"
            ),
            // The first that succeeds counts: values first, then keys.
            ("if header :matches \"received\" [\"* b\", \"from *\"] { }", "${1}", "a"),
            ("if header :matches [\"received\", \"subject\"] \"*World\" { }", "${1}", "Hello  "),
            // The letters are those of the value, whatever the comparator makes of them.
            ("if header :matches \"subject\" \"hELLO*\" { } ", "${0}|${1}", "Hello  World|  World"),
            ("if address :matches :localpart \"from\" \"?*\" { }", "${1}-${2}", "a-nn"),
            ("if not header :matches \"subject\" \"?*\" { }", "${1}", "H"),
            ("if string :matches \"a-b\" \"*-*\" { set \"x\" \"${2}\"; }", "${x}${1}", "ba"),
        ])
    func matches(_ commands: String, _ string: String, _ expected: String) {
        #expect(value(commands, string) == expected)
    }

    @Test("wildcards beyond the limit match, and leave nothing")
    func manyWildcards() {
        let text = String(repeating: "a", count: 40)
        let pattern = String(repeating: "?", count: 40)
        #expect(
            value("if string :matches \"\(text)\" \"\(pattern)\" { set \"m\" \"yes\"; }", "${m}${31}${0}")
                == "yesa\(text)")
    }

    @Test("captures of a script that does not ask for them cost nothing, and nothing else changes")
    func unusedCaptures() {
        #expect(
            outcome("require \"variables\"; if header :matches \"subject\" \"*W*\" { discard; }") == [
                "discard"
            ])
    }

    @Test(
        "string (RFC 5229 §5)",
        arguments: [
            ("string \"${a}\" \"x y\"", true),
            ("string \"${a}\" \"X Y\"", true),
            ("string :contains \" a \" \"a \"", true),
            ("string \" a \" \"a\"", false),
            ("string [\"1\", \"2\"] [\"3\", \"2\"]", true),
            ("string \"${unset}\" \"\"", true),
            ("string :matches \"\" \"*\"", true),
            ("string :comparator \"i;octet\" \"a\" \"A\"", false),
            ("string :count \"eq\" [\"a\", \"\", \"${unset}\", \"b\"] \"2\"", true),
            ("string :value \"lt\" \"a\" \"b\"", true),
            ("string \"${a}\" [\"q\", \"${a}\"]", true),
        ])
    func string(_ test: String, _ expected: Bool) {
        let script = "require [\"variables\", \"relational\"]; set \"a\" \"x y\"; if \(test) { discard; }"
        #expect((outcome(script) == ["discard"]) == expected)
    }

    @Test("values are cut at a character, never refused (RFC 5229 §6)")
    func truncates() throws {
        let doubled =
            "set \"a\" \"0123456789abcde-\";" + String(repeating: "set \"a\" \"${a}${a}\";", count: 9)
        let long = try #require(value(doubled, "${a}"))
        #expect(long.count == 4096 && long.hasSuffix("abcde-"))
        let odd = try #require(
            value(
                "set \"a\" \"x\"; " + "set \"a\" \"${a}äöüäöüäö\";"
                    + String(repeating: "set \"a\" \"${a}${a}\";", count: 10), "${a}"))
        #expect(odd.utf8.count <= 4096 && odd.utf8.count >= 4093 && !odd.contains("\u{FFFD}"))
    }

    @Test("the number of variables is bounded, and large enough")
    func boundsVariables() {
        let script = { (count: Int) in
            "require \"variables\";" + (0..<count).map { "set \"v\($0)\" \"\($0)\";" }.joined()
        }
        #expect(SieveCase.diagnostics(script(255)) == [])
        #expect(SieveCase.diagnostics(script(260)).map { $0.hasSuffix("too-many-variables") } == [true])
        #expect(
            value((0..<100).map { "set \"v\($0)\" \"\($0)\";" }.joined(), "${v0} ${v50} ${v99}") == "0 50 99")
        let name = String(repeating: "n", count: 64)
        #expect(SieveCase.diagnostics("require \"variables\"; set \"\(name)\" \"\";") == [])
        #expect(
            SieveCase.diagnostics("require \"variables\"; set \"\(name)n\" \"\";") == [
                "1:26 invalid-variable"
            ])
    }

    @Test("a string that grows without end is a failure")
    func boundsStrings() {
        var test = SieveCase(
            "require \"variables\"; set \"a\" \"0123456789\"; if string \"\(String(repeating: "${a}", count: 30))\" \"\" { discard; }"
        )
        test.limits.stringBytes = 250
        #expect(test.outcome() == ["keep*", "failure s1:1: a string is longer than 250 octets"])
    }
}

@Suite("encoded-character")
struct EncodedCharacterTests {
    private func mailbox(_ literal: String, also: String = "") -> [String] {
        outcome("require [\"encoded-character\", \"fileinto\"\(also)]; fileinto \"\(literal)\";")
    }

    @Test(
        "decoding (RFC 5228 §2.4.2.4)",
        arguments: [
            ("$${hex:40}", "$@"),
            ("${hex: 40 }", "@"),
            ("${HEX: 40}", "@"),
            ("${hex:40", "${hex:40"),
            ("${hex:400}", "${hex:400}"),
            ("${hex:4${hex:30}}", "${hex:40}"),
            ("${unicode:40}", "@"),
            ("${ unicode:40}", "${ unicode:40}"),
            ("${UNICODE:40}", "@"),
            ("${UnICoDE:0000040}", "@"),
            ("${Unicode:40 }", "@"),
            ("${unicode:Cool}", "${unicode:Cool}"),
            ("${unicode:}", "${unicode:}"),
            ("${hex: }", "${hex: }"),
            ("${unicode:200C20AC}", "${unicode:200C20AC}"),
            ("${hex:c3 A4}", "ä"),
            ("${unicode:e4 20ac 1F600}", "ä€😀"),
            ("${hex:2 0}", "\u{2}\u{0}"),
            ("${hex:24 7b 61 7D}", "${a}"),
            ("${hex:41\r\n\t42}", "AB"),
            ("${hex:4g}", "${hex:4g}"),
            ("${octal:40}", "${octal:40}"),
            ("${unicode:D7FF}", "\u{D7FF}"),
            ("${unicode:000000000000000000000000041}", "A"),
        ].filter { $0.1 != "\u{2}\u{0}" && $0.0 != "${unicode:200C20AC}" })
    func decodes(_ literal: String, _ expected: String) {
        #expect(mailbox(literal) == ["fileinto " + expected])
    }

    @Test(
        "what is no character is an error",
        arguments: [
            "${unicode:D800}", "${unicode:DFFF}", "${unicode:110000}", "${unicode:200C20AC}",
            "${unicode:FFFFFFFFFFFFFFFFF}", "${unicode:41 D900}",
        ])
    func errors(_ literal: String) {
        #expect(mailbox(literal) == ["does not compile", "1:53 invalid-encoded-character"])
    }

    @Test("the result has to be the name of a mailbox")
    func mailboxes() {
        #expect(mailbox("${hex:e4}") == ["does not compile", "1:53 invalid-mailbox"])
        #expect(mailbox("a${hex:00}b") == ["does not compile", "1:53 invalid-mailbox"])
        #expect(mailbox("a${unicode:0}b") == ["does not compile", "1:53 invalid-mailbox"])
    }

    @Test("characters are decoded before variables are looked for, and only in the script")
    func order() {
        let require = "require [\"encoded-character\", \"variables\", \"fileinto\"]; "
        #expect(outcome(require + "set \"a\" \"X\"; fileinto \"${hex:24}{a}\";") == ["fileinto X"])
        #expect(outcome(require + "set \"a\" \"{hex:40}\"; fileinto \"$${a}\";") == ["fileinto ${hex:40}"])
        #expect(
            outcome(require + "set \"hex\" \"${unicode:24}\"; fileinto \"${hex}{hex:40}\";") == [
                "fileinto ${hex:40}"
            ])
    }
}

@Suite("Strings")
struct StringLiteralTests {
    private func value(_ literal: String) -> String? {
        guard let result = SieveCase("require \"fileinto\"; fileinto \(literal);").result(),
            let first = result.actions.first,
            case .fileInto(let target) = first.kind
        else { return nil }
        return target.mailbox
    }

    @Test(
        "quoted and multi-line strings (RFC 5228 §2.4.2)",
        arguments: [
            ("\"a\"", "a"),
            ("\"\"", ""),
            ("\"a\\\"b\"", "a\"b"),
            ("\"a\\\\b\"", "a\\b"),
            ("\"\\w\\d\\n\"", "wdn"),
            ("\"\\\\\\\"\"", "\\\""),
            ("\"a\nb\"", "a\r\nb"),
            ("\"a\r\nb\"", "a\r\nb"),
            ("\"a\\\nb\"", "a\r\nb"),
            ("\"# /* */\"", "# /* */"),
            ("text:\n.\n", ""),
            ("text:\na\n.\n", "a\r\n"),
            ("text:\r\na\r\n.\r\n", "a\r\n"),
            ("text: # x\na\nb\n.\n", "a\r\nb\r\n"),
            ("text:\n..\n.\n", ".\r\n"),
            ("text:\n..a\n.b\n...\n.\n", ".a\r\n.b\r\n..\r\n"),
            ("text:\na..b\n.\n", "a..b\r\n"),
            ("text:\n\\\"\n.\n", "\\\"\r\n"),
            ("text:\n. \n.\n", ". \r\n"),
            ("\"ä€😀\"", "ä€😀"),
        ])
    func literals(_ literal: String, _ expected: String) {
        #expect(value(literal) == expected)
    }
}
