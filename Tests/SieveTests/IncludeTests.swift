import Testing

@testable import Sieve

@Suite("include")
struct IncludeTests {
    private func trial(_ script: String, _ scripts: [String: String]) -> ExtensionTrial {
        var trial = ExtensionTrial("include variables fileinto", script)
        trial.library = TestLibrary(scripts: scripts)
        return trial
    }

    @Test("actions of an included script are those of the one that includes it, with its name and line")
    func actions() throws {
        let trial = trial(
            "include \"a\"; fileinto \"M\";",
            ["a": "require \"fileinto\";\n\nfileinto \"A\";"])
        let result = try #require(trial.result)
        #expect(result.actions.map(\.summary) == ["fileinto A", "fileinto M"])
        #expect(result.actions.map(\.script) == ["a", "main"])
        #expect(result.actions.map(\.line) == [3, 1])
    }

    @Test("personal and global scripts of one name are two scripts (RFC 6609 §3.2)")
    func locations() {
        let scripts = [
            "a": "require \"fileinto\"; fileinto \"P\";",
            "global/a": "require \"fileinto\"; fileinto \"G\";",
        ]
        #expect(trial("include \"a\";", scripts).outcome == ["fileinto P"])
        #expect(trial("include :personal \"a\";", scripts).outcome == ["fileinto P"])
        #expect(trial("include :global \"a\";", scripts).outcome == ["fileinto G"])
        #expect(
            trial("include \"a.sieve\"; include :global \"a\";", scripts).outcome == [
                "fileinto P", "fileinto G",
            ])
    }

    @Test(
        "return ends its own script, stop ends all (RFC 6609 §3.3)",
        arguments: [
            ("return; discard;", ["fileinto AFTER"]),
            ("if true { return; } discard;", ["fileinto AFTER"]),
            ("stop; discard;", ["keep*"]),
            ("keep; stop;", ["keep"]),
            ("keep;", ["keep", "fileinto AFTER"]),
        ])
    func ends(_ included: String, _ expected: [String]) {
        #expect(
            trial("include \"a\"; fileinto \"AFTER\";", ["a": "require \"include\"; " + included]).outcome
                == expected)
        let nested = ["b": "require \"include\"; include \"a\";", "a": "require \"include\"; " + included]
        #expect(trial("include \"b\"; fileinto \"AFTER\";", nested).outcome == expected)
    }

    @Test("return in the script itself ends it")
    func returnOfMain() {
        #expect(trial("keep; return; discard;", [:]).outcome == ["keep"])
    }

    @Test(
        ":once is about all that has been included so far (RFC 6609 §3.2)",
        arguments: [
            ("include \"a\"; include \"a\";", "aa"),
            ("include \"a\"; include :once \"a\";", "a"),
            ("include :once \"a\"; include \"a\";", "aa"),
            ("include :once \"a\"; include :once \"a\";", "a"),
            ("include \"b\"; include :once \"a\";", "ba"),
            ("include :once \"c\";", "c"),
            ("include \"c\"; include \"d\";", "cd"),
            ("if false { include \"a\"; } include :once \"a\";", "a"),
        ])
    func once(_ script: String, _ expected: String) {
        let head = "require [\"include\", \"variables\"]; "
        let scripts = [
            "a": head + "set \"global.t\" \"${global.t}a\";",
            "b": head + "set \"global.t\" \"${global.t}b\"; include :once \"a\";",
            // What includes itself with :once is no circle.
            "c": head + "set \"global.t\" \"${global.t}c\"; include :once \"c\";",
            "d": head + "set \"global.t\" \"${global.t}d\"; include :once \"c\";",
        ]
        #expect(trial(script + "fileinto \"${global.t}\";", scripts).outcome == ["fileinto \(expected)"])
    }

    @Test("a missing script is an error, unless it is optional (RFC 6609 §3.2)")
    func missing() {
        #expect(trial("include \"x\"; discard;", [:]).diagnostics == ["missing-script"])
        #expect(trial("include :global \"a\";", ["a": "keep;"]).diagnostics == ["missing-script"])
        #expect(trial("include :optional \"x\"; discard;", [:]).outcome == ["discard"])
        #expect(trial("include :once :optional :global \"x\"; discard;", [:]).outcome == ["discard"])
        var alone = SieveCase("require \"include\"; include \"a\";")
        #expect(alone.outcome().first == "does not compile")
        alone.scripts = ["require \"include\"; include :optional \"a\"; discard;"]
        #expect(alone.outcome() == ["discard"])
    }

    @Test(
        "names of scripts are no paths (RFC 6609 §3.2, RFC 5804 §1.6)",
        arguments: [
            ("a", true), ("a b", true), ("é€😀", true), (".hidden", true),
            (String(repeating: "€", count: 128), true),
            ("", false), (".sieve", false), ("../a", false), ("a/b", false), ("/", false), ("a\u{1A}", false),
            ("a\u{7F}", false), ("a\u{85}", false), ("a\u{2028}", false), ("a\u{2029}", false),
            (String(repeating: "a", count: 129), false),
        ])
    func names(_ name: String, _ isName: Bool) {
        #expect((ScriptName([UInt8](name.utf8)) != nil) == isName)
        let expected = isName ? "missing-script" : "invalid-script-name"
        #expect(trial("include \"\(name)\";", [:]).diagnostics == [expected])
    }

    @Test("what is not UTF-8 is no name, and variables are not allowed in one (RFC 6609 §3.2)")
    func constantNames() {
        #expect(ScriptName([0xFF, 0x61]) == nil)
        #expect(trial("set \"a\" \"b\"; include \"${a}\";", ["b": "keep;"]).diagnostics == ["not-constant"])
    }

    @Test("each script says for itself what it requires (RFC 6609 §3.1)")
    func requirements() {
        #expect(
            trial("include \"a\";", ["a": "fileinto \"A\";"]).diagnostics == [
                "included-script", "a: not-required",
            ])
        var trial = trial("include \"a\"; fileinto \"B\";", ["a": "require \"fileinto\";"])
        trial.capabilities = ["include"]
        #expect(trial.diagnostics == ["not-required"])
    }

    @Test("errors are told where the script is included and in the script, once each")
    func errors() {
        let scripts = [
            "a": "nonsense;\ninclude \"b\";", "b": "require \"include\"; include \"c\";", "c": "keep",
            "w": "require \"fileinto\"; fileinto \"\\x\";",
        ]
        #expect(
            trial("include \"a\"; include \"a\";", scripts).diagnostics == [
                "included-script", "included-script", "a: unknown-command", "a: not-required",
            ])
        #expect(
            trial("include \"b\";", scripts).diagnostics == [
                "included-script", "c: missing-semicolon", "b: included-script",
            ])
        #expect(trial("include \"w\";", scripts).diagnostics == ["w: warning unneeded-escape"])
        let diagnostic = trial("include \"b\";", scripts).compilation.diagnostics[1]
        #expect(diagnostic.rendered(name: "main", source: []).hasPrefix("c:1:5: error: no ;"))
    }

    @Test("an included script has the limits of the script")
    func limitsOfIncluded() {
        var trial = trial("include \"a\";", ["a": "keep; # " + String(repeating: "x", count: 200)])
        trial.limits.scriptBytes = 200
        #expect(trial.diagnostics == ["included-script", "a: script-too-long"])
    }

    @Test(
        "scripts that include themselves are an error (RFC 6609 §3.2)",
        arguments: [
            ("one", ["included-script", "one: circular-include"]),
            ("two", ["included-script", "two-2: circular-include", "two: included-script"]),
            (
                "three",
                [
                    "included-script", "three-3: circular-include", "three-2: included-script",
                    "three: included-script",
                ]
            ),
        ])
    func circles(_ name: String, _ expected: [String]) {
        let head = "require \"include\"; keep; include "
        let scripts = [
            "one": head + "\"one\";", "two": head + "\"two-2\";", "two-2": head + "\"two.sieve\";",
            "three": head + "\"three-2\";", "three-2": head + "\"three-3\";", "three-3": head + "\"three\";",
        ]
        #expect(trial("include \"\(name)\";", scripts).diagnostics == expected)
    }

    @Test("how deep and how many is bounded, in the compiler and in the run")
    func limits() {
        let head = "require \"include\"; include "
        var scripts = ["0": "keep;"]
        for depth in 1...11 { scripts["\(depth)"] = head + "\"\(depth - 1)\";" }
        #expect(trial("include \"9\";", scripts).outcome == ["keep"])
        #expect(trial("include \"10\";", scripts).diagnostics.contains("1: too-many-includes"))
        // Compiled at a place where it is shallow, and then used at one where it is not.
        #expect(
            trial("include \"9\"; include \"10\";", scripts).outcome == [
                "keep*", "failure 1:1: scripts include one another more than 10 deep",
            ])
        var many = trial("include \"0\"; include \"1\"; include \"2\"; include \"0\";", scripts)
        many.limits.includes = 3
        #expect(many.diagnostics == [])
        many.limits.includes = 2
        #expect(many.diagnostics == ["too-many-includes"])
    }

    @Test("scripts that include others twice and twice again do not run for ever")
    func fans() {
        let head = "require \"include\"; "
        var scripts = ["0": "keep;"]
        for depth in 1...9 {
            scripts["\(depth)"] = head + String(repeating: "include \"\(depth - 1)\"; ", count: 20)
        }
        var trial = trial("include \"9\";", scripts)
        trial.limits.steps = 100_000
        #expect(trial.outcome.last?.hasSuffix("the script takes too long") == true)
    }

    @Test("variables and matches are a script's own (RFC 6609 §3.4)")
    func ownVariables() {
        let script = """
            set "v" "main"; if header :matches "subject" "*  *" { }
            include "a"; fileinto "${v} ${1} ${2}";
            """
        let included = """
            require ["variables", "fileinto"]; fileinto "<${v}${1}>";
            set "v" "a"; if header :matches "x-number" "?*" { } fileinto "${v} ${1} ${2}";
            """
        #expect(
            trial(script, ["a": included]).outcome == [
                "fileinto <>", "fileinto a 1 2", "fileinto main Hello World",
            ])
    }

    @Test("header names are a script's own, too")
    func ownHeaderNames() {
        let script =
            "if exists \"subject\" { include \"a\"; } if header \"subject\" \"Hello  World\" { discard; }"
        let included = "if not header \"x-number\" \"12\" { stop; } if exists \"nothing\" { stop; }"
        #expect(trial(script, ["a": included]).outcome == ["discard"])
    }

    @Test("a branch is taken or not whatever an included script does")
    func branches() {
        let included = "if false { } elsif false { }"
        #expect(trial("if true { include \"a\"; } else { discard; }", ["a": included]).outcome == ["keep*"])
        #expect(
            trial("if exists \"to\" { include \"a\"; } elsif true { discard; }", ["a": included]).outcome == [
                "keep*"
            ])
        let test = "if exists \"to\" { } else { discard; }"
        #expect(trial("if exists \"none\" { } include \"a\";", ["a": test]).outcome == ["keep*"])
    }

    @Test("a failure tells the included script's name and line, and drops all actions")
    func failures() {
        let scripts = [
            "a": "require \"ihave\";\nerror \"x\";", "global/b": "require \"ihave\";\n\nerror \"y\";",
        ]
        #expect(trial("discard; include \"a\";", scripts).outcome == ["keep*", "failure a:2: x"])
        #expect(
            trial("discard; include :global \"b\";", scripts).outcome == ["keep*", "failure global/b:3: y"])
    }

    @Test("a trace tells which script an event is of")
    func trace() throws {
        var trial = trial("include \"a\"; if true { keep; }", ["a": "if exists \"to\" { discard; }"])
        trial.tracing = true
        let events = try #require(trial.result).trace
        #expect(events.contains { $0.script == "a" && $0.line == 1 })
        #expect(events.last?.script == "main")
    }

    @Test(
        "what is wrong with include",
        arguments: [
            ("include;", "missing-argument"), ("include 1;", "wrong-argument"),
            ("include [\"a\", \"b\"];", "wrong-argument"), ("include \"a\" \"b\";", "unexpected-argument"),
            ("include :personal :global \"a\";", "repeated-tag"), ("include :twice \"a\";", "unknown-tag"),
            ("return 1;", "unexpected-argument"), ("return :now;", "unknown-tag"),
            ("include \"a\" { }", "unexpected-block"), ("global;", "missing-argument"),
        ])
    func wrong(_ script: String, _ expected: String) {
        #expect(trial(script, ["a": "keep;"]).diagnostics == [expected])
    }

    @Test("any scripts that include one another compile or have errors, and end", arguments: 0..<50)
    func anyGraph(_ seed: Int) {
        var generator = SeededGenerator(UInt64(seed) &+ 6609)
        let names = ["a", "b", "c", "d", "e"]
        let pieces = [
            "keep;", "return;", "stop;", "set \"global.x\" \"${global.x}1\";",
            "global \"y\"; set \"y\" \"${y}2\";",
            "if false { include \"zzz\"; }", "nonsense;",
        ]
        func script() -> String {
            var text = "require [\"include\", \"variables\"]; "
            for _ in 0..<Int.random(in: 0...4, using: &generator) {
                let name = names[Int.random(in: names.indices, using: &generator)]
                let tags = ["", ":once ", ":optional ", ":once :optional ", ":global :optional "]
                let tag = tags[Int.random(in: tags.indices, using: &generator)]
                // Errors now and then, so that most graphs can run.
                let piece = pieces[
                    Int.random(in: 0..<(seed % 5 == 0 ? pieces.count : pieces.count - 1), using: &generator)]
                text += Bool.random(using: &generator) ? "include \(tag)\"\(name)\"; " : piece + " "
            }
            return text
        }
        for _ in 0..<20 {
            var scripts: [String: String] = [:]
            for name in names where Int.random(in: 0..<8, using: &generator) > 0 { scripts[name] = script() }
            for name in names where Int.random(in: 0..<4, using: &generator) == 0 {
                scripts["global/" + name] = script()
            }
            let trial = trial(
                String(script().dropFirst("require [\"include\", \"variables\"]; ".count)), scripts)
            let compilation = trial.compilation
            #expect((compilation.program == nil) == !compilation.errors.isEmpty)
            // What an included script has wrong is told at each include that leads to it, too.
            if compilation.errors.contains(where: { $0.script != nil }) {
                #expect(compilation.errors.contains { $0.script == nil })
            }
            guard let result = trial.result else { continue }
            #expect(!result.actions.isEmpty)
            #expect(result == trial.result)
        }
    }
}
