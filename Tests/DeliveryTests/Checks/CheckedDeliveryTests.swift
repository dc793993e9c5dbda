import MailLog
import MailMessage
import Platform
import Settings
import Spool
import TestSupport
import Testing

@testable import Delivery

/// What becomes of messages that are checked when they come.
@Suite struct CheckedDeliveryTests {
    private var site: Site
    private static let trace = "Return-Path: <alice@example.net>\nDelivered-To: bob@example.org\n"
    private static let evil = "Subject: hello\n\nEVIL\n"

    init() throws {
        site = try Site()
        site.set("log.target=file:\(site.temporary.path("log"))")
    }

    private func logged() throws -> LoggedDelivery {
        let lines = try site.temporary.bytes("log").split(separator: 0x0A)
        return try #require(lines.last.flatMap { LoggedDelivery(line: Array($0)) })
    }

    @Test(
        "a message in which nothing is found is delivered as it came, and the log says that it was looked at")
    func clean() throws {
        var site = site
        site.askClamd()
        let clamd = try Scanner.clamd(at: site.socket("clamd"))
        #expect(try site.deliver().exitStatus == 0)
        #expect(clamd.end() == 1)
        #expect(try site.copies() == [Self.trace + Site.message])
        let check = try #require(try logged().checks.first)
        #expect(check.name == "clamd" && check.result == "passed" && check.policy == "" && check.detail == "")
        #expect(site.leftovers == [])
    }

    @Test("with checks.fields a clean message says so, and a field that came with it is gone")
    func fields() throws {
        var site = site
        site.askClamd("checks.fields=true")
        let clamd = try Scanner.clamd(at: site.socket("clamd"))
        let forged = "Subject: hello\nX-Virus-Status: Infected\n (forged)\nX-Other: 1\n\nbody\n"
        #expect(try site.deliver(forged).exitStatus == 0)
        clamd.end()
        #expect(
            try site.copies() == [Self.trace + "X-Virus-Status: Clean\nSubject: hello\nX-Other: 1\n\nbody\n"])
    }

    @Test("a status field that came with a message is not believed, even where none is written")
    func forged() throws {
        var site = site
        site.askClamd()
        let clamd = try Scanner.clamd(at: site.socket("clamd"))
        #expect(try site.deliver("x-virus-status: Clean\r\nSubject: a\r\n\r\nbody\r\n").exitStatus == 0)
        clamd.end()
        #expect(
            try site.copies() == [
                "Return-Path: <alice@example.net>\r\nDelivered-To: bob@example.org\r\nSubject: a\r\n\r\nbody\r\n"
            ])
    }

    @Test("a message with a virus goes to the quarantine mailbox, which is made, and no rule runs")
    func quarantine() throws {
        var site = site
        site.askClamd()
        try site.use("require \"fileinto\"; fileinto \"Work\"; redirect \"carol@example.com\";")
        let clamd = try Scanner.clamd(at: site.socket("clamd"))
        #expect(try site.deliver(Self.evil).exitStatus == 0)
        clamd.end()
        #expect(site.files() == [])
        #expect(
            try site.copies(".Quarantine") == [
                Self.trace + "X-Virus-Status: Infected (\(Scanner.virus))\n" + Self.evil
            ])
        #expect(site.files(".Quarantine")[0].hasPrefix("new/"))
        #expect(try site.entries() == [])
        let record = try logged()
        #expect(record["outcome"] == "delivered")
        #expect(record["reason"] == "quarantined: virus \(Scanner.virus) (clamd)")
        let check = try #require(record.checks.first)
        #expect(check.result == "found" && check.policy == "quarantine" && check.detail == Scanner.virus)
    }

    @Test("quarantine as hold: the entry waits for a person, and once released it is delivered by the rules")
    func hold() throws {
        var site = site
        site.askClamd("checks.quarantine=hold")
        try site.use(
            "require [\"fileinto\", \"mailbox\", \"virustest\"]; if virustest \"5\" { fileinto :create \"V\"; }"
        )
        let clamd = try Scanner.clamd(at: site.socket("clamd"))
        let completion = try site.deliver(Self.evil)
        #expect(completion.exitStatus == 0 && completion.due == [])
        let held = try #require(try site.entries().first)
        #expect(held.place == .hold && site.files() == [])
        let fields = try site.summary(held).envelope.fields
        #expect(fields.first("quarantined") == "virus \(Scanner.virus) (clamd)")
        #expect(fields.first("cause") == "quarantine")
        let released = try site.release(held)
        #expect(try site.visit(released) == .delivered)
        clamd.end()
        #expect(
            try site.copies(".V") == [
                Self.trace + "X-Virus-Status: Infected (\(Scanner.virus))\n" + Self.evil
            ])
        #expect(try site.entries() == [] && site.files(".Quarantine") == [])
    }

    @Test(
        "what a person has released no other check takes away again",
        arguments: ["quarantine", "reject", "discard"])
    func released(policy: String) throws {
        var site = site
        site.askClamd("checks.quarantine=hold")
        let clamd = try Scanner.clamd(at: site.socket("clamd"))
        #expect(try site.deliver(Self.evil).exitStatus == 0)
        let held = try #require(try site.entries().first)
        // Since then, the policy has changed.
        site.set("checks.clamd.on-virus=\(policy)")
        #expect(try site.visit(site.release(held)) == .delivered)
        clamd.end()
        #expect(
            try site.copies() == [Self.trace + "X-Virus-Status: Infected (\(Scanner.virus))\n" + Self.evil])
    }

    @Test("forged fields of scanners upstream are gone from what is put aside, too")
    func forgedInQuarantine() throws {
        var site = site
        site.askClamd("checks.upstream.hosts=mx.example.org")
        let clamd = try Scanner.clamd(at: site.socket("clamd"))
        #expect(try site.deliver("X-Spam-Status: No\n" + Self.evil).exitStatus == 0)
        clamd.end()
        #expect(
            try site.copies(".Quarantine") == [
                Self.trace + "X-Virus-Status: Infected (\(Scanner.virus))\n" + Self.evil
            ])
    }

    @Test("a virus on hold although spool.mode is tempfail; a spool that cannot be had means try again")
    func holdElsewhere() throws {
        var site = site
        site.askClamd("checks.quarantine=hold", "spool.mode=tempfail")
        let clamd = try Scanner.clamd(at: site.socket("clamd"))
        #expect(try site.deliver(Self.evil).exitStatus == 0)
        #expect(try site.entries().count == 1)
        site.set("spool.directory=/dev/null/spool")
        #expect(try site.deliver(Self.evil).exitStatus == 75)
        clamd.end()
        #expect(site.files() == [] && site.files(".Quarantine") == [])
    }

    @Test(
        "reject, discard, tag and keep do what they say",
        arguments: [
            ("reject", CInt(77), "rejected", 0), ("discard", 0, "discarded", 0), ("tag", 0, "delivered", 1),
            ("keep", 0, "delivered", 1),
        ])
    func policies(policy: String, status: CInt, outcome: String, copies: Int) throws {
        var site = site
        site.askClamd("checks.clamd.on-virus=\(policy)")
        let clamd = try Scanner.clamd(at: site.socket("clamd"))
        let completion = try site.deliver(Self.evil)
        clamd.end()
        #expect(completion.exitStatus == status)
        #expect(
            String(decoding: completion.errorLine, as: UTF8.self)
                == (policy == "reject" ? "5.7.1 virus \(Scanner.virus) (clamd)\n" : ""))
        let tag = policy == "tag" ? "X-Virus-Status: Infected (\(Scanner.virus))\n" : ""
        #expect(try site.copies() == (copies == 0 ? [] : [Self.trace + tag + Self.evil]))
        #expect(try site.entries() == [] && site.leftovers == [])
        #expect(try logged()["outcome"] == outcome)
        #expect(try logged().checks.first?.policy == policy)
    }

    @Test(
        "a scanner that gives no answer: defer, keep and tag",
        arguments: ["defer", "keep", "tag"],
        ["absent", "stream: something ERROR\u{0}", "stream: What FOUN", "\u{0}", "OK", "stream: OK\n"])
    func failures(policy: String, answer: String) throws {
        var site = site
        site.askClamd("checks.clamd.on-failure=\(policy)", "checks.clamd.timeout=2s")
        let clamd =
            answer == "absent" ? nil : try Scanner.clamd(at: site.socket("clamd"), .answer(answer))
        let completion = try site.deliver()
        clamd?.end()
        #expect(completion.exitStatus == 0)
        let check = try #require(try logged().checks.first)
        #expect(check.result == "unanswered" && check.policy == policy && !check.detail.isEmpty)
        guard policy == "defer" else {
            let tag = policy == "tag" ? "X-Virus-Status: Unknown\n" : ""
            #expect(try site.copies() == [Self.trace + tag + Site.message])
            return
        }
        #expect(site.files() == [] && completion.due == [])
        let entry = try #require(try site.entries().first)
        let due = try #require(entry.due)
        #expect(due > .now())
        let summary = try site.summary(entry)
        #expect(summary.envelope.fields.first("cause") == "scanner")
        #expect(EntryOutline(summary.envelope, summary.journal).cause == "scanner")
        #expect(try logged()["outcome"] == "spooled")
    }

    @Test("with spool.mode tempfail a deferred message stays with the sender's side")
    func tempfail() throws {
        var site = site
        site.askClamd("spool.mode=tempfail")
        let completion = try site.deliver()
        #expect(completion.exitStatus == 75 && site.files() == [])
        #expect(try site.entries() == [])
        #expect(completion.errorLine.starts(with: Array("4.3.0 clamd: clamd".utf8)))
    }

    @Test(
        "a deferred message is tried again by the schedule of its cause, and delivered when the scanner is back"
    )
    func retry() throws {
        var site = site
        site.askClamd()
        site.set("retry.schedules=scanner: 7m", "retry.schedule=1h")
        let before = WallTime.now().seconds
        #expect(try site.deliver(Self.evil).exitStatus == 0)
        let entry = try #require(try site.entries().first)
        let due = try #require(entry.due)
        #expect((before + 420...WallTime.now().seconds + 420).contains(due.seconds))
        guard case .rescheduled(let reason) = try site.visit(entry) else {
            Issue.record("not rescheduled")
            return
        }
        #expect(reason.hasPrefix("clamd: "))
        #expect(try logged().checks.first?.result == "unanswered")
        let again = try #require(try site.entries().first)
        let clamd = try Scanner.clamd(at: site.socket("clamd"))
        #expect(try site.visit(again) == .delivered)
        clamd.end()
        #expect(try site.copies(".Quarantine").count == 1 && site.files() == [])
        #expect(try site.entries() == [])
    }

    @Test("a scanner that hangs costs its timeout, and no more than the time of the delivery leaves")
    func timeouts() throws {
        var site = site
        site.askClamd("checks.clamd.timeout=1s", "checks.clamd.on-failure=tag")
        var clamd = try Scanner.clamd(at: site.socket("clamd"), .silence(milliseconds: 9000))
        var start = SteadyTime.now()
        #expect(try site.deliver().exitStatus == 0)
        #expect(900..<9000 ~= SteadyTime.now().milliseconds - start.milliseconds)
        clamd.end()
        site.set("checks.clamd.server=unix:\(site.socket("other"))")
        site.set("checks.clamd.timeout=1m", "delivery.deadline=2s")
        clamd = try Scanner.clamd(at: site.socket("other"), .silence(milliseconds: 9000))
        start = SteadyTime.now()
        #expect(try site.deliver().exitStatus == 0)
        #expect(1300..<9000 ~= SteadyTime.now().milliseconds - start.milliseconds)
        clamd.end()
        #expect(try site.copies().count == 2)
    }

    @Test("the first check that decides ends the asking")
    func firstDecides() throws {
        var site = site
        site.askClamd()
        site.askSpamd()
        let clamd = try Scanner.clamd(at: site.socket("clamd"))
        let spamd = try Scanner.spamd(at: site.socket("spamd"), score: "9")
        #expect(try site.deliver(Self.evil).exitStatus == 0)
        #expect(clamd.end() == 1 && spamd.end() == 0)
        #expect(try logged().checks.map(\.name) == ["clamd"])
    }

    @Test("spam gets the fields that mail programs know")
    func spam() throws {
        var site = site
        site.askSpamd()
        let spamd = try Scanner.spamd(at: site.socket("spamd"), score: "6.3")
        let forged = "X-Spam-Flag: NO\nSubject: a\nX-Spam-Status: No\n\nbody\n"
        #expect(try site.deliver(forged).exitStatus == 0)
        spamd.end()
        #expect(
            try site.copies() == [
                Self.trace + "X-Spam-Flag: YES\nX-Spam-Score: 6.3\nX-Spam-Level: ******\n"
                    + "X-Spam-Status: Yes, score=6.3 required=5.0 tests=GTUBE,HTML_MESSAGE\nSubject: a\n\nbody\n"
            ])
        #expect(try logged().checks.first?.detail == "score 6.3 of 5.0")
    }

    @Test("a message that is too large for a spam scanner is not given to it")
    func tooLarge() throws {
        var site = site
        site.askSpamd("checks.spamd.max-size=10", "checks.fields=true")
        #expect(try site.deliver().exitStatus == 0)
        #expect(try site.copies() == [Self.trace + Site.message])
        let check = try #require(try logged().checks.first)
        #expect(check.result == "skipped" && check.detail == "larger than 10 bytes" && check.policy == "")
    }

    @Test("what is sent on and what waits in the spool carries the fields, too")
    func downstream() throws {
        var site = site
        site.askClamd("checks.clamd.on-virus=tag")
        try site.installSendmail()
        site.set("transport.relay=sendmail:\(site.temporary.path("sendmail"))")
        try site.use("redirect \"carol@example.com\"; keep;")
        let clamd = try Scanner.clamd(at: site.socket("clamd"))
        let completion = try site.deliver(Self.evil)
        clamd.end()
        completion.attemptDue(site.configuration)
        #expect(
            site.sendmailInput.contains(
                "X-Virus-Status: Infected (\(Scanner.virus))\nSubject: hello\n\nEVIL\n"))
        #expect(try site.copies().first?.contains("X-Virus-Status: Infected") == true)
    }

    @Test(
        "a large message is written once more with its fields, and its body is what it was",
        arguments: [false, true])
    func large(isScratch: Bool) throws {
        var site = site
        site.askClamd("checks.clamd.on-virus=tag")
        site.set("delivery.memory=4K")
        let body = String(repeating: "EVIL and more of it, line after line\n", count: 3000)
        if isScratch { try site.temporary.write("Maildir", "in the way") }
        let clamd = try Scanner.clamd(at: site.socket("clamd"))
        #expect(try site.deliver("Subject: large\n\n" + body).exitStatus == 0)
        clamd.end()
        if isScratch {
            // Nothing is asked of a message whose mailbox cannot be opened: that is done when it can be.
            let entry = try #require(try site.entries().first)
            #expect(try site.summary(entry).envelope.fields.first("reason")?.contains("Maildir") == true)
            try run("/bin/rm", site.temporary.path("Maildir"))
            let again = try Scanner.clamd(at: site.socket("again"))
            site.set("checks.clamd.server=unix:\(site.socket("again"))")
            #expect(try site.visit(entry) == .delivered)
            again.end()
        }
        #expect(
            try site.copies() == [
                Self.trace + "X-Virus-Status: Infected (\(Scanner.virus))\nSubject: large\n\n" + body
            ])
        #expect(site.leftovers == [])
        #expect(try site.entries() == [])
    }

    @Test("a message that the mailbox of a delivery agent behind this one cannot keep apart is held instead")
    func transportLocal() throws {
        var site = site
        site.askClamd()
        site.set("transport.local=sendmail:/bin/false")
        let clamd = try Scanner.clamd(at: site.socket("clamd"))
        #expect(try site.deliver(Self.evil).exitStatus == 0)
        clamd.end()
        #expect(try site.entries().map(\.place) == [.hold])
    }

    @Test("a dry run tells what the checks said and what follows, and writes nothing")
    func dryRun() throws {
        var site = site
        site.askClamd()
        site.request.isDryRun = true
        try site.makeFolder()
        let clamd = try Scanner.clamd(at: site.socket("clamd"))
        let completion = try site.deliver(Self.evil)
        clamd.end()
        var reader = JSONReader(completion.output[...])
        let value = reader.value()
        let plan = try #require(value)
        #expect(plan["decision"]?.text == "quarantine")
        #expect(plan["decision_reason"]?.text == "virus \(Scanner.virus) (clamd)")
        guard case .array(let checks)? = plan["checks"], case .array(let actions)? = plan["actions"] else {
            Issue.record("no checks")
            return
        }
        #expect(checks.first?["result"]?.text == "found" && checks.first?["policy"]?.text == "quarantine")
        #expect(actions.first?["mailbox"]?.text == "Quarantine")
        #expect(site.files() == [])
        #expect(try site.entries() == [])
    }

    @Test("where no check is configured, a plan has none and the log says nothing of any")
    func none() throws {
        var site = site
        #expect(try site.deliver().exitStatus == 0)
        #expect(try logged().checks == [])
        site.request.isDryRun = true
        let output = String(decoding: try site.deliver().output, as: UTF8.self)
        #expect(output.hasPrefix("{") && !output.contains("decision"))
    }
}
