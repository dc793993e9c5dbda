import Testing

@testable import Sieve

@Suite("Actions and the implicit keep")
struct ActionTests {
    @Test(
        "what cancels the implicit keep, and what does not (RFC 5228 §2.10.2, RFC 3894)",
        arguments: [
            ("", ["keep*"]),
            ("stop;", ["keep*"]),
            ("keep;", ["keep"]),
            ("discard;", ["discard"]),
            ("discard; keep;", ["discard", "keep"]),
            ("discard; stop; keep;", ["discard"]),
            ("fileinto \"A\";", ["fileinto A"]),
            ("fileinto \"A\"; keep;", ["fileinto A", "keep"]),
            ("fileinto :copy \"A\";", ["fileinto A copy", "keep*"]),
            ("fileinto :copy \"A\"; discard;", ["fileinto A copy", "discard"]),
            ("redirect \"a@b.org\";", ["redirect a@b.org"]),
            ("redirect :copy \"a@b.org\";", ["redirect a@b.org copy", "keep*"]),
            ("set \"a\" \"b\"; addflag \"x\";", ["keep [x]*"]),
            ("redirect \"A <a@b.org>\"; redirect \"<c@d.org>\";", ["redirect a@b.org", "redirect c@d.org"]),
        ])
    func implicitKeep(_ script: String, _ expected: [String]) {
        let require = "require [\"fileinto\", \"copy\", \"variables\", \"imap4flags\"]; "
        #expect(outcome(require + script) == expected)
    }

    @Test(
        "the same delivery is made once (RFC 5228 §2.10.3), flags and the rest being those of the later command",
        arguments: [
            ("fileinto \"A\"; fileinto \"A\"; fileinto \"B\";", ["fileinto A", "fileinto B"]),
            ("fileinto \"A\"; fileinto \"a\";", ["fileinto A", "fileinto a"]),
            ("keep; keep;", ["keep"]),
            ("discard; discard;", ["discard"]),
            ("fileinto \"INBOX\"; keep;", ["keep"]),
            ("keep; fileinto \"Inbox\";", ["keep"]),
            ("fileinto \"inbox\"; fileinto \"INBOX\";", ["fileinto inbox"]),
            ("fileinto :copy \"INBOX\";", ["keep"]),
            ("fileinto :copy :flags \"x\" \"INBOX\";", ["keep [x]"]),
            ("fileinto \"INBOX\"; fileinto \"A\"; keep;", ["keep", "fileinto A"]),
            ("redirect \"a@b.org\"; redirect \"a@B.ORG\";", ["redirect a@b.org"]),
            ("redirect \"a@b.org\"; redirect \"A@b.org\";", ["redirect a@b.org", "redirect A@b.org"]),
            ("redirect :copy \"a@b.org\"; redirect \"a@b.org\";", ["redirect a@b.org"]),
            ("redirect \"a@b.org\"; redirect :copy \"a@b.org\";", ["redirect a@b.org"]),
            ("fileinto :copy \"A\"; fileinto :copy \"A\";", ["fileinto A copy", "keep*"]),
            ("fileinto :flags \"x\" \"A\"; fileinto :flags \"y\" \"A\";", ["fileinto A [y]"]),
            ("fileinto :create \"A\"; fileinto \"A\";", ["fileinto A create"]),
            ("keep :flags \"x\"; keep :flags [\"y\", \"z\"];", ["keep [y z]"]),
            ("keep :flags \"x\"; fileinto :flags \"y\" \"INBOX\";", ["keep [y]"]),
        ])
    func duplicates(_ script: String, _ expected: [String]) {
        let require = "require [\"fileinto\", \"copy\", \"mailbox\", \"imap4flags\"]; "
        #expect(outcome(require + script) == expected)
    }

    @Test("each action knows its script and line")
    func origin() throws {
        let test = SieveCase(
            "require \"fileinto\";\n\nfileinto\n \"A\"; keep;",
            "require \"fileinto\";\nfileinto \"A\"; fileinto \"B\";")
        let actions = try #require(test.result()).actions
        #expect(
            actions.map { "\($0.summary) \($0.script):\($0.line)" } == ["fileinto A s1:3", "fileinto B s2:2"])
        let implicit = try #require(SieveCase("stop;").result()).actions
        #expect(implicit.map { "\($0.summary) \($0.script):\($0.line)" } == ["keep* s1:0"])
    }

    @Test("a fourth redirect works, a fifth is a failure that keeps the message and does nothing else")
    func redirectLimit() {
        let four = (1...4).map { "redirect \"a\($0)@b.org\";\n" }.joined()
        #expect(outcome(four).count == 4)
        #expect(outcome(four + "redirect \"a1@b.org\";").count == 4)
        #expect(
            outcome(four + "redirect \"a5@b.org\";") == [
                "keep*", "failure s1:5: number of redirect actions exceeds policy limit (4)",
            ])
    }

    @Test("more than 32 actions are a failure")
    func actionLimit() {
        let script =
            "require \"fileinto\";\n" + (0..<33).map { "fileinto \"\($0)\";" }.joined(separator: "\n")
        #expect(
            outcome(script) == ["keep*", "failure s1:34: total number of actions exceeds policy limit (32)"])
    }

    @Test(
        "if, elsif and else take one branch",
        arguments: [
            ("true", "true", "A"),
            ("true", "false", "A"),
            ("false", "true", "B"),
            ("false", "false", "C"),
        ])
    func branches(_ first: String, _ second: String, _ expected: String) {
        let script = """
            require "fileinto";
            if \(first) { if false { keep; } fileinto "A"; }
            elsif \(second) { if true { } else { keep; } fileinto "B"; }
            else { if false { } elsif false { } fileinto "C"; }
            """
        #expect(outcome(script) == ["fileinto \(expected)"])
    }

    @Test("a branch that was taken stays taken, whatever stands in it")
    func nestedBranches() {
        let script = """
            require "fileinto";
            if true { fileinto "A"; if false { } } elsif true { fileinto "B"; } else { fileinto "C"; }
            if false { if true { } } elsif false { } else { fileinto "D"; }
            if false { } elsif true { if false { } else { fileinto "E"; } } elsif true { fileinto "F"; }
            """
        #expect(outcome(script) == ["fileinto A", "fileinto D", "fileinto E"])
    }

    @Test("stop ends the script from within blocks")
    func stops() {
        #expect(outcome("if true { if true { stop; } discard; } discard;") == ["keep*"])
    }
}

@Suite("Before, personal and after scripts")
struct ScriptSequenceTests {
    @Test("no script at all keeps the message")
    func none() {
        #expect(SieveCase().outcome() == ["keep*"])
    }

    @Test(
        "the next script runs only while a keep is in effect, and the last one carries it out",
        arguments: [
            (["", "discard;"], ["discard"]),
            (["discard;", "keep;"], ["discard"]),
            (["keep;", "discard;"], ["discard"]),
            (["keep;", "fileinto \"A\";"], ["fileinto A"]),
            (["fileinto \"A\";", "fileinto \"B\";"], ["fileinto A"]),
            (["fileinto \"A\"; keep;", "fileinto \"B\";"], ["fileinto A", "fileinto B"]),
            (
                ["fileinto :copy \"A\";", "", "fileinto \"B\";", "fileinto \"C\";"],
                ["fileinto A copy", "fileinto B"]
            ),
            (["stop; discard;", "fileinto \"B\";"], ["fileinto B"]),
            (["fileinto \"INBOX\"; keep;", "discard;"], ["fileinto INBOX", "discard"]),
            (["fileinto \"A\"; keep;", "fileinto \"A\";"], ["fileinto A"]),
            (["redirect :copy \"a@b.org\";", "redirect \"a@b.org\";"], ["redirect a@b.org"]),
        ])
    func sequence(_ scripts: [String], _ expected: [String]) {
        var test = SieveCase()
        test.scripts = scripts.map { "require [\"fileinto\", \"copy\"]; " + $0 }
        #expect(test.outcome() == expected)
    }

    @Test("flags go with the message to the keep that is carried out")
    func flags() {
        let flags = "require \"imap4flags\"; "
        #expect(outcome(flags + "addflag \"x\";", "keep;") == ["keep [x]"])
        #expect(outcome(flags + "addflag \"x\";", flags + "addflag \"y\";") == ["keep [x y]*"])
        #expect(outcome(flags + "keep :flags \"x\";", "stop;") == ["keep [x]*"])
        #expect(
            outcome(flags + "keep :flags \"x\";", "require \"fileinto\"; fileinto \"A\";") == ["fileinto A"])
        #expect(outcome(flags + "keep :flags \"x\";", flags + "keep :flags \"y\";") == ["keep [y]"])
    }

    @Test("variables, matches and require are a script's own")
    func variables() {
        let set = "require \"variables\"; set \"a\" \"X\"; if header :matches \"subject\" \"*\" { keep; }"
        #expect(
            outcome(set, "require [\"variables\", \"fileinto\"]; fileinto \"<${a}${1}>\";") == ["fileinto <>"]
        )
        var test = SieveCase(set, "fileinto \"A\";")
        #expect(test.outcome().first == "does not compile")
        test.scripts[1] = "set \"a\" \"b\";"
        #expect(test.outcome().first == "does not compile")
    }

    @Test("when a script fails, those before it stand, its own actions are dropped, and the message is kept")
    func failure() {
        let fails = """
            require ["fileinto", "variables", "imap4flags"]; addflag "z"; fileinto "B"; discard;
            redirect "${nobody}";
            """
        let before = "require [\"fileinto\", \"copy\", \"imap4flags\"]; addflag \"x\"; fileinto :copy \"A\";"
        let after = "discard;"
        #expect(
            outcome(before, fails, after) == [
                "fileinto A [x] copy", "keep [x]*", "failure s2:2: redirect: \"\" is not an address",
            ])
        #expect(outcome(fails, after) == ["keep*", "failure s1:2: redirect: \"\" is not an address"])
    }

    @Test("limits count over all scripts")
    func limits() {
        let two = { (name: String) in
            "require \"copy\"; redirect :copy \"\(name)1@b.org\"; redirect :copy \"\(name)2@b.org\";"
        }
        #expect(outcome(two("a"), two("b")).count == 5)
        #expect(
            outcome(two("a"), two("b"), two("c")).last
                == "failure s3:1: number of redirect actions exceeds policy limit (4)")
    }

    @Test("a trace tells what happened, in order")
    func trace() throws {
        var test = SieveCase("if not header :contains \"subject\" \"x\" {\n discard; }", "keep;")
        test.tracing = true
        let trace = try #require(test.result()).trace
        let summaries = trace.map { event in
            let place = "\(event.script):\(event.line) "
            return switch event.kind {
            case .script: place + "script"
            case .resumed, .cut: place
            case .command: place + "command"
            case .test(let test): place + "\(test.name) \(test.outcome)"
            case .variable(let value): place + "set \(value.octets.text)"
            case .merged(_, let line): place + "merged \(line)"
            case .action(let action): place + action.summary
            case .note(let text): place + text
            case .failure(let message): place + message
            }
        }
        #expect(
            summaries == [
                "s1:1 script", "s1:1 header false", "s1:1 not true", "s1:2 command", "s1:2 discard",
            ])
        test.tracing = false
        #expect(try #require(test.result()).trace.isEmpty)
        test.tracing = true
        test.scripts[0] = "if anyof (header \"subject\" [\"x\", \"hello  world\"], true) { stop; }"
        #expect(try #require(test.result()).trace.count == 7)
    }
}
