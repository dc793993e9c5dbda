import Testing

@testable import Sieve

@Suite("duplicate")
struct DuplicateTests {
    private let message = "Message-ID:  <a\n b@c>\nX-Id: one\nX-Id: two\nX-Empty:\n\nbody"

    private func trial(_ test: String, _ capabilities: String = "duplicate variables") -> ExtensionTrial {
        var trial = ExtensionTrial(capabilities, "if \(test) { discard; }")
        trial.message = message
        return trial
    }

    private func mark(
        _ identifier: String, handle: String = "", seconds: Int = 7 * 86_400, refreshes: Bool = false
    ) -> DuplicateMark {
        DuplicateMark(
            handle: [UInt8](handle.utf8), identifier: [UInt8](identifier.utf8), seconds: seconds,
            refreshes: refreshes)
    }

    @Test("what stands for the message is remembered once the scripts have run (RFC 7352 §3)")
    func marks() throws {
        let cases: [(String, DuplicateMark)] = [
            ("duplicate", mark("<a b@c>")),
            ("duplicate :header \"message-id\"", mark("<a b@c>")),
            ("duplicate :header \"X-ID\"", mark("one")),
            ("duplicate :uniqueid \"u 1\"", mark("u 1")),
            ("duplicate :handle \"h\"", mark("<a b@c>", handle: "h")),
            ("duplicate :seconds 90", mark("<a b@c>", seconds: 90)),
            ("duplicate :last :seconds 1K", mark("<a b@c>", seconds: 1024, refreshes: true)),
            ("duplicate :seconds 4G", mark("<a b@c>", seconds: 90 * 86_400)),
            (
                "duplicate :last :uniqueid \"u\" :handle \"H\" :seconds 5",
                mark("u", handle: "H", seconds: 5, refreshes: true)
            ),
        ]
        for (test, expected) in cases {
            let result = try #require(trial(test).result)
            #expect(result.marks == [expected], "\(test)")
            #expect(result.actions.map(\.summary) == ["keep*"], "\(test)")
        }
    }

    @Test("what the host has seen is a duplicate, by handle and octets (RFC 7352 §3)")
    func seen() {
        let host = KnowingHost()
        host.seen = [mark("<a b@c>"), mark("one", handle: "h")]
        let cases: [(String, Bool)] = [
            ("duplicate", true), ("duplicate :uniqueid \"<a b@c>\"", true),
            ("duplicate :uniqueid \"<A B@C>\"", false),
            ("duplicate :handle \"h\"", false), ("duplicate :handle \"h\" :header \"x-id\"", true),
            ("duplicate :handle \"H\" :header \"x-id\"", false), ("duplicate :header \"x-id\"", false),
            ("duplicate :seconds 0", false), ("not duplicate", false),
        ]
        for (test, expected) in cases {
            var trial = trial(test)
            trial.host = host
            #expect(trial.outcome == [expected ? "discard" : "keep*"], "\(test)")
        }
    }

    @Test(
        "without anything to know the message by it is new, and nothing is remembered (RFC 7352 §3.1)",
        arguments: [
            "duplicate :header \"x-none\"", "duplicate :header \"x-empty\"", "duplicate :uniqueid \"\"",
            "duplicate :uniqueid \"${none}\"", "duplicate :header \"${none}\"",
            "duplicate :header \"not a name\"",
            "duplicate :seconds 0",
        ])
    func unknown(_ test: String) throws {
        let result = try #require(trial(test).result)
        #expect(result.marks.isEmpty)
        #expect(result.actions.map(\.summary) == ["keep*"] && result.failure == nil)
    }

    @Test("the same test again in one run says the same, and is remembered once (RFC 7352 §3)")
    func sameRun() throws {
        let script =
            "if duplicate { discard; } if anyof (duplicate, duplicate :last, duplicate :handle \"h\") { discard; }"
        var trial = ExtensionTrial("duplicate", script)
        trial.message = message
        let result = try #require(trial.result)
        #expect(result.actions.map(\.summary) == ["keep*"])
        #expect(
            result.marks == [mark("<a b@c>"), mark("<a b@c>", refreshes: true), mark("<a b@c>", handle: "h")])
    }

    @Test("a script that fails remembers nothing (RFC 7352 §3)")
    func failure() throws {
        var trial = ExtensionTrial("duplicate ihave", "if duplicate { } error \"x\";")
        trial.message = message
        let result = try #require(trial.result)
        #expect(result.failure != nil && result.marks.isEmpty)
    }

    @Test("the number of marks is bounded")
    func bounds() {
        let script = (0..<33).map { "if duplicate :uniqueid \"\($0)\" { }" }.joined()
        var trial = ExtensionTrial("duplicate", script)
        #expect(trial.outcome == ["keep*", "failure main:1: more than 32 duplicate tests"])
        trial.limits.duplicateMarks = 33
        #expect(trial.outcome == ["keep*"])
    }

    @Test(
        "what is wrong with duplicate (RFC 7352 §3)",
        arguments: [
            ("duplicate;", "unknown-command"), ("if duplicate \"a\" { }", "unexpected-argument"),
            ("if duplicate 1 { }", "unexpected-argument"), ("if duplicate :test \"a\" { }", "unknown-tag"),
            ("if duplicate :header 1 { }", "wrong-argument"),
            ("if duplicate :handle [\"a\", \"b\"] { }", "wrong-argument"),
            ("if duplicate :seconds \"a\" { }", "wrong-argument"),
            ("if duplicate :seconds { }", "missing-argument"),
            ("if duplicate :last \"a\" { }", "unexpected-argument"),
            ("if duplicate :seconds :last { }", "not-required"),
            ("if duplicate :header \"a\" :uniqueid \"b\" { }", "repeated-tag"),
            ("if duplicate :last :last { }", "repeated-tag"),
            ("if duplicate :value \"a\" { }", "not-required"),
        ])
    func wrong(_ script: String, _ expected: String) {
        #expect(ExtensionTrial("duplicate", script).diagnostics == [expected])
    }

    @Test("vnd.dovecot.duplicate has :value, and does not stand with duplicate")
    func dovecot() throws {
        let result = try #require(trial("duplicate :value \"v\"", "vnd.dovecot.duplicate").result)
        #expect(result.marks == [mark("v")])
        #expect(trial("duplicate :uniqueid \"v\"", "vnd.dovecot.duplicate").diagnostics == ["unknown-tag"])
        #expect(
            trial("duplicate", "duplicate vnd.dovecot.duplicate").diagnostics == ["conflicting-capability"])
        #expect(
            trial("duplicate", "vnd.dovecot.duplicate duplicate").diagnostics == ["conflicting-capability"])
    }
}
