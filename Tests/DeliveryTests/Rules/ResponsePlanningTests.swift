import MailMessage
import Maildir
import Platform
import Sieve
import Spool
import Testing

@testable import Delivery

/// What is sent because of a message.
@Suite struct ResponsePlanningTests {
    private var site: Site
    private static let toBob = "From: Alice <alice@example.net>\nTo: bob@example.org\n" + Site.message

    init() throws {
        site = try Site()
        try site.installSendmail()
    }

    private func plan(
        _ script: String, message: String = Self.toBob, _ change: (inout Site) -> Void = { _ in }
    ) throws -> Plan {
        var test = site
        change(&test)
        try test.use(script)
        return try test.rules(message)
    }

    /// `reply alice@example.net`, `store INBOX`.
    private func words(_ plan: Plan) -> [String] {
        plan.actions.map { [$0.kind.word, $0.kind.target].filter { !$0.isEmpty }.joined(separator: " ") }
    }

    private func content(_ plan: Plan, _ index: Int) throws -> String {
        let content = try #require(plan.actions[index].content)
        return String(decoding: content.bytes(limit: 1 << 20), as: UTF8.self)
    }

    private static let vacation = "require \"vacation\"; vacation \"I am away.\";"

    @Test("vacation becomes an answer with the null sender, and the message is kept")
    func vacation() throws {
        let plan = try plan(Self.vacation)
        #expect(words(plan) == ["reply alice@example.net", "store INBOX"])
        guard case .send(let dispatch) = plan.actions[0].kind else { return }
        #expect(dispatch.sender.isEmpty)
        let answer = message(try content(plan, 0))
        #expect(answer.firstField(named: "Auto-Submitted") != nil)
        #expect(answer.fields(named: "To").count == 1 && answer.fields(named: "Date").count == 1)
        #expect(plan.memories.map(\.kind) == [.reply, .vacation])
        #expect(plan.memories.map(\.seconds) == [86_400, 7 * 86_400])
    }

    private static let silent: [(String, String, String)] = [
        ("", toBob, "null sender"), ("bob@example.org", toBob, "is the user"),
        ("alice@example.net", "List-Id: <x>\n" + toBob, "List-Id"),
        ("alice@example.net", "Auto-Submitted: auto-replied\n" + toBob, "Auto-Submitted"),
        ("alice@example.net", "Precedence: bulk\n" + toBob, "Precedence"),
        ("alice@example.net", "To: somebody@else.example\n" + Site.message, "To, Cc or Bcc"),
    ]

    @Test("where nothing may be answered, the plan says why", arguments: silent)
    func suppressed(sender: String, message: String, reason: String) throws {
        let plan = try plan(Self.vacation, message: message) { $0.request.sender = sender }
        #expect(words(plan) == ["store INBOX"] && plan.memories.isEmpty)
        #expect(plan.refusals.count == 1 && plan.refusals[0].contains(reason))
        #expect(plan.refusals[0].hasPrefix("vacation (script rules, line 1)"))
    }

    @Test("the same sender is answered once, and another one is answered all the same")
    func once() throws {
        var test = self
        try test.site.use(Self.vacation)
        for expected in [1, 1] {
            let completion = try test.site.deliver(Self.toBob)
            #expect(completion.exitStatus == 0)
            completion.attemptDue(test.site.configuration)
            #expect(site.sendmailCalls == expected)
        }
        #expect(site.sendmailArguments == "-i|-f|<>|--|alice@example.net|")
        #expect(site.sendmailInput.contains("I am away."))
        test.site.request.sender = "carol@example.net"
        try test.site.deliver(Self.toBob).attemptDue(test.site.configuration)
        #expect(site.sendmailCalls == 2)
        #expect(site.files().count == 3 && site.leftovers.isEmpty)
        #expect(try site.entries().isEmpty)
    }

    @Test("an answer that is not in the spool has not been given, and the sender gets one next time")
    func notRemembered() throws {
        var test = self
        try test.site.use(Self.vacation)
        // A file where the spool should be.
        _ = try site.temporary.write("spool", "")
        #expect(try test.site.deliver(Self.toBob).exitStatus == 75)
        #expect(site.files().isEmpty)
        try Directory(opening: site.temporary.path).removeFile("spool")
        #expect(try test.site.deliver(Self.toBob).due.count == 1)
    }

    @Test("an answer that cannot be sent is no business of the sender's", arguments: [false, true])
    func undeliverable(isOver: Bool) throws {
        try site.installSendmail(status: 75, saying: "not today")
        let dispatch = PlannedAction.Dispatch(.reply, sender: "", recipient: try address("alice@example.net"))
        let entry = try site.commit(
            [.perform(PlannedAction(.send(dispatch)))], message: "Subject: away\n\nx\n",
            age: isOver ? 2 * 86_400 : 3600)
        let reason = "reply to alice@example.net: not today"
        #expect(try site.visit(entry) == (isOver ? .dropped(reason: reason) : .rescheduled(reason: reason)))
        // Neither told of the delay nor of the end.
        #expect(site.sendmailCalls == 1)
    }

    @Test("a program that may fail has no say over the only copy", arguments: [":try", ":copy :try"])
    func pipe(tags: String) throws {
        var test = self
        test.site.set("sieve.extensions=+vnd.dovecot.pipe")
        try test.site.use("require [\"vnd.dovecot.pipe\", \"copy\"]; pipe \(tags) \"program\";")
        let plan = try test.site.rules(Self.toBob)
        let isCopy = tags.contains(":copy")
        guard case .pipe(let request) = plan.actions[0].kind else {
            Issue.record("\(words(plan)) \(plan.warnings)")
            return
        }
        #expect(request.mayFail == isCopy)
        #expect(words(plan) == ["pipe program"] + (isCopy ? ["store INBOX"] : []))
    }

    @Test("a copy of the answer goes where :fcc says, and the message stays what it was")
    func copyOfAnswer() throws {
        var test = self
        try test.site.use(
            """
            require ["vacation", "fcc", "mailbox"];
            vacation :fcc "Sent" :create "I am away.";
            """)
        let completion = try test.site.deliver(Self.toBob)
        #expect(completion.exitStatus == 0 && completion.due.count == 2)
        completion.attemptDue(test.site.configuration)
        #expect(
            try site.copies() == [
                "Return-Path: <alice@example.net>\nDelivered-To: bob@example.org\n" + Self.toBob
            ])
        let sent = try site.copies(".Sent")
        #expect(sent.count == 1 && sent[0].contains("I am away.") && sent[0].contains("Auto-Submitted"))
        #expect(try site.entries().isEmpty)
    }

    @Test("a notice goes to the addresses of its URI, each once")
    func notify() throws {
        let script = """
            require "enotify"; notify "mailto:n@example.com?to=m@example.com&body=hello";
            notify "mailto:n@example.com";
            """
        let plan = try plan(script)
        #expect(words(plan) == ["notice n@example.com", "notice m@example.com", "store INBOX"])
        #expect(plan.refusals.count == 1 && plan.refusals[0].contains("have been told"))
        #expect(try content(plan, 0).contains("auto-notified"))
    }

    @Test("a rejection is the answer to whoever waits for it")
    func reject() throws {
        var test = self
        try test.site.use("require \"reject\"; reject \"no thanks\";")
        let completion = try test.site.deliver(Self.toBob)
        #expect(completion.exitStatus == 77)
        #expect(String(decoding: completion.errorLine, as: UTF8.self).contains("no thanks"))
        #expect(site.files().isEmpty && site.leftovers.isEmpty)
        #expect(try site.entries().isEmpty)
    }

    @Test("a rejection from the spool is a message of its own", arguments: ["reject", "ereject"])
    func rejectLater(command: String) throws {
        var test = self
        try test.site.use("require \"\(command)\"; \(command) \"no thanks\";")
        let entry = try test.site.commit([.deliver], message: Self.toBob)
        #expect(try test.site.visit(entry) == .delivered)
        for made in try test.site.entries() { #expect(try test.site.visit(made) == .delivered) }
        #expect(site.sendmailArguments == "-i|-f|<>|--|alice@example.net|")
        #expect(site.sendmailInput.contains("no thanks"))
        let type = command == "reject" ? "disposition-notification" : "delivery-status"
        #expect(
            site.sendmailInput.contains("report-type=\(type)")
                || site.sendmailInput.contains("report-type=\"\(type)\""))
        #expect(site.files().isEmpty)
    }

    @Test("a null sender is told nothing, and the plan says so")
    func rejectNobody() throws {
        var test = self
        test.site.request.sender = ""
        try test.site.use("require \"reject\"; reject \"n\u{e4}\";")
        let plan = try test.site.rules(Self.toBob)
        #expect(words(plan) == ["discard"] && plan.refusals.count == 1)
    }

    private static let policies: [(String, String?)] = [
        ("sender", nil), ("recipient", "bob@example.org"), ("postmaster", "postmaster@mx.example.org"),
        ("original-recipient", "bob@example.org"), ("<forwarder@example.org>", "forwarder@example.org"),
    ]

    @Test("the site says whose name a redirect goes under; a null sender stays null", arguments: policies)
    func redirectFrom(policy: String, expected: String?) throws {
        for sender in ["alice@example.net", ""] {
            let plan = try plan("redirect \"x@example.com\";") {
                $0.set("sieve.redirect-from=\(policy)")
                $0.request.sender = sender
            }
            guard case .forward(let forwarding) = plan.actions[0].kind else {
                Issue.record("no forward")
                return
            }
            #expect(forwarding.sender == (sender.isEmpty && expected != nil ? "" : expected))
        }
    }

    @Test("a message that has been seen is a duplicate once it is on disk, and not before")
    func duplicate() throws {
        var test = self
        try test.site.use("require \"duplicate\"; if duplicate { discard; }")
        let text = "Message-ID: <1@x>\n" + Self.toBob
        _ = try site.temporary.write("spool", "")
        #expect(try test.site.deliver(text).exitStatus == 0)
        #expect(try test.site.deliver(text).exitStatus == 0)
        #expect(try test.site.deliver("Message-ID: <2@x>\n" + Self.toBob).exitStatus == 0)
        #expect(site.files().count == 2)
    }

    @Test("a memory that cannot be opened makes a message new, and never loses it")
    func brokenMemory() throws {
        var test = self
        test.site.set("state.store=\(site.temporary.path("none/state.db"))")
        try test.site.use("require \"duplicate\"; if duplicate { discard; }")
        for count in 1...2 {
            #expect(try test.site.deliver("Message-ID: <1@x>\n" + Self.toBob).exitStatus == 0)
            #expect(site.files().count == count)
        }
    }
}
