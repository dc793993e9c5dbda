import Testing

@testable import Sieve

@Suite("vnd.dovecot.pipe, .filter, .execute, .debug")
struct ExternalProgramsTests {
    private let capabilities =
        "vnd.dovecot.pipe vnd.dovecot.filter vnd.dovecot.execute vnd.dovecot.debug copy fileinto variables "
        + "encoded-character ihave relational"

    private func trial(_ script: String) -> ExtensionTrial {
        let trial = ExtensionTrial(capabilities, script)
        trial.host.programs = [
            "good": .ended(status: 0, output: [UInt8]("Subject: new\n\nbody".utf8)),
            "silent": .ended(status: 0, output: []),
            "bad": .ended(status: 1, output: [UInt8]("x".utf8)), "broken": .failed("no time"),
        ]
        return trial
    }

    @Test("pipe is an action, carried out by the host in the end (extprograms §5)")
    func pipe() throws {
        let result = try #require(trial("pipe :try \"a\" [\"b\", \"c d\"]; pipe :copy \"e\";").result)
        #expect(
            result.actions.map(\.kind) == [
                .pipe(PipeRequest(program: ProgramCall(name: "a", arguments: ["b", "c d"]), mayFail: true)),
                .pipe(PipeRequest(program: ProgramCall(name: "e", arguments: []), mayFail: false)),
            ])
        #expect(result.actions.map(\.isCopy) == [false, true])
        #expect(trial("pipe :copy \"a\";").outcome == ["pipe copy", "keep*"])
        #expect(trial("pipe \"none\";").outcome == ["pipe"])
        let once = trial("pipe \"a\"; pipe \"a\" \"other\";").outcome
        #expect(once == ["keep*", "failure main:1: the message is given to the program a a second time"])
    }

    @Test("filter puts a program's output in the place of the message (extprograms §6)")
    func filter() throws {
        let script =
            "fileinto \"A\"; filter \"good\" \"x\"; if header \"subject\" \"new\" { fileinto \"B\"; }"
        let trial = trial(script)
        let result = try #require(trial.result)
        #expect(result.actions.map(\.summary) == ["fileinto A", "fileinto B"])
        #expect(result.actions.map { $0.content?.bytes(limit: 100).text } == [nil, "Subject: new\n\nbody"])
        #expect(trial.host.calls == ["good x < message of \(plainMessage.utf8.count)"])
    }

    @Test(
        "a program that fails leaves the message as it is (extprograms §6)",
        arguments: ["bad", "broken", "silent"])
    func filterFails(_ name: String) throws {
        let trial = trial("filter \"\(name)\"; if header \"subject\" \"Hello  World\" { discard; }")
        #expect(trial.outcome == ["discard"])
        #expect(trial.host.lines.count == (name == "silent" ? 0 : 1))
    }

    @Test(
        "a program that there is not is a failure of the command, and no more than false of the test (extprograms §8)"
    )
    func missing() {
        #expect(
            trial("filter \"none\"; discard;").outcome == [
                "keep*", "failure main:1: there is no program none",
            ])
        #expect(
            trial("execute \"none\"; discard;").outcome == [
                "keep*", "failure main:1: there is no program none",
            ])
        #expect(trial("if not filter \"none\" { discard; }").outcome == ["discard"])
        #expect(trial("if not execute \"none\" { discard; }").outcome == ["discard"])
    }

    @Test(
        "filter and execute are tests, too (extprograms §8)",
        arguments: [
            ("filter \"good\"", true), ("filter \"bad\"", false), ("filter \"broken\"", false),
            ("filter \"silent\"", false),
            ("execute \"good\"", true), ("execute \"bad\"", false), ("execute \"broken\"", false),
            ("execute \"silent\"", true),
            ("execute :pipe :output \"o\" \"good\"", true),
        ])
    func tests(_ test: String, _ expected: Bool) {
        #expect(trial("if \(test) { discard; }").outcome == [expected ? "discard" : "keep*"])
    }

    @Test("execute gives a program its input and keeps its output (extprograms §7)")
    func execute() {
        let script = """
            set "i" "in"; execute :input "${i}put" :output "o" "good" ["${i}"]; execute :pipe "good"; execute "good";
            set "k" "kept"; execute :output "k" "bad";
            if string :matches "${o}" "Subject: *${unicode:0D 0A}*" { } fileinto "${k} ${o}";
            """
        let trial = trial(script)
        #expect(trial.outcome == ["fileinto kept Subject: new\n\nbody"])
        #expect(
            trial.host.calls == [
                "good in < input", "good < message of \(plainMessage.utf8.count)", "good < -", "bad < -",
            ])
    }

    @Test("the message is given as the script has left it")
    func content() {
        let trial = trial("filter \"good\"; execute :pipe \"good\"; filter \"good\";")
        _ = trial.outcome
        #expect(trial.host.calls.map { $0.hasSuffix("message of 18") } == [false, true, true])
    }

    @Test("a script that fails later has changed nothing")
    func failure() throws {
        let result = try #require(trial("filter \"good\"; error \"x\";").result)
        #expect(result.actions.map(\.summary) == ["keep*"] && result.actions[0].content == nil)
    }

    @Test("starting programs costs, so that a script cannot start them without end")
    func cost() {
        var trial = trial(String(repeating: "execute \"good\"; ", count: 20))
        trial.limits.steps = 1_000_000
        #expect(trial.outcome == ["keep*", "failure main:1: the script takes too long"])
        #expect(trial.host.calls.count == 9)
    }

    @Test(
        "names of programs are no paths (extprograms §3)",
        arguments: [
            "", "../a", "a/b", "/bin/sh", ".", "..", ".hidden", "a\u{1A}", "a\u{7F}", "a\u{85}", "a\u{2028}",
            "a\u{2029}",
            String(repeating: "a", count: 129),
        ])
    func names(_ name: String) {
        for command in ["pipe", "filter", "execute"] {
            #expect(trial("\(command) \"\(name)\";").diagnostics == ["invalid-program-name"])
        }
    }

    @Test("names and arguments of the size that is asked for are allowed (extprograms §3, §4)")
    func sizes() {
        let name = String(repeating: "é", count: 128)
        let argument = String(repeating: "a", count: 1024)
        let arguments = [String](repeating: "\"\(argument)\"", count: 16).joined(separator: ", ")
        #expect(trial("pipe \"\(name)\" [\(arguments)];").diagnostics == [])
        #expect(trial("pipe \"a\" \"\(argument)a\";").diagnostics == ["invalid-program-argument"])
        let many = [String](repeating: "\"a\"", count: 33).joined(separator: ", ")
        #expect(trial("pipe \"a\" [\(many)];").diagnostics == ["invalid-program-argument"])
    }

    @Test(
        "what is wrong with the commands",
        arguments: [
            ("pipe;", "missing-argument"), ("filter 1;", "wrong-argument"), ("execute :frop;", "unknown-tag"),
            ("pipe \"a\" 1;", "wrong-argument"), ("filter [\"a\", \"b\"] \"c\";", "wrong-argument"),
            ("execute \"a\" \"b\" \"c\";", "unexpected-argument"), ("filter :try \"a\";", "unknown-tag"),
            ("execute :copy \"a\";", "unknown-tag"), ("execute :input \"a\";", "missing-argument"),
            ("execute :input 1 \"a\";", "wrong-argument"), ("execute :input :x \"a\";", "unknown-tag"),
            ("execute :input \"a\" :pipe \"b\";", "repeated-tag"),
            ("execute :output \"a-b\" \"c\";", "invalid-variable"),
            ("execute :output \"${a}\" \"c\";", "not-constant"), ("pipe \"${a}\";", "not-constant"),
            ("pipe \"a\" \"b${hex:0a}c\";", "invalid-program-argument"), ("debug_log;", "missing-argument"),
            ("debug_log \"a\" \"b\";", "unexpected-argument"), ("if pipe \"a\" { }", "unknown-test"),
        ])
    func wrong(_ script: String, _ expected: String) {
        #expect(trial(script).diagnostics == [expected])
    }

    @Test("an argument with a line end is a failure of the run")
    func wrongInRun() {
        let outcome = trial("set \"a\" text:\nx\n.\n; execute \"good\" \"${a}\";").outcome
        #expect(
            outcome == [
                "keep*", "failure main:4: an argument of the program good has a line end or is too long",
            ])
    }

    @Test(":output needs variables, :copy needs copy")
    func needs() {
        #expect(
            ExtensionTrial("vnd.dovecot.execute", "execute :output \"a\" \"b\";").diagnostics == [
                "not-required"
            ])
        #expect(ExtensionTrial("vnd.dovecot.pipe", "pipe :copy \"b\";").diagnostics == ["not-required"])
    }

    @Test("debug_log writes a line with its place, and does nothing else")
    func debug() {
        let trial = trial("set \"a\" \"b\";\ndebug_log \"x ${a}${hex:0a}y\";")
        #expect(trial.outcome == ["keep*"])
        #expect(trial.host.lines == ["main:2: x b?y"])
    }

    @Test(
        "scripts have these capabilities only where the site names them",
        arguments: ["vnd.dovecot.pipe", "vnd.dovecot.filter", "vnd.dovecot.execute", "vnd.dovecot.debug"])
    func optional(_ capability: String) {
        #expect(SieveCase.diagnostics("require \"\(capability)\";") == ["1:9 disabled-capability"])
        #expect(SieveCase.diagnostics("require \"\(capability)\";", enabled: [capability]) == [])
        #expect(!SieveCompiler().capabilities.contains(capability))
    }
}
