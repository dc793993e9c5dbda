import Foundation
import Testing

/// `postmasterctl explain`.
@Suite("Explain")
struct ExplainTests {
    private typealias Object = [String: Any]

    private static let script = """
        require ["fileinto", "vacation"];
        # rule:[Lists]
        if header :contains "subject" "list" {
            fileinto "Lists";
        }
        vacation "away";
        """

    private let site: DeliverySite
    private let program: String

    init() throws {
        site = try DeliverySite()
        program = try site.workplace.program(.control)
    }

    private func explain(
        _ words: [String], input: Data = Data(), user: UserID? = nil, environment: [String: String] = [:]
    ) throws -> Completed {
        try run(program, ["explain"] + words, input: input, user: user, environment: environment)
    }

    @Test("a message on standard input is explained by a script that is given")
    func standardInput() throws {
        let script = try site.workplace.write(Self.script, to: "a.sieve")
        let completed = try explain(
            ["--script", script, "--sender", "alice@example.org", "--recipient", "bob@example.net"],
            input: TestMessage.text(subject: "=?utf-8?q?my_list?="))
        #expect(completed.code == 0, "\(completed.errors)")
        for part in [
            "# Lists", "header :contains \"subject\" \"list\"  true",
            "subject: \"my list\"  from: =?utf-8?q?my_list?=",
            "implicit keep: no, cancelled by fileinto (a:4)",
            "envelope  <alice@example.org> to <bob@example.net>",
        ] {
            #expect(completed.output.contains(part), "\(part)\n\(completed.output)")
        }
        #expect(!completed.output.contains("\u{1B}"), "a pipe gets no colours")
        #expect(everything(site.workplace["home"]).isEmpty, "nothing is written")
    }

    @Test("vacation that is not sent says why")
    func vacation() throws {
        let script = try site.workplace.write(Self.script, to: "a.sieve")
        let message = try site.workplace.write(
            String(decoding: TestMessage.text(subject: "x", fields: "List-Id: <a.b>\n"), as: UTF8.self),
            to: "m.eml")
        let completed = try explain(
            [
                "--json", "--script", script, "--sender", "a@example.org", "--recipient", "bob@example.net",
                message,
            ])
        let object = try #require(JSONSerialization.jsonObject(with: Data(completed.output.utf8)) as? Object)
        let action = try #require(
            (object["actions"] as? [Object])?.first { $0["action"] as? String == "vacation" })
        #expect((action["remarks"] as? [String])?.first?.hasPrefix("not done: ") == true, "\(action)")
        #expect((object["not_done"] as? [String])?.count == 1)
        let outcomes = try #require(object["outcomes"] as? [Object])
        #expect(outcomes.map { $0["target"] as? String } == ["INBOX"])
    }

    @Test("HTML is one page that nothing from a message can get out of")
    func html() throws {
        let script = try site.workplace.write(Self.script, to: "a.sieve")
        let completed = try explain(
            ["--html", "--script", script], input: TestMessage.text(subject: "<script>alert(1)</script>"))
        #expect(completed.code == 0)
        #expect(completed.output.hasPrefix("<!DOCTYPE html>"))
        #expect(completed.output.contains("&lt;script&gt;"))
        #expect(!completed.output.contains("<script"))
        #expect(completed.output.contains("fileinto &quot;Lists&quot;;"))
    }

    @Test("what cannot be explained is complained about")
    func complaints() throws {
        let broken = try site.workplace.write("keep", to: "broken.sieve")
        let shown = try explain(["--script", broken], input: TestMessage.text(subject: "x"))
        #expect(shown.code == 0)
        #expect(shown.output.contains("not run: it has errors"))
        #expect(shown.output.contains("implicit keep: yes"))
        #expect(try explain(["--script", site.workplace["none"]]).code == 1)
        #expect(try explain(["--script", broken, site.workplace["none"]]).code == 1)
        #expect(try explain(["--html", "--json"]).code == 64)
        #expect(try explain(["--id", "x", "--message-id", "y"]).code == 64)
        let unsearchable = try explain(["--message-id", "x", "-o", "log.target=journal"])
        #expect(unsearchable.code == 1)
        #expect(unsearchable.errors.contains("only a log file can be searched"))
    }

    // MARK: Past deliveries

    /// Delivers a message that a script files, and gives its Message-ID.
    private func delivery(_ format: String = "json") throws -> String {
        try site.workplace.write(
            "require [\"fileinto\", \"mailbox\"];\nif header :contains \"subject\" \"list\" { fileinto :create \"Lists/ü\"; }",
            to: "rules.sieve")
        let message = TestMessage.text(subject: "a list")
        let completed = try site.deliver(
            message, ["--script", site.workplace["rules.sieve"], "-o", "log.format=\(format)"])
        #expect(completed.code == 0, "\(completed.errors)")
        let text = String(decoding: message, as: UTF8.self)
        let start = try #require(text.range(of: "Message-ID: ")).upperBound
        return String(text[start...].prefix { $0 != "\n" })
    }

    private func explainPast(_ words: [String]) throws -> Completed {
        try explain(
            ["--mail-dir", site.maildir, "--script", site.workplace["rules.sieve"]]
                + [
                    "-o", "log.target=file:\(site.workplace["log"])", "-o",
                    "spool.directory=\(site.workplace["spool"])",
                ]
                + words, user: .nobody)
    }

    @Test(
        "a delivery is found by its Message-ID, with its message, wherever that was moved",
        arguments: ["json", "logfmt"])
    func byMessageID(format: String) throws {
        let id = try delivery(format)
        _ = try site.deliver(TestMessage.text(subject: "another"))
        let completed = try explainPast(["--message-id", id])
        #expect(completed.code == 0, "\(completed.errors)")
        for part in [
            "as the log has it", "store Lists/ü: stored", "header :contains \"subject\" \"list\"  true",
            "stored in Lists/ü",
        ] {
            #expect(completed.output.contains(part), "\(part)\n\(completed.output)")
        }
        #expect(!completed.output.contains("newer than the delivery"))

        let folder = "\(site.maildir)/.Lists.&APw-"
        let file = try #require(messages(folder).first?.name)
        try FileManager.default.moveItem(
            atPath: "\(folder)/new/\(file)", toPath: "\(site.maildir)/cur/\(file):2,S")
        #expect(try explainPast(["--message-id", String(id.dropFirst().dropLast())]).code == 0)
        try FileManager.default.removeItem(atPath: "\(site.maildir)/cur/\(file):2,S")
        let gone = try explainPast(["--message-id", id])
        #expect(gone.code == 1)
        #expect(gone.errors.contains("no longer where it was stored"))
        #expect(gone.output.contains("store Lists/ü: stored"), "what the log says is shown all the same")
    }

    @Test("by the delivery's own identifier, too; a script that was changed since is told of")
    func byID() throws {
        _ = try delivery()
        let record = try #require(
            JSONSerialization.jsonObject(with: Data(site.workplace.read("log").utf8)) as? Object)
        let id = try #require(record["id"] as? String)
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: 60)], ofItemAtPath: site.workplace["rules.sieve"])
        let completed = try explainPast(["--json", "--id", id])
        #expect(completed.code == 0, "\(completed.errors)")
        let object = try #require(JSONSerialization.jsonObject(with: Data(completed.output.utf8)) as? Object)
        #expect((object["remarks"] as? [String])?.first?.contains("newer than the delivery") == true)
        #expect((object["logged"] as? Object)?["outcome"] as? String == "delivered")
        let missing = try explainPast(["--id", "no-such-id"])
        #expect(missing.code == 1)
        #expect(missing.errors.contains("no delivery of no-such-id"))
    }

    @Test("an entry of the spool is explained by the message in it")
    func spooled() throws {
        try site.workplace.write("keep;", to: "rules.sieve")
        // A file in the place of the Maildir.
        try site.workplace.write("", to: "home/Maildir", owner: .nobody)
        #expect(try site.deliver(TestMessage.text(subject: "waits")).code == 0)
        let record = site.workplace.read("log")
        let start = try #require(record.range(of: " id=")).upperBound
        let id = String(record[start...].prefix { $0 != " " })
        let completed = try explainPast(["--id", id])
        #expect(completed.code == 0, "\(completed.errors)")
        #expect(completed.output.contains("subject   waits"), "\(completed.output)")
    }
}
