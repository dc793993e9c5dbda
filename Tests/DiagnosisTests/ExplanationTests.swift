import MailMessage
import Platform
import Sieve
import Testing

@testable import Diagnosis

struct SomeHost: SieveHost {
    func mailboxExists(_ name: String) -> Bool { false }
}

/// Scripts that are run on a message, and explained.
struct ExplainedCase {
    var scripts: [String]
    var message = "From: Ann <ann@example.org>\nTo: bob@example.net\nSubject: Hello World\n\nbody\n"
    var separator = UInt8(ascii: "/")

    init(_ scripts: String...) { self.scripts = scripts }

    func explanation() throws -> Explanation {
        let compiler = SieveCompiler()
        var programs: [Program] = []
        var texts: [ScriptText] = []
        for (index, script) in scripts.enumerated() {
            let (source, name) = ([UInt8](script.utf8), "s\(index + 1)")
            let (listing, diagnostics) = compiler.list(source, name: name)
            texts.append(
                ScriptText(
                    name: name, path: "/\(name).sieve", source: source, listing: listing,
                    diagnostics: diagnostics))
            if let program = compiler.compile(source, name: name).program { programs.append(program) }
        }
        let input = SieveInput(
            message: Message(SharedBytes([UInt8](message.utf8))), size: message.utf8.count,
            envelope: SieveEnvelope(sender: "ann@example.org", recipient: "bob@example.net"))
        let result =
            programs.isEmpty ? nil : ScriptSequence(programs).run(on: input, host: SomeHost(), tracing: true)
        return Explanation(texts, result: result, separator: separator)
    }
}

extension Explanation {
    /// All tests of the scripts in their order: `1:4 header true`, or why they were not evaluated.
    var testLines: [String] {
        scripts.flatMap(\.commands).flatMap(\.allTests).map { test in
            switch test.state {
            case .evaluated: "\(test.place) \(test.name) \(test.outcome == true)"
            case .skipped(let reason): "\(test.place) \(test.name): \(reason)"
            }
        }
    }

    /// All commands that were not executed, and why.
    var skippedLines: [String] {
        scripts.flatMap(\.commands).flatMap(\.withInner).compactMap { command in
            if case .skipped(let reason) = command.state {
                "\(command.place) \(command.name): \(reason)"
            } else {
                nil
            }
        }
    }

    var actionLines: [String] {
        actions.map { action in
            switch action.fate {
            case .inEffect: "\(action.place) \(action.name)"
            case .merged(let script, let line): "\(action.place) \(action.name) with \(script):\(line)"
            case .dropped(let reason): "\(action.place) \(action.name) dropped: \(reason)"
            }
        }
    }
}

extension ExplainedCommand {
    var withInner: [ExplainedCommand] { [self] + (block ?? []).flatMap(\.withInner) }
    var allTests: [ExplainedTest] { tests.flatMap(\.withInner) + (block ?? []).flatMap(\.allTests) }
}

extension ExplainedTest {
    var withInner: [ExplainedTest] { [self] + tests.flatMap(\.withInner) }
}

@Suite("Explanations")
struct ExplanationTests {
    @Test("tests that were not evaluated say which test decided")
    func shortCircuit() throws {
        let script =
            "if allof (true, not exists \"subject\", exists \"to\") { keep; }\nif anyof (exists \"to\", false) { stop; }"
        #expect(
            try ExplainedCase(script).explanation().testLines == [
                "1:4 allof false", "1:11 true true", "1:17 not false", "1:21 exists true",
                "1:39 exists: not at 1:17 is false, which decides allof",
                "2:4 anyof true", "2:11 exists true",
                "2:24 false: exists at 2:11 is true, which decides anyof",
            ])
    }

    @Test("commands that were not executed say why: the test, the branch, stop")
    func skipped() throws {
        let script = """
            if exists "none" {
                discard;
            } elsif exists "to" {
                stop;
                keep;
            } elsif exists "cc" {
                keep;
            } else {
                discard;
            }
            redirect "a@b.org";
            """
        #expect(
            try ExplainedCase(script).explanation().skippedLines == [
                "2:5 discard: the test at 1:4 is false",
                "5:5 keep: stop at line 4 ended the script",
                "6:3 elsif: the branch at line 3 was taken", "7:5 keep: the branch at line 3 was taken",
                "8:3 else: the branch at line 3 was taken", "9:5 discard: the branch at line 3 was taken",
                "11:1 redirect: stop at line 4 ended the script",
            ])
    }

    @Test("what ihave leaves out says so")
    func ihave() throws {
        let script = "require \"ihave\";\nif allof (ihave \"no-such-thing\", nosuchtest) { nosuchcommand; }"
        let explanation = try ExplainedCase(script).explanation()
        #expect(
            explanation.testLines == [
                "2:4 allof false", "2:11 ihave false",
                "2:34 nosuchtest: ihave at 2:11 is false: what needs the extension is left out",
            ])
        #expect(explanation.skippedLines == ["2:48 nosuchcommand: the test at 2:4 is false"])
    }

    @Test("after a failure nothing is executed, and what the script had done is undone")
    func failure() throws {
        let script = """
            require ["fileinto", "ihave"];
            fileinto "A";
            error "no";
            keep;
            """
        let explanation = try ExplainedCase(script, "keep;").explanation()
        #expect(explanation.skippedLines == ["4:1 keep: the script had failed"])
        #expect(explanation.actionLines == ["2:1 fileinto dropped: the script failed"])
        #expect(explanation.implicitKeep.isInEffect)
        #expect(explanation.implicitKeep.reason == "the script s1 failed")
        #expect(explanation.scripts[1].notRun == "the script s1 before it failed")
        #expect(explanation.scripts[0].commands[2].failure == "no")
    }

    @Test("actions say what became of them, and which of them cancelled the implicit keep")
    func actions() throws {
        let first = """
            require ["fileinto", "copy"];
            fileinto :copy "A";
            fileinto "A";
            keep;
            """
        let explanation = try ExplainedCase(first, "require \"fileinto\"; fileinto \"B\";").explanation()
        #expect(
            explanation.actionLines == [
                "2:1 fileinto", "3:1 fileinto with s1:2",
                "4:1 keep dropped: it handed the message on to the next script", "1:21 fileinto",
            ])
        #expect(!explanation.implicitKeep.isInEffect)
        #expect(explanation.implicitKeep.reason == "cancelled by fileinto (s1:3), fileinto (s2:1)")
    }

    @Test("a script that does not keep the message says so at those after it")
    func sequence() throws {
        let explanation = try ExplainedCase("discard;", "keep;", "keep").explanation()
        #expect(
            explanation.scripts.map(\.notRun) == [
                nil, "the script s1 before it did not keep the message", "it has errors",
            ])
        #expect(explanation.scripts[2].diagnostics.count == 1)
        #expect(try ExplainedCase("keep").explanation().implicitKeep.isInEffect)
    }

    @Test("a rule is called as the comment above it has it")
    func labels() throws {
        let script = """
            require "fileinto";
            # rule:[From <Ann>]
            if exists "from" {
                fileinto "A";
            }
            #   the rest
            elsif true {
                keep;
            }

            keep;
            """
        let explanation = try ExplainedCase(script).explanation()
        #expect(explanation.scripts[0].commands.map(\.label) == [nil, "From <Ann>", "the rest", nil])
        #expect(explanation.actions.map(\.label) == ["From <Ann>", nil])
    }

    @Test("a test in a loop has all of its evaluations")
    func loops() throws {
        var test = ExplainedCase(
            "require [\"foreverypart\", \"mime\"];\nforeverypart { if header :mime :type \"content-type\" \"text\" { break; } keep; }"
        )
        test.message =
            "MIME-Version: 1.0\nContent-Type: multipart/mixed; boundary=x\n\n--x\nContent-Type: text/plain\n\na\n--x--\n"
        let explanation = try test.explanation()
        let condition = try #require(explanation.scripts[0].commands[1].block?.first?.tests.first)
        guard case .evaluated(let traces) = condition.state else {
            Issue.record("not evaluated")
            return
        }
        #expect(traces.map(\.outcome) == [false, true])
        #expect(explanation.skippedLines.isEmpty)
    }

    @Test("what the delivery says is shown with the action that it is about")
    func remarks() throws {
        var explanation = try ExplainedCase("require \"fileinto\";\nfileinto \"A\";").explanation()
        explanation.add(
            notDone: ["fileinto (script s1, line 2): no room", "fileinto (script s1, line 3): x"],
            warnings: ["script s1, line 2: no such mailbox", "other"])
        #expect(explanation.actions.first?.remarks == ["not done: no room", "no such mailbox"])
        #expect(explanation.notDone.count == 2 && explanation.warnings.count == 2)
    }

    @Test(
        "a near miss gets a hint",
        arguments: [
            ("header :is \"from\" \"ann@example.org\"", "address :is \"from\" \"ann@example.org\""),
            ("header :is \"subject\" \"hello\"", ":contains would be true"),
            ("header :is \"subject\" \"hello*\"", "only :matches understands"),
            ("header :matches \"subject\" \"hello\"", "write \"*hello*\""),
            ("header :matches \"subject\" \"ello*\"", "matches part of the value"),
            (
                "header :comparator \"i;octet\" :is \"subject\" \"hello world\"",
                "differs from \"hello world\" in case only"
            ),
            ("address :domain \"from\" \"@example.org\"", "the key has an @ in it"),
            ("header :is \"x-none\" \"a\"", "the message has no field x-none"),
        ])
    func nearMisses(test: String, part: String) throws {
        let explanation = try ExplainedCase("if \(test) { stop; }").explanation()
        let hints = try #require(explanation.scripts[0].commands[0].tests.first).hints
        #expect(hints.contains { $0.contains(part) }, "\(hints)")
    }

    @Test("what is true, or far off, gets none")
    func noHints() throws {
        for test in [
            "header :is \"subject\" \"hello world\"", "header :is \"subject\" \"other\"", "size :over 1G",
        ] {
            let explanation = try ExplainedCase("if \(test) { stop; }").explanation()
            #expect(explanation.scripts[0].commands[0].tests.first?.hints == [])
        }
    }

    @Test("a folder with another separator gets a hint")
    func separator() throws {
        let explanation = try ExplainedCase("require \"fileinto\"; fileinto \"INBOX.a\";").explanation()
        #expect(explanation.actions.first?.hints.first?.contains("\"INBOX/a\"") == true)
    }

    @Test("any script and message are explained, and each of its tests is there")
    func property() throws {
        let pieces = [
            "if header :contains \"subject\" \"hello\" {", "} elsif not exists \"to\" {", "} else {", "}",
            "stop;", "keep;",
            "discard;", "if anyof (true, allof (false, exists \"x\")) {", "# rule:[x]\n",
            "redirect \"a@b.org\";",
        ]
        var generator = SystemRandomNumberGenerator()
        var compiled = 0
        for _ in 0..<3000 {
            let script = (0..<Int.random(in: 1...9, using: &generator)).map { _ in
                pieces.randomElement(using: &generator) ?? ""
            }.joined(separator: "\n")
            let explanation = try ExplainedCase(script).explanation()
            guard explanation.scripts[0].notRun == nil else { continue }
            compiled += 1
            let commands = explanation.scripts[0].commands.flatMap(\.withInner)
            // An action that is in effect belongs to a command that was executed.
            for action in explanation.actions {
                #expect(commands.contains { $0.place == action.place && $0.state == .executed }, "\(script)")
            }
            for command in commands
            where command.state == .executed && ["keep", "discard"].contains(command.name) {
                #expect(!command.actions.isEmpty, "\(script)")
            }
            _ = TextRendering(isColoured: true).text(explanation)
        }
        #expect(compiled > 50)
    }
}
