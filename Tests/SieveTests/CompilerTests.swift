import Testing

@testable import Sieve

@Suite("Validation")
struct CompilerTests {
    @Test(
        "scripts that compile without a word",
        arguments: [
            "require \"fileinto\"; require [\"copy\", \"fileinto\"]; fileinto :copy \"A\";",
            "require [\"comparator-i;octet\", \"comparator-i;ascii-casemap\"]; keep;",
            "if header :comparator \"i;octet\" :contains \"a\" \"b\" { keep; }",
            "if header :contains :comparator \"i;octet\" \"a\" \"b\" { keep; }",
            "if address :domain :is \"from\" \"b\" { keep; } elsif address :localpart \"to\" \"x\" {}",
            "if Header :IS \"a\" \"b\" { Keep; } ElsIf TRUE { STOP; }",
            "require [\"envelope\", \"subaddress\"]; if envelope :detail [\"FROM\", \"to\"] \"\" { keep; }",
            "require [\"comparator-i;ascii-numeric\"]; if header :comparator \"i;ascii-numeric\" \"a\" \"1\" {}",
            "require [\"relational\"]; if header :count \"ge\" \"received\" \"3\" { discard; }",
            "redirect \"a@b.org\"; redirect \"<a@b.org>\"; redirect \"A B <a@b.org>\"; redirect \"\\\"a b\\\"@c.org\";",
            "require [\"mailbox\", \"fileinto\"]; if mailboxexists [\"a\", \"b\"] { fileinto :create \"a\"; }",
            "require [\"imap4flags\"]; setflag \"\\\\Seen\"; addflag [\"a\", \"b c\"]; keep :flags \"x\";",
            "require [\"imap4flags\", \"variables\"]; setflag \"v\" \"\\\\Seen\"; if hasflag \"v\" \"x\" { keep; }",
            "require \"variables\"; set :lower :upperfirst :quotewildcard :length \"a\" \"${b}\";",
            "require \"encoded-character\"; if header \"a\" \"${unicode:40}\" { keep; }",
        ])
    func accepts(_ script: String) {
        #expect(SieveCase.diagnostics(script) == [])
    }

    @Test(
        "require: at the top only, and every unknown name is named (RFC 5228 §3.2)",
        arguments: [
            ("require \"nope\";", ["1:9 unknown-capability"]),
            (
                "require [\"a\", \"fileinto\", \"b\", \"c\"];",
                ["1:10 unknown-capability", "1:27 unknown-capability", "1:32 unknown-capability"]
            ),
            ("require \"Fileinto\";", ["1:9 unknown-capability"]),
            ("require [\"a\", \"a\"]; require \"a\";", ["1:10 unknown-capability"]),
            ("keep; require \"fileinto\"; fileinto \"a\";", ["1:7 misplaced-require"]),
            ("if true { require \"fileinto\"; }", ["1:11 misplaced-require"]),
            ("nope; require \"fileinto\";", ["1:1 unknown-command", "1:7 misplaced-require"]),
            ("require;", ["1:8 missing-argument"]),
            ("require 1;", ["1:9 wrong-argument"]),
            ("require \"fileinto\" \"copy\";", ["1:20 unexpected-argument"]),
            ("require :x \"fileinto\";", ["1:9 unknown-tag"]),
        ])
    func requires(_ script: String, _ expected: [String]) {
        #expect(SieveCase.diagnostics(script) == expected)
    }

    @Test(
        "nothing of an extension can be used without its require (RFC 5228 §2.10.5)",
        arguments: [
            "fileinto \"a\";", "if envelope \"from\" \"a\" { keep; }", "redirect :copy \"a@b.org\";",
            "set \"a\" \"b\";", "if string \"a\" \"b\" { keep; }",
            "if header :count \"eq\" \"a\" \"1\" { keep; }",
            "if header :value \"eq\" \"a\" \"1\" { keep; }", "if address :user \"from\" \"a\" { keep; }",
            "if address :detail \"from\" \"a\" { keep; }", "addflag \"a\";", "setflag \"a\";",
            "removeflag \"a\";",
            "if hasflag \"a\" { keep; }", "keep :flags \"a\";", "if mailboxexists \"a\" { keep; }",
            "if header :comparator \"i;ascii-numeric\" \"a\" \"1\" { keep; }",
            "require \"fileinto\"; fileinto :copy \"a\";", "require \"fileinto\"; fileinto :create \"a\";",
            "require \"fileinto\"; fileinto :flags \"x\" \"a\";",
            "require \"imap4flags\"; setflag \"v\" \"a\";",
            "require \"imap4flags\"; if hasflag \"v\" \"a\" { keep; }",
        ])
    func gatesExtensions(_ script: String) {
        let found = SieveCase.diagnostics(script)
        #expect(found.count == 1 && found.allSatisfy { $0.hasSuffix(" not-required") }, "\(found)")
    }

    @Test("strings mean themselves without variables and encoded-character")
    func gatesStrings() {
        #expect(
            outcome("require \"fileinto\"; fileinto \"${a}${hex:40}${unicode:FFFFFFFF}\";") == [
                "fileinto ${a}${hex:40}${unicode:FFFFFFFF}"
            ])
    }

    @Test("what the site has not enabled cannot be required")
    func restricts() {
        let enabled: Set = ["fileinto"]
        #expect(
            SieveCase.diagnostics("require [\"fileinto\", \"copy\"];", enabled: enabled) == [
                "1:22 disabled-capability"
            ])
        #expect(SieveCase.diagnostics("require \"comparator-i;octet\";", enabled: enabled) == [])
        #expect(SieveCase.diagnostics("require \"nope\";", enabled: []) == ["1:9 unknown-capability"])
        #expect(SieveCase.diagnostics("set \"a\" \"b\";", enabled: enabled) == ["1:1 unknown-command"])
        #expect(
            SieveCompiler(enabledExtensions: ["copy"]).capabilities == [
                "copy", "comparator-i;octet", "comparator-i;ascii-casemap",
            ])
        #expect(SieveCompiler().capabilities.contains("imap4flags"))
    }

    @Test(
        "if, elsif and else belong together (RFC 5228 §3.1)",
        arguments: [
            ("else { keep; }", ["1:1 misplaced-else"]),
            ("elsif true { keep; }", ["1:1 misplaced-else"]),
            ("if true { } keep; else { }", ["1:19 misplaced-else"]),
            ("if false { } else { } else { }", ["1:23 misplaced-else"]),
            ("if false { } else { } elsif true { }", ["1:23 misplaced-else"]),
            ("if true { else { } }", ["1:11 misplaced-else"]),
            ("if true { } else if true { }", ["1:18 unexpected-test"]),
            ("if true { } else true { }", ["1:18 unexpected-test"]),
            ("if { keep; }", ["1:4 missing-test"]),
            ("if \"a\" true { keep; }", ["1:4 unexpected-argument"]),
            ("if (true) { keep; }", ["1:5 unexpected-test"]),
            ("if false { } else :x { }", ["1:19 unknown-tag"]),
            ("if nope { } else { }", ["1:4 unknown-test"]),
        ])
    func branches(_ script: String, _ expected: [String]) {
        #expect(SieveCase.diagnostics(script) == expected)
    }

    @Test(
        "names, tags and arguments are checked one by one",
        arguments: [
            ("nope;", ["1:1 unknown-command"]),
            ("nope; nope; other;", ["1:1 unknown-command", "1:13 unknown-command"]),
            ("header \"a\" \"b\";", ["1:1 unknown-command"]),
            ("if keep { stop; }", ["1:4 unknown-test"]),
            (
                "if nope { bad; } else { worse; }",
                ["1:4 unknown-test", "1:11 unknown-command", "1:25 unknown-command"]
            ),
            (
                "nope :x anyof (foo, bar) { baz; }",
                ["1:1 unknown-command", "1:16 unknown-test", "1:21 unknown-test", "1:28 unknown-command"]
            ),
            (
                "keep :x; keep :x; discard :x; keep :y;",
                ["1:6 unknown-tag", "1:27 unknown-tag", "1:36 unknown-tag"]
            ),
            ("keep \"a\";", ["1:6 unexpected-argument"]),
            ("keep true;", ["1:6 unexpected-test"]),
            ("keep { stop; }", ["1:6 unexpected-block"]),
            ("keep stop;", ["1:1 missing-semicolon"]),
            ("keep\nif true { stop; }", ["1:1 missing-semicolon"]),
            ("stop 1;", ["1:6 unexpected-argument"]),
            ("discard :copy;", ["1:9 not-required"]),
            ("redirect;", ["1:9 missing-argument"]),
            ("redirect [\"a@b.org\"];", ["1:10 wrong-argument"]),
            ("redirect 5;", ["1:10 wrong-argument"]),
            ("if size 5 { keep; }", ["1:11 missing-argument"]),
            ("if size :over { keep; }", ["1:15 missing-argument"]),
            ("if size :over :under 5 { keep; }", ["1:15 repeated-tag"]),
            ("if size :over \"5\" { keep; }", ["1:15 wrong-argument"]),
            ("if size :above 5 { keep; }", ["1:9 unknown-tag"]),
            ("if exists { keep; }", ["1:11 missing-argument"]),
            ("if exists :is \"a\" { keep; }", ["1:11 unknown-tag"]),
            ("if true \"x\" { keep; }", ["1:9 unexpected-argument"]),
            ("if not { keep; }", ["1:8 missing-test"]),
            ("if not (true) { keep; }", ["1:9 unexpected-test"]),
            ("if allof true { keep; }", ["1:15 missing-test"]),
            ("if anyof { keep; }", ["1:10 missing-test"]),
            ("if header \"a\" { keep; }", ["1:15 missing-argument"]),
            ("if header \"a\" \"b\" \"c\" { keep; }", ["1:19 unexpected-argument"]),
            ("if header \"a\" :is \"b\" { keep; }", ["1:15 misplaced-tag"]),
            ("if header \"a\" \"b\" :is { keep; }", ["1:19 misplaced-tag"]),
            ("if header :is :contains \"a\" \"b\" { keep; }", ["1:15 repeated-tag"]),
            ("if header :is :is \"a\" \"b\" { keep; }", ["1:15 repeated-tag"]),
            ("if address :all :domain \"from\" \"b\" { keep; }", ["1:17 repeated-tag"]),
            ("if header :domain \"from\" \"b\" { keep; }", ["1:11 unknown-tag"]),
            ("if header :comparator \"i;nope\" \"a\" \"b\" { keep; }", ["1:23 unknown-comparator"]),
            ("if header :comparator [\"i;octet\"] \"a\" \"b\" { keep; }", ["1:23 wrong-argument"]),
            ("if header :comparator \"I;OCTET\" \"a\" \"b\" { keep; }", ["1:23 unknown-comparator"]),
            ("if address \"subject\" \"b\" { keep; }", ["1:12 not-an-address-header"]),
            (
                "if address [\"from\", \"x-foo\", \"date\"] \"b\" { keep; }",
                ["1:21 not-an-address-header", "1:30 not-an-address-header"]
            ),
            ("redirect \"nobody\";", ["1:10 invalid-address"]),
            ("redirect \"a@b.org, c@d.org\";", ["1:10 invalid-address"]),
            ("redirect \"\";", ["1:10 invalid-address"]),
            ("redirect \"g: a@b.org;\";", ["1:10 invalid-address"]),
            ("redirect \"a@b org\";", ["1:10 invalid-address"]),
            ("redirect \"a@b.org\r\nBcc: c@d.org\";", ["1:10 invalid-address"]),
            (
                "require \"envelope\"; if envelope [\"from\", \"cc\"] \"a\" { keep; }",
                ["1:42 invalid-envelope-part"]
            ),
            (
                "require \"relational\"; if header :value \"xx\" \"a\" \"b\" { keep; }",
                ["1:40 invalid-relation"]
            ),
            (
                "require \"relational\"; if header :value \"gt\" :count \"gt\" \"a\" \"b\" { keep; }",
                ["1:45 repeated-tag"]
            ),
            ("require \"copy\"; redirect :copy :copy \"a@b.org\";", ["1:32 repeated-tag"]),
        ])
    func checks(_ script: String, _ expected: [String]) {
        #expect(SieveCase.diagnostics(script) == expected)
    }

    @Test(
        ":contains and :matches cannot stand with i;ascii-numeric, in any order (RFC 5228 §2.7.1)",
        arguments: [":contains", ":matches"])
    func numericSubstrings(_ type: String) {
        let require = "require \"comparator-i;ascii-numeric\"; "
        let comparator = ":comparator \"i;ascii-numeric\""
        for tags in ["\(type) \(comparator)", "\(comparator) \(type)"] {
            let found = SieveCase.diagnostics(require + "if header \(tags) \"a\" \"1\" { keep; }")
            #expect(found.count == 1 && found[0].hasSuffix("unsuitable-comparator"))
        }
    }

    @Test(
        "warnings leave the script as it is",
        arguments: [
            ("if header \"from:\" \"a\" { keep; }", ["warning 1:11 invalid-header-name"]),
            (
                "if exists [\"\", \"a b\"] { keep; }",
                ["warning 1:12 invalid-header-name", "warning 1:16 invalid-header-name"]
            ),
            ("if header \"a\" \"\\w+ \\d\" { keep; }", ["warning 1:16 unneeded-escape"]),
            ("if header \"a\" \"\\\\w \\\"\" { keep; }", []),
            ("if header \"a\" \"x\n\\w\" { keep; }", ["warning 2:1 unneeded-escape"]),
        ])
    func warns(_ script: String, _ expected: [String]) {
        #expect(SieveCase.diagnostics(script) == expected)
        #expect(SieveCompiler().compile([UInt8](script.utf8), name: "x").program != nil)
    }

    @Test("a string that is not UTF-8 is a warning, as the name of a mailbox an error")
    func invalidUTF8() {
        let source = [UInt8]("require \"fileinto\"; if header \"a\" \"x\u{1}\" { fileinto \"b\u{1}\"; }".utf8)
            .map { $0 == 1 ? 0xFF : $0 }
        let found = SieveCompiler().compile(source, name: "x").diagnostics.map(\.code)
        #expect(found == [.invalidUTF8, .invalidUTF8, .invalidMailbox])
    }

    @Test("an error gives no program, and all errors are reported")
    func noProgram() {
        let compilation = SieveCompiler().compile([UInt8]("nope; keep :x; if foo { bar; }".utf8), name: "x")
        #expect(compilation.program == nil)
        #expect(compilation.errors.count == 4)
        #expect(SieveCompiler().compile([], name: "x").program != nil)
    }

    @Test("the arguments of one command are bounded")
    func boundsArguments() {
        let many = String(repeating: " \"a\"", count: 33)
        #expect(SieveCase.diagnostics("redirect\(many);") == ["1:1 too-many-arguments"])
        let list = "[" + (0..<2000).map { "\"h\($0)\"" }.joined(separator: ", ") + "]"
        #expect(SieveCase.diagnostics("if header \(list) \(list) { keep; }") == [])
    }
}
