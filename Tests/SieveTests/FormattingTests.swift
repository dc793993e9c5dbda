import MailMessage
import Platform
import Testing

@testable import Sieve

/// The formatted script; what is wrong with it where it cannot be formatted.
private func formatted(_ script: String, limits: SieveLimits = SieveLimits()) -> String {
    let formatting = SieveFormatter(limits: limits).format([UInt8](script.utf8))
    guard let text = formatting.text else {
        return formatting.diagnostics.map(\.summary).joined(separator: "\n")
    }
    return String(decoding: text, as: UTF8.self)
}

/// A script, and how it is laid out.
struct LayoutCase: CustomTestStringConvertible, Sendable {
    let testDescription: String
    let script: String
    let layout: String

    init(_ description: String, _ script: String, _ layout: String) {
        testDescription = description
        self.script = script
        self.layout = layout
    }
}

@Suite("Formatting")
struct FormattingTests {
    static let commands = [
        LayoutCase("one command on a line", "keep;stop ;\n", "keep;\nstop;\n"),
        LayoutCase("nothing stays nothing", "", ""),
        LayoutCase("white space alone is nothing", " \r\n\t\n", ""),
        LayoutCase("the last line gets an end", "keep;", "keep;\n"),
        LayoutCase(
            "one space between arguments", "redirect\n\t:copy\"a@b.c\" ;", "redirect :copy \"a@b.c\";\n"),
        LayoutCase(
            "names and tags are in lower case, strings and numbers as they were",
            "IF Size :OVER 10k { FileInto \"ABC\"; }", "if size :over 10k {\n    fileinto \"ABC\";\n}\n"),
        LayoutCase(
            "blocks are indented by four", "if true{if false\n{stop;}keep;}",
            "if true {\n    if false {\n        stop;\n    }\n    keep;\n}\n"),
        LayoutCase("an empty block", "if true { }", "if true {\n}\n"),
        LayoutCase(
            "elsif and else go on the line of the brace", "if true {stop;}\n\nelsif false\n{keep;}\nELSE {}",
            "if true {\n    stop;\n} elsif false {\n    keep;\n} else {\n}\n"),
        LayoutCase(
            "at most one empty line is kept, none at the ends and inside of braces",
            "\n\nkeep;\n\n\n\nif true {\n\n\nstop;\n\n}\n\nkeep;\n\n\n",
            "keep;\n\nif true {\n    stop;\n}\n\nkeep;\n"),
        LayoutCase("lists", "require[\"a\" ,\"b\"  , \"c\"];", "require [\"a\", \"b\", \"c\"];\n"),
        LayoutCase(
            "tests in parentheses", "if anyof(true,not   allof (false ,true) ){stop;}",
            "if anyof (true, not allof (false, true)) {\n    stop;\n}\n"),
        LayoutCase("a byte order mark stays in front", "\u{FEFF} keep;", "\u{FEFF}keep;\n"),
        LayoutCase("commands that nobody knows", "Frob :Nicate [\"x\"]{}", "frob :nicate [\"x\"] {\n}\n"),
    ]

    static let longLines = [
        LayoutCase(
            "78 columns are kept on the line",
            "require [\"\(String(repeating: "a", count: 60))\", \"1\"];",
            "require [\"\(String(repeating: "a", count: 60))\", \"1\"];\n"),
        LayoutCase(
            "a list that would end in column 79 has a line for each string",
            "require [\"\(String(repeating: "a", count: 60))\", \"12\"];",
            "require [\n    \"\(String(repeating: "a", count: 60))\",\n    \"12\"\n];\n"),
        LayoutCase(
            "characters count, not octets",
            "require [\"\(String(repeating: "ä", count: 60))\", \"1\"];",
            "require [\"\(String(repeating: "ä", count: 60))\", \"1\"];\n"),
        LayoutCase(
            "the list that does not fit is broken, that before it is not",
            "if header :is [\"to\", \"cc\"] [\"\(String(repeating: "a", count: 60))\", \"b\"] { }",
            """
            if header :is ["to", "cc"] [
                "\(String(repeating: "a", count: 60))",
                "b"
            ] {
            }

            """),
        LayoutCase(
            "long lists of tests have a line for each test",
            """
            if anyof (header :contains "subject" ["viagra", "lottery"], not header :contains "to" "me@example.org") {}
            """,
            """
            if anyof (
                header :contains "subject" ["viagra", "lottery"],
                not header :contains "to" "me@example.org"
            ) {
            }

            """),
        LayoutCase(
            "lists are broken in tests that are broken already",
            """
            if allof (not anyof (header :contains ["subject", "x-original-subject"] ["first-word", "second-word"], true), false) {}
            """,
            """
            if allof (
                not anyof (
                    header :contains ["subject", "x-original-subject"] [
                        "first-word",
                        "second-word"
                    ],
                    true
                ),
                false
            ) {
            }

            """),
        LayoutCase(
            "what follows a list up to the line end counts",
            "if header :contains [\"a\", \"b\"] \"\(String(repeating: "c", count: 54))\" {}",
            """
            if header :contains [
                "a",
                "b"
            ] "\(String(repeating: "c", count: 54))" {
            }

            """),
        LayoutCase(
            "long strings stay whole", "redirect \"\(String(repeating: "a", count: 90))\";",
            "redirect \"\(String(repeating: "a", count: 90))\";\n"),
    ]

    static let strings = [
        LayoutCase(
            "a multi-line string is not indented, what follows it is on a line of its own",
            "if true {vacation :days  7 text: # c\n  a\n..b\n\n\n.\n;\nstop;}",
            "if true {\n    vacation :days 7 text: # c\n  a\n..b\n\n\n.\n    ;\n    stop;\n}\n"),
        LayoutCase(
            "a list with a multi-line string is broken", "frob [text:\na\n.\n, \"b\"] \"c\";",
            "frob [\n    text:\na\n.\n    ,\n    \"b\"\n] \"c\";\n"),
        LayoutCase(
            "a multi-line string in a test", "if header \"a\" text:\nx\n.\n{stop;}",
            "if header \"a\" text:\nx\n.\n{\n    stop;\n}\n"),
        LayoutCase("line ends in quoted strings", "set \"a\" \"b\n\n\n  c\";", "set \"a\" \"b\n\n\n  c\";\n"),
        LayoutCase("escapes", "set \"a\" \"\\\"\\x\\\\\";", "set \"a\" \"\\\"\\x\\\\\";\n"),
        LayoutCase("TEXT: is a string", "redirect TEXT:\na\n.\n;", "redirect TEXT:\na\n.\n;\n"),
    ]

    static let comments = [
        LayoutCase("on lines of their own", "# a\n\n\n/* b */\n#c  \nkeep;", "# a\n\n/* b */\n#c\nkeep;\n"),
        LayoutCase(
            "behind a command", "keep;   # a\nstop; /* b */\nkeep;", "keep; # a\nstop; /* b */\nkeep;\n"),
        LayoutCase("before a command", "keep; /* a */ /* b */stop;", "keep;\n/* a */ /* b */ stop;\n"),
        LayoutCase("at the end", "keep;\n\n# a\n/* b */", "keep;\n\n# a\n/* b */\n"),
        LayoutCase("alone", " /* a */ # b", "/* a */ # b\n"),
        LayoutCase(
            "around braces", "if true { # a\nkeep;\n# b\n\n} # c\n",
            "if true { # a\n    keep;\n    # b\n} # c\n"),
        LayoutCase("in an empty block", "if true {/* a */}", "if true { /* a */\n}\n"),
        LayoutCase(
            "between arguments", "fileinto/*a*/:copy# b\n\"x\"\n# c\n;",
            "fileinto /*a*/ :copy # b\n    \"x\"\n# c\n;\n"),
        LayoutCase(
            "between test and brace", "if false # true\n{ stop; }", "if false # true\n{\n    stop;\n}\n"),
        LayoutCase(
            "in a list on one line", "require [/*a*/\"x\"/*b*/,/*c*/ \"y\" ];",
            "require [/*a*/ \"x\" /*b*/, /*c*/ \"y\"];\n"),
        LayoutCase(
            "behind the strings of a list",
            "require [ # a\n\"x\", # b\n# c\n\"y\" # d\n];",
            "require [ # a\n    \"x\", # b\n    # c\n    \"y\" # d\n];\n"),
        LayoutCase(
            "before the strings of a list", "require [# a\n/* b */ \"x\", /* c */ \"y\"\n\n/* d */ ];",
            "require [ # a\n    /* b */ \"x\",\n    /* c */ \"y\"\n    /* d */\n];\n"),
        LayoutCase(
            "before a comma", "require [\"x\" # a\n, \"y\"];",
            "require [\n    \"x\" # a\n    ,\n    \"y\"\n];\n"),
        LayoutCase(
            "between tests", "if anyof (true, # a\n\n# b\nfalse) {}",
            "if anyof (\n    true, # a\n    # b\n    false\n) {\n}\n"),
        LayoutCase(
            "of several lines, which stay as they are", "if true {/* a\n   * b\n   */\nkeep;}",
            "if true { /* a\n   * b\n   */\n    keep;\n}\n"),
        LayoutCase(
            "before else", "if true {} # a\nelse {} if true {} /* b */ else {} if true {}\n/* c */else{}",
            "if true {\n} # a\nelse {\n}\nif true {\n} /* b */ else {\n}\nif true {\n}\n/* c */ else {\n}\n"),
    ]

    static let roundcube = [
        LayoutCase(
            "names stay above their rules",
            "require [\"fileinto\"];\n# rule:[a b]\n\nif true\n{\n\tstop;\n}\n# rule:[c]\nelsif false\n{\n\tkeep;\n}\n",
            """
            require ["fileinto"];
            # rule:[a b]
            if true {
                stop;
            }
            # rule:[c]
            elsif false {
                keep;
            }

            """),
        LayoutCase(
            "a name behind a command goes above its rule", "keep; # rule:[a]\nif true {}",
            "keep;\n# rule:[a]\nif true {\n}\n"),
        LayoutCase(
            "a rule that is switched off stays so",
            "# rule:[off]\nif false # anyof (header :is \"a\" \"b\")\n{\n\tstop;\n}\n",
            "# rule:[off]\nif false # anyof (header :is \"a\" \"b\")\n{\n    stop;\n}\n"),
    ]

    @Test("commands and blocks", arguments: commands)
    func commandLayout(_ test: LayoutCase) { expect(test) }

    @Test("lines that are too long", arguments: longLines)
    func lineLengths(_ test: LayoutCase) { expect(test) }

    @Test("strings", arguments: strings)
    func stringLayout(_ test: LayoutCase) { expect(test) }

    @Test("comments", arguments: comments)
    func commentLayout(_ test: LayoutCase) { expect(test) }

    @Test("the marks of Roundcube's filter editor", arguments: roundcube)
    func roundcubeLayout(_ test: LayoutCase) { expect(test) }

    private func expect(_ test: LayoutCase) {
        let text = formatted(test.script)
        #expect(text == test.layout)
        #expect(formatted(text) == text, "it is not at rest")
    }

    @Test(
        "line ends are as most of them were",
        arguments: [
            ("keep;\r\nstop;\r\nkeep;\n", "keep;\r\nstop;\r\nkeep;\r\n"),
            ("keep;\r\nstop;\nkeep;\n", "keep;\nstop;\nkeep;\n"),
            ("keep;\r\nstop;\n", "keep;\nstop;\n"),
            ("/* a\r\n b\n */\r\nkeep;\r\n", "/* a\r\n b\r\n */\r\nkeep;\r\n"),
            ("/* a\r\r\n */\n# b\r\nkeep;\n", "/* a\n */\n# b\nkeep;\n"),
            // What is in strings stays, and does not count unless there is nothing else.
            ("set \"a\" \"1\r\n2\r\n3\r\n\";\n", "set \"a\" \"1\r\n2\r\n3\r\n\";\n"),
            ("set \"a\" \"1\r\n2\";", "set \"a\" \"1\r\n2\";\r\n"),
            ("redirect text:\na\nb\n.\r\n;\r\n", "redirect text:\na\nb\n.\r\n;\r\n"),
        ])
    func lineEnds(script: String, layout: String) {
        #expect(formatted(script) == layout)
        #expect(formatted(layout) == layout)
    }

    @Test(
        "a script with errors in its grammar is not touched",
        arguments: [
            ("keep", "1:5 missing-semicolon"), ("if true { keep;\n", "1:9 unbalanced"),
            ("/* a", "1:1 unterminated-comment"), ("redirect \"a;", "1:10 unterminated-string"),
            ("stop 10x;", "1:6 invalid-number"), ("require [];", "1:9 empty-list"),
        ])
    func errors(script: String, problem: String) {
        #expect(formatted(script).split(separator: "\n").contains(Substring(problem)), "\(formatted(script))")
    }

    @Test("a script that is too long is not touched, nor one that would become too long")
    func tooLong() {
        var limits = SieveLimits()
        limits.scriptBytes = 20
        #expect(formatted("keep; keep; keep; keep;", limits: limits) == "1:1 script-too-long")
        #expect(formatted("if a{if b{keep;}}", limits: limits) == "1:1 script-too-long")
        #expect(formatted("keep; keep; keep;", limits: limits) == "keep;\nkeep;\nkeep;\n")
    }
}
