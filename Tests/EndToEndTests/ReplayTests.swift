import Foundation
import Testing

/// `postmasterctl replay`.
@Suite("Replay")
struct ReplayTests {
    private typealias Object = [String: Any]

    private static let old = "keep;"
    private static let new = """
        require ["fileinto", "mailbox", "copy", "imap4flags"];
        if header :contains "subject" "list" { fileinto :create "Lists"; }
        elsif header :contains "subject" "missing" { fileinto "Missing"; }
        elsif header :contains "subject" "spam" { discard; }
        elsif header :contains "subject" "forward" { redirect :copy "a@example.org"; fileinto :create "Lists"; }
        """

    private let workplace: Workplace
    private var maildir: String { workplace["Maildir"] }

    init() throws {
        workplace = try Workplace()
        for folder in ["", "/.Archive"] {
            for name in ["cur", "new", "tmp"] { try workplace.makeDirectory("Maildir\(folder)/\(name)") }
        }
        try workplace.write(Self.old, to: "old.sieve")
        try workplace.write(Self.new, to: "new.sieve")
    }

    private func put(_ subject: String, _ name: String) throws {
        try TestMessage.text(subject: subject).write(to: URL(fileURLWithPath: "\(maildir)/\(name)"))
    }

    private func replay(_ words: [String] = []) throws -> Completed {
        try run(
            try workplace.program(.control),
            ["replay", workplace["old.sieve"], workplace["new.sieve"], maildir] + words)
    }

    private func fill() throws {
        try put("a list", "new/1.M1.host")
        try put("spam", "cur/2.M2.host:2,S")
        try put("other", "cur/3.M3.host:2,")
        try put("forward", "new/4.M4.host")
        try put("list again", ".Archive/cur/5.M5.host:2,FRS")
    }

    @Test("what would be done otherwise is listed, and nothing is changed")
    func listed() throws {
        try fill()
        let before = everything(maildir)
        let completed = try replay()
        #expect(completed.code == 0, "\(completed.errors)")
        #expect(completed.output.contains("a list  [INBOX]\n    INBOX -> Lists"), "\(completed.output)")
        #expect(completed.output.contains("spam  [INBOX]\n    INBOX -> discard"))
        #expect(completed.output.contains("list again  [Archive]\n    INBOX -> Lists"))
        #expect(
            completed.output.contains("5 messages, 4 different\n2\tINBOX -> Lists\n"), "\(completed.output)")
        #expect(!completed.output.contains("other"))
        #expect(completed.errors.isEmpty, "no progress in a pipe")
        #expect(everything(maildir) == before)
    }

    @Test("JSON has an object on each line, the counts last")
    func json() throws {
        try fill()
        let objects = try replay(["--json"]).output.split(separator: "\n").map {
            try #require(JSONSerialization.jsonObject(with: Data($0.utf8)) as? Object)
        }
        try #require(objects.count == 5)
        #expect(objects.dropLast().allSatisfy { $0["old"] as? String == "INBOX" })
        #expect(objects[0]["message"] as? String == "1.M1.host" && objects[0]["new"] as? String == "Lists")
        #expect(objects.last?["messages"] as? Int == 5 && objects.last?["different"] as? Int == 4)
        #expect((objects.last?["changes"] as? Object)?["INBOX -> Lists"] as? Int == 2)
    }

    @Test("--limit stops after so many messages")
    func limit() throws {
        try fill()
        #expect(try replay(["--limit", "2"]).output.contains("2 messages, "))
        #expect(try replay(["--limit", "0"]).output == "0 messages, 0 different\n")
    }

    @Test("--apply moves what differs in the folder only, with flags, and removes nothing")
    func applied() throws {
        try fill()
        let completed = try replay(["--apply"])
        #expect(completed.code == 0, "\(completed.errors)")
        #expect(completed.output.contains("moved 1.M1.host: INBOX -> Lists\n"))
        #expect(completed.output.contains(", 2 moved\n"))
        #expect(
            messages("\(maildir)/.Lists").map { "\($0.directory)/\($0.name)" } == [
                "new/1.M1.host", "cur/5.M5.host:2,FRS",
            ])
        #expect(messages("\(maildir)/.Archive").isEmpty)
        #expect(messages(maildir).map(\.name).sorted() == ["2.M2.host:2,S", "3.M3.host:2,", "4.M4.host"])
        let again = try replay(["--apply"])
        #expect(again.code == 0)
        #expect(!again.output.contains("moved"), "what is where it should be stays there")
    }

    @Test("a move that fails is told of, the others are made, and the status says so")
    func failed() throws {
        try put("missing", "new/1.M1.host")
        try put("list", "new/2.M2.host")
        let completed = try replay(["--apply"])
        #expect(completed.code == 1)
        #expect(completed.errors.contains("1.M1.host: not moved to Missing"), "\(completed.errors)")
        #expect(messages("\(maildir)/.Lists").map(\.name) == ["2.M2.host"])
        #expect(messages(maildir).map(\.name) == ["1.M1.host"])
    }

    @Test("scripts with errors, and no Maildir, are complained about")
    func complaints() throws {
        try workplace.write("keep", to: "old.sieve")
        #expect(try replay().code == 1)
        try workplace.write("keep;", to: "old.sieve")
        try FileManager.default.removeItem(atPath: maildir)
        #expect(try replay().code == 1)
    }

    @Test("a Maildir of many messages is gone through in a bounded memory", .timeLimit(.minutes(3)))
    func many() throws {
        for number in 0..<3000 { try put(number % 2 == 0 ? "list" : "other", "new/\(number).host") }
        let completed = try replay(["--json"])
        #expect(completed.code == 0)
        #expect(completed.output.split(separator: "\n").count == 1501)
    }
}
