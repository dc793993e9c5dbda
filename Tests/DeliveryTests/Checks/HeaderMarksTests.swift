import ContentChecks
import MailMessage
import Platform
import Settings
import Spool
import Testing

@testable import Delivery

/// Fields that checks write, and those that they remove.
@Suite struct HeaderMarksTests {
    private func marked(
        _ text: String, _ marks: HeaderMarks, limits: MessageLimits = MessageLimits()
    ) -> String {
        let original = Message(SharedBytes(Array(text.utf8)), limits: limits)
        guard let header = marks.applied(to: original) else { return text }
        let edited = header.edited(original)
        return String(decoding: edited.bytes.array(0..<edited.bytes.count), as: UTF8.self)
    }

    private static let marks = HeaderMarks(
        added: [.init(name: "X-A", value: "1"), .init(name: "X-B", value: "2")], replaced: ["X-A"])

    @Test(
        "fields go to the top in their order, with the message's own line ends",
        arguments: [
            ("S: a\n\nb\n", "X-A: 1\nX-B: 2\nS: a\n\nb\n"),
            ("S: a\r\nx-a: forged\r\n folded\r\n\r\nb\r\n", "X-A: 1\r\nX-B: 2\r\nS: a\r\n\r\nb\r\n"),
            ("X-A: x\n\nb\n", "X-A: 1\nX-B: 2\n\nb\n"), ("\nb\n", "X-A: 1\nX-B: 2\n\nb\n"),
            ("b\n", "X-A: 1\nX-B: 2\n\nb\n"), ("", "X-A: 1\nX-B: 2\n\n"),
            ("S: a", "X-A: 1\nX-B: 2\nS: a\n\n"),
        ])
    func order(before: String, after: String) {
        #expect(marked(before, Self.marks) == after)
    }

    @Test("a header over its limits gets them, too, and keeps what is behind the limit")
    func exceeded() {
        var limits = MessageLimits()
        limits.headerFields = 2
        let message = "A: 1\nX-A: 2\nB: 3\nX-A: 4\n\nbody\n"
        #expect(marked(message, Self.marks, limits: limits) == "X-A: 1\nX-B: 2\nA: 1\nB: 3\nX-A: 4\n\nbody\n")
    }

    @Test("without a change there is no new header")
    func unchanged() {
        let message = Message(SharedBytes(Array("S: a\n\nb\n".utf8)))
        #expect(HeaderMarks(replaced: ["X-A"]).applied(to: message) == nil)
        #expect(HeaderMarks().applied(to: message) == nil)
    }

    @Test("what is in a file is what would be in memory")
    func file() throws {
        let text = "S: a\nX-A: 9\n\n" + String(repeating: "line\n", count: 100)
        let message = Message(SharedBytes(Array(text.utf8)))
        let header = try #require(Self.marks.applied(to: message))
        let small = try header.message(replacing: message, memory: 10_000) { () throws(SpoolError) in
            try SpoolDirectory.memoryFile()
        }
        let large = try header.message(replacing: message, memory: 10) { () throws(SpoolError) in
            try SpoolDirectory.memoryFile()
        }
        #expect(small.bytes.array(0..<small.bytes.count) == large.bytes.array(0..<large.bytes.count))
        #expect(header.addedBareLineEnds(since: message) == 1)
    }

    @Test(
        "whatever the message is, its body stays byte for byte, and only the fields come on top of the header"
    )
    func anything() {
        var random = Random(7)
        let pieces = [
            "S: a", "\n", "\r\n", "X-A: 1", "x-b:", " ", "body", "\u{0}", ":", "From x\n", "X-A", "\r",
        ]
        for _ in 0..<2000 {
            var text: [UInt8] = []
            for _ in 0..<random.below(12) { text += Array(pieces[random.below(pieces.count)].utf8) }
            let original = Message(SharedBytes(text))
            guard let header = Self.marks.applied(to: original) else {
                Issue.record("nothing was added")
                return
            }
            let edited = header.edited(original)
            let body = original.bytes.array(original.header.bodyStart..<text.count)
            let after = edited.bytes.array(edited.header.bodyStart..<edited.bytes.count)
            #expect(body == after, "\(text)")
            #expect(edited.count(named: "X-A") == 1 && edited.count(named: "X-B") >= 1, "\(text)")
        }
    }

    // MARK: What they say

    private func fields(_ verdicts: Verdicts, _ change: (inout Configuration.Checks) -> Void) -> [String] {
        var settings = Configuration.Checks()
        change(&settings)
        var marks = HeaderMarks()
        StatusFields(settings: settings, verdicts: verdicts).add(to: &marks)
        return marks.added.map { "\($0.name): \($0.value)" }
    }

    private static let socket: [ScannerAddress] = [.local(path: "/x")]

    @Test("attachments")
    func attachments() {
        for (outcome, text) in [
            (CheckResult.Outcome.passed, "Clean"), (.found, "Suspicious (macros: a.doc)"),
            (.unanswered, "Unknown"),
        ] {
            var verdicts = Verdicts()
            verdicts.results = [CheckResult(.attachments, outcome, "macros: a.doc", policy: .tag)]
            #expect(
                fields(verdicts) { $0.attachments.forbiddenNames = ["*.exe"] } == [
                    "X-Attachment-Status: \(text)"
                ])
        }
    }

    @Test(
        "spam with every number that a scanner may give",
        arguments: [
            (Double.nan, "0.0", 0), (.infinity, "0.0", 0), (-3.256, "-3.26", 0), (1e300, "1000000000.0", 50),
            (0.1, "0.1", 0), (5, "5.0", 5), (12.345, "12.35", 12),
        ])
    func spam(score: Double, text: String, level: Int) {
        var verdicts = Verdicts()
        verdicts.spam = SpamAnswer(isSpam: true, score: score, threshold: 5)
        verdicts.results = [CheckResult(.spamd, .found, policy: .tag)]
        let level = level > 0 ? ["X-Spam-Level: " + String(repeating: "*", count: level)] : []
        #expect(
            fields(verdicts) { $0.spamd.servers = Self.socket }
                == ["X-Spam-Flag: YES", "X-Spam-Score: \(text)"] + level
                + ["X-Spam-Status: Yes, score=\(text) required=5.0"])
    }

    @Test("many symbols make a field that is folded, and not longer than a header may have")
    func symbols() throws {
        var verdicts = Verdicts()
        let symbols = (0..<200).map { "A_SYMBOL_WITH_A_LONG_NAME_\($0)" }
        verdicts.spam = SpamAnswer(isSpam: false, score: 1, threshold: 5, symbols: symbols)
        verdicts.results = [CheckResult(.rspamd, .passed)]
        var marks = HeaderMarks()
        var settings = Configuration.Checks()
        settings.rspamd.servers = Self.socket
        settings.fields = true
        StatusFields(settings: settings, verdicts: verdicts).add(to: &marks)
        let lines = marked("S: a\n\n", marks).split(separator: "\n")
        #expect(lines.allSatisfy { $0.utf8.count <= 100 })
        #expect(lines.count > 10 && lines.last == "S: a")
        #expect(marks.added.allSatisfy { $0.value.utf8.count < 1200 })
    }
}
