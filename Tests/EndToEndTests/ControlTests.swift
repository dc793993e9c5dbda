import Foundation
import Testing

/// `postmasterctl`, and what `postmaster-retry` makes of what it changes.
@Suite("Control", .serialized)
struct ControlTests {
    private typealias Object = [String: Any]

    // MARK: The queue

    @Test("an entry is listed and shown with all that is known of it")
    func listed() throws {
        let queue = try Queue()
        #expect(try queue.list().isEmpty)
        let id = try queue.defer(TestMessage.text(subject: "waiting"))
        let entries = try queue.list()
        let entry = try #require(entries.first)
        #expect(entries.count == 1)
        #expect(entry["id"] as? String == id)
        #expect(entry["place"] as? String == "queue")
        #expect(entry["sender"] as? String == "alice@example.org")
        #expect(entry["recipient"] as? String == "reader@example.net")
        #expect((entry["reason"] as? String)?.isEmpty == false)
        #expect((entry["due"] as? Int ?? 0) > (entry["created"] as? Int ?? .max))

        let shown = try queue.control(["queue", "show", id])
        #expect(shown.output.contains("Subject: waiting"))
        #expect(!shown.output.contains("Hello."), "the body is the owner's business")
        let object = try JSONSerialization.jsonObject(
            with: Data(try queue.control(["queue", "show", "--json", id]).output.utf8))
        #expect(((object as? Object)?["header"] as? String)?.contains("Subject: waiting") == true)
    }

    @Test("what is held stays until it is released, and is then delivered once")
    func held() throws {
        let queue = try Queue()
        let message = TestMessage.difficult(subject: "held")
        let id = try queue.defer(message)
        #expect(try queue.control(["queue", "hold", id]).code == 0)
        #expect(try queue.list().first?["place"] as? String == "hold")
        try queue.sweep()
        #expect(messages(queue.site.maildir).isEmpty)
        #expect(try queue.control(["queue", "release", id]).code == 0)
        #expect(try queue.list().first?["place"] as? String == "queue")
        try queue.sweep()
        try queue.sweep()
        #expect(messages(queue.site.maildir).count == 1)
        #expect(messages(queue.site.maildir).first?.bytes.range(of: message) != nil)
        #expect(try queue.list().isEmpty)
    }

    @Test("retry tries entries now, due or not, and says what came of it")
    func retried() throws {
        let queue = try Queue()
        let id = try queue.defer(TestMessage.text(subject: "soon"))
        try queue.sweep([])
        #expect(messages(queue.site.maildir).isEmpty, "it was not due yet")
        let held = try queue.defer(TestMessage.text(subject: "later"))
        #expect(try queue.control(["queue", "hold", held]).code == 0)
        let retried = try queue.control(["queue", "retry", id])
        #expect(retried.code == 0, "\(retried.errors)")
        #expect(retried.output == "\(id): delivered\n1 delivered\n")
        #expect(messages(queue.site.maildir).count == 1)
        let refused = try queue.control(["queue", "retry", held])
        #expect(refused.code == 1)
        #expect(refused.errors.contains("\(held): it is on hold"))
        #expect(try queue.list().count == 1)
    }

    @Test("flush tries all that is to go to a domain, or all that there is")
    func flushed() throws {
        let queue = try Queue()
        try queue.sendmail.fails(75)
        for address in ["a@one.example", "b@two.example", "c@Sub.One.example", "d@one.example"] {
            #expect(
                try queue.deliver(TestMessage.text(subject: address), rules: "redirect \"\(address)\";").code
                    == 0)
        }
        try queue.sweep()
        #expect(try queue.list().count == 4)
        #expect(try queue.list().allSatisfy { $0["cause"] as? String != "none" })
        try queue.sendmail.succeeds()
        let recipients = { queue.sendmail.sent.compactMap(\.arguments.last).sorted() }
        let first = try queue.control(["queue", "flush", "--domain", "ONE.example"])
        #expect(first.code == 0, "\(first.errors)")
        #expect(first.output.hasSuffix("2 delivered\n"), "\(first.output)")
        #expect(recipients() == ["a@one.example", "d@one.example"])
        #expect(try queue.control(["queue", "flush", "--domain", ".one.example"]).code == 0)
        #expect(recipients().count == 3)
        #expect(
            try queue.control(["queue", "flush", "--domain", "nowhere.example"]).output
                == "nothing was tried\n")
        #expect(try queue.control(["queue", "flush"]).output.hasSuffix("1 delivered\n"))
        #expect(recipients().count == 4)
        #expect(try queue.list().isEmpty)
    }

    @Test("what is requeued leaves by its new way")
    func requeued() throws {
        let queue = try Queue()
        try queue.sendmail.fails(75)
        #expect(
            try queue.deliver(TestMessage.text(subject: "x"), rules: "redirect \"a@one.example\";").code == 0)
        let id = try #require(try queue.list().first?["id"] as? String)
        let other = queue.site.workplace["other-sendmail"]
        let script = "#!/bin/sh\n/bin/cat >\(queue.site.workplace["sent"])/other.message\n"
        try succeed(
            "/usr/bin/install", ["-m", "755", try queue.site.workplace.write(script, to: "other.sh"), other])
        #expect(try queue.control(["queue", "requeue", id, "--route", "sendmail:\(other)"]).code == 0)
        try queue.sweep([])
        #expect(queue.sendmail.sent.isEmpty)
        #expect(queue.site.workplace.read("sent/other.message").contains("Subject: x"))
        #expect(try queue.list().isEmpty)
    }

    @Test("metrics count what waits, as Prometheus reads it and as JSON, to a file at once")
    func metrics() throws {
        let queue = try Queue()
        let id = try queue.defer(TestMessage.text(subject: "one"))
        _ = try queue.defer(TestMessage.text(subject: "two"))
        #expect(try queue.control(["queue", "hold", id]).code == 0)
        let text = try queue.metrics([]).output
        #expect(text.contains("# TYPE postmaster_spool_entries gauge\n"))
        for place in ["queue", "hold"] {
            let line = text.split(separator: "\n").first {
                $0.hasPrefix("postmaster_spool_entries{") && $0.contains("\"\(place)\"")
            }
            #expect(line?.hasSuffix(" 1") == true, "\(text)")
        }
        let object = try JSONSerialization.jsonObject(with: Data(try queue.metrics(["--json"]).output.utf8))
        let entries = (object as? Object)?["entries"] as? [Object]
        #expect(Set(entries?.compactMap { $0["place"] as? String } ?? []) == ["queue", "hold"])
        let file = try queue.site.workplace.makeDirectory("metrics", mode: 0o777) + "/postmaster.prom"
        let written = try queue.metrics(["--output", file])
        #expect(written.code == 0 && written.output.isEmpty)
        #expect(queue.site.workplace.read("metrics/postmaster.prom").contains("postmaster_spool_entries"))
        #expect(everything(queue.site.workplace["metrics"]) == ["postmaster.prom"])
        #expect(try queue.metrics(["--output", "/nonexistent/x.prom"]).code == 75)
    }

    @Test("what is removed is gone, and nobody is told")
    func removed() throws {
        let queue = try Queue()
        let id = try queue.defer(TestMessage.text(subject: "unwanted"))
        #expect(try queue.control(["queue", "remove", id]).code == 0)
        try queue.sweep()
        #expect(try queue.list().isEmpty)
        #expect(messages(queue.site.maildir).isEmpty)
        #expect(queue.sendmail.sent.isEmpty)
    }

    @Test("what is bounced goes back to its sender as a report of its failure")
    func bounced() throws {
        let queue = try Queue()
        let id = try queue.defer(TestMessage.text(subject: "back to you"))
        #expect(try queue.control(["queue", "bounce", id]).code == 0)
        try queue.sweep()
        #expect(queue.sendmail.sent.count == 1)
        let report = try #require(queue.sendmail.sent.first)
        #expect(report.arguments == ["-i", "-f", "<>", "--", "alice@example.org"])
        for text in [
            "Content-Type: multipart/report", "report-type=delivery-status", "Auto-Submitted: auto-replied",
            "Final-Recipient: rfc822; reader@example.net", "Action: failed", "Status: 5.",
            "Subject: back to you",
        ] {
            #expect(report.message.contains(text), "\(text) is missing in \(report.message)")
        }
        #expect(try queue.list().isEmpty)
        #expect(messages(queue.site.maildir).isEmpty)
    }

    @Test("nothing is ever sent to a null sender: what is given up waits for a person, who is told")
    func nullSender() throws {
        let queue = try Queue()
        let id = try queue.defer(TestMessage.text(subject: "a report"), sender: "")
        #expect(try queue.control(["queue", "bounce", id]).code == 0)
        try queue.sweep()
        #expect(queue.sendmail.sent.count == 1)
        #expect(queue.sendmail.sent.allSatisfy { $0.arguments.last?.hasPrefix("postmaster@") == true })
        #expect(try queue.list().map { $0["place"] as? String } == ["hold"])
    }

    @Test(
        "an entry that does not exist, or is no entry's name, is said to be none",
        arguments: [
            "1ng6r65qv95f3rd", "../../etc/passwd", "", "x", ".", "*",
        ])
    func unknownEntry(id: String) throws {
        let queue = try Queue()
        let kept = try queue.defer(TestMessage.text(subject: "kept"))
        for command in [
            ["show"], ["retry"], ["hold"], ["release"], ["bounce"], ["remove"],
            ["requeue", "--route", "default"],
        ] {
            let completed = try queue.control(["queue"] + command + ["--", id])
            #expect(completed.code != 0, "\(command)")
            #expect(!completed.errors.isEmpty)
        }
        #expect(try queue.list().map { $0["id"] as? String } == [kept])
    }

    @Test("a damaged entry is set aside and reported, and the others are delivered")
    func damaged() throws {
        let queue = try Queue()
        let broken = try queue.defer(TestMessage.text(subject: "broken"))
        _ = try queue.defer(TestMessage.text(subject: "sound"))
        for file in everything(queue.site.workplace["spool"]) where file.contains(broken) {
            let path = queue.site.workplace["spool/\(file)"]
            guard let bytes = FileManager.default.contents(atPath: path), !bytes.isEmpty else { continue }
            try bytes.dropLast(bytes.count / 3 + 1).write(to: URL(fileURLWithPath: path))
        }
        let swept = try queue.sweep(status: 1)
        #expect((swept.output + swept.errors).contains(broken))
        #expect(messages(queue.site.maildir).count == 1)
        #expect(
            everything(queue.site.workplace["spool"]).contains {
                $0.contains("corrupt/") && $0.contains(broken)
            })
    }

    // MARK: Mail that leaves

    @Test("a redirect leaves with the sender it came from", arguments: ["alice@example.org", ""])
    func redirected(sender: String) throws {
        let queue = try Queue()
        let completed = try queue.deliver(
            TestMessage.text(subject: "onwards"), rules: "redirect \"carol@example.com\";", sender: sender)
        #expect(completed.code == 0, "\(completed.errors)")
        #expect(
            queue.sendmail.sent.map(\.arguments) == [
                ["-i", "-f", sender.isEmpty ? "<>" : sender, "--", "carol@example.com"]
            ])
        #expect(queue.sendmail.sent.first?.message.contains("Subject: onwards\n") == true)
        #expect(try queue.list().isEmpty)
        #expect(messages(queue.site.maildir).isEmpty)
    }

    @Test("a redirect that cannot leave waits, and leaves later, once")
    func redirectedLater() throws {
        let queue = try Queue()
        try queue.sendmail.fails(75)
        let completed = try queue.deliver(
            TestMessage.text(subject: "onwards"),
            rules: "require \"copy\"; redirect :copy \"carol@example.com\";")
        #expect(completed.code == 0, "\(completed.errors)")
        #expect(messages(queue.site.maildir).count == 1)
        #expect(try queue.list().count == 1)
        try queue.sendmail.succeeds()
        try queue.sweep()
        try queue.sweep()
        #expect(queue.sendmail.sent.count == 1)
        #expect(messages(queue.site.maildir).count == 1)
        #expect(try queue.list().isEmpty)
    }

    @Test("a redirect that is refused for good is reported to the sender")
    func redirectRefused() throws {
        let queue = try Queue()
        try queue.sendmail.fails(67, for: "carol*")
        let message = TestMessage.text(subject: "onwards")
        #expect(try queue.deliver(message, rules: "redirect \"carol@example.com\";").code == 0)
        try queue.sweep()
        let reports = queue.sendmail.sent.filter { $0.arguments.last == "alice@example.org" }
        #expect(reports.count == 1)
        // RFC 3464 §2.3.2: the recipient as this host accepted the message, not where it was forwarded to.
        #expect(reports.first?.message.contains("Final-Recipient: rfc822; reader@example.net") == true)
        #expect(try queue.list().isEmpty)
    }

    // MARK: Configuration and scripts

    @Test("config check lists every mistake, with line and column")
    func configurationMistakes() throws {
        let workplace = try Workplace()
        let file = try workplace.write("[mail]\nroot = 7\nrut = \"x\"\n\n[nope]\nx = 1\n", to: "c.toml")
        let completed = try run(try workplace.program(.control), ["config", "check", "-c", file])
        #expect(completed.code == 1)
        let places = completed.output.split(separator: "\n").map { $0.dropFirst(file.count).prefix(5) }
        #expect(
            places == [":2:8:", ":3:1:", ":6:1:"] || places == [":2:8:", ":3:1:", ":5:1:"],
            "\(completed.output)")
        let listed = try run(try workplace.program(.control), ["config", "check", "--json", "-c", file])
        let objects = try JSONSerialization.jsonObject(with: Data(listed.output.utf8)) as? [Object]
        #expect(objects?.count == 3)
        #expect(
            objects?.allSatisfy { $0["line"] is Int && $0["column"] is Int && $0["message"] is String }
                == true)
    }

    @Test("the file that is packaged is sound, and config show tells what is in effect")
    func configurationShown() throws {
        let workplace = try Workplace()
        let packaged = Program.packageRoot + "/packaging/postmaster.toml"
        let program = try workplace.program(.control)
        #expect(try run(program, ["config", "check", "-c", packaged]).code == 0)
        let words = ["config", "show", "--json", "-c", packaged, "-o", "quota.limit=1G"]
        let objects =
            try JSONSerialization.jsonObject(with: Data(try run(program, words).output.utf8)) as? [Object]
        let values = Dictionary(
            uniqueKeysWithValues: (objects ?? []).map {
                ($0["key"] as? String ?? "", $0["value"] as? String ?? "")
            })
        #expect(values["quota.limit"] == "\"1G\"")
        #expect(values["mail.root"] == "\"~/Maildir\"")
        #expect(values.count > 30)
    }

    @Test("sieve check tells what is wrong and where, and the rules of the demo are sound")
    func scripts() throws {
        let workplace = try Workplace()
        let program = try workplace.program(.control)
        let demo = Program.packageRoot + "/fixtures/demo/demo.sieve"
        #expect(try run(program, ["sieve", "check", demo]).code == 0)
        let wrong = try workplace.write(
            "require \"fileinto\";\nfileinto 7;\nnonsense;\nkeep;\n", to: "wrong.sieve")
        let completed = try run(program, ["sieve", "check", "--json", demo, wrong])
        #expect(completed.code == 1)
        let objects = try JSONSerialization.jsonObject(with: Data(completed.output.utf8)) as? [Object]
        #expect(objects?.allSatisfy { $0["file"] as? String == wrong } == true)
        #expect(
            Set((objects ?? []).compactMap { $0["line"] as? Int }).isSuperset(of: [2, 3]),
            "\(completed.output)")
    }

    @Test("a dry run says what would be done, as JSON, and does nothing")
    func dryRun() throws {
        let queue = try Queue()
        let rules =
            "require [\"fileinto\", \"mailbox\"]; fileinto :create \"Box\"; redirect \"carol@example.com\";"
        let completed = try queue.deliver(
            TestMessage.text(subject: "perhaps"), rules: rules, more: ["--dry-run"])
        #expect(completed.code == 0)
        let plan = try JSONSerialization.jsonObject(with: Data(completed.output.utf8))
        #expect(plan is Object)
        #expect(completed.output.contains("carol@example.com"))
        #expect(completed.output.contains("Box"))
        #expect(everything(queue.site.workplace["home"]).isEmpty)
        #expect(everything(queue.site.workplace["spool"]).isEmpty)
        #expect(queue.sendmail.sent.isEmpty)
    }
}
