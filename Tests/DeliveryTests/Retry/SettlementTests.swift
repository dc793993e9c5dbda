import DeliveryStatus
import MailMessage
import MailTransport
import Maildir
import Platform
import Settings
import Spool
import Testing

@testable import Delivery

/// Who is told what, when, and what becomes of the entry.
@Suite struct SettlementTests {
    private var site: Site
    private let carrier = ScriptedCarrier()
    private static let day = 86_400

    init() throws {
        site = try Site()
        site.set("transport.relay=smtp://mx.test", "bounce.postmaster=pm@example.org")
    }

    private func visit(_ reference: EntryReference, givingUp: Bool = false) throws -> EntryVisit.Result {
        let spool = try site.openSpool()
        let courier = Courier(site.configuration, carrier: carrier)
        let deadline = Deadline(milliseconds: 2000)
        while true {
            let visit = EntryVisit(configuration: site.configuration, courier: courier)
            let result = givingUp ? visit.giveUp(reference, in: spool) : visit.visit(reference, in: spool)
            if result != .unavailable || deadline.hasPassed { return result }
            pause(milliseconds: 5)
        }
    }

    private func forward(
        _ address: String, notify: String? = nil, returns: String? = nil
    ) throws -> SpooledWork.Task {
        var forwarding = PlannedAction.Forwarding(to: try #require(MailAddress(path: address)))
        forwarding.notify = notify
        forwarding.returns = returns
        return .perform(PlannedAction(.forward(forwarding)))
    }

    private func send(
        _ purpose: PlannedAction.Dispatch.Purpose, to address: String = "carol@example.com"
    ) throws -> SpooledWork.Task {
        let dispatch = PlannedAction.Dispatch(
            purpose, sender: "", recipient: try #require(MailAddress(path: address)))
        return .perform(PlannedAction(.send(dispatch)))
    }

    private var places: [EntryReference.Place] {
        get throws { try site.entries().map(\.place) }
    }

    private func kinds(_ reference: EntryReference) throws -> [String] {
        try site.summary(reference).journal.map(\.kind)
    }

    // MARK: Transactions

    @Test("forwards that go the same way are one transaction, with the trace field on top")
    func together() throws {
        let entry = try site.commit([try forward("c@example.com"), try forward("d@example.com")])
        #expect(try visit(entry) == .delivered)
        #expect(carrier.transactions.map(\.recipients) == [["c@example.com", "d@example.com"]])
        #expect(carrier.transactions[0].mail.sender == "alice@example.net")
        #expect(carrier.transactions[0].text == "Delivered-To: bob@example.org\n" + Site.message)
        #expect(try site.entries() == [])
    }

    @Test("what differs in sender, options or route goes in transactions of its own")
    func apart() throws {
        var test = self
        test.site.set("transport.routes=other.test smtp://other")
        var forwarding = PlannedAction.Forwarding(to: try address("own@example.com"), sender: "x@example.org")
        forwarding.returns = nil
        let own = SpooledWork.Task.perform(PlannedAction(.forward(forwarding)))
        let entry = try site.commit([
            try forward("a@example.com"), try forward("b@other.test"), own,
            try forward("c@example.com", notify: "NEVER", returns: "HDRS"), try forward("d@example.com"),
        ])
        #expect(try test.visit(entry) == .delivered)
        #expect(
            carrier.transactions.map(\.recipients) == [
                ["a@example.com", "d@example.com"], ["b@other.test"], ["own@example.com"], ["c@example.com"],
            ])
        #expect(carrier.transactions.map { $0.routes.map(\.name) }[1] == ["smtp://other:25"])
        #expect(carrier.transactions[2].mail.sender == "x@example.org")
        #expect(carrier.transactions[3].mail.returning == "HDRS")
        #expect(carrier.transactions[3].mail.recipients[0].notify == "NEVER")
        #expect(carrier.transactions[3].mail.recipients[0].original == "bob@example.org")
    }

    @Test("each recipient has its own fate: one is done, one is tried again, one is reported at once")
    func fates() throws {
        carrier.answer("late@example.com", ScriptedCarrier.delay())
        carrier.answer("gone@example.com", ScriptedCarrier.refusal())
        let entry = try site.commit([
            try forward("ok@example.com"), try forward("late@example.com"), try forward("gone@example.com"),
        ])
        #expect(try visit(entry) == .rescheduled(reason: "forward to late@example.com: 451 4.7.1 later"))
        #expect(carrier.transactions.map(\.recipients.count) == [3, 1])
        let bounce = carrier.transactions[1]
        #expect(bounce.recipients == ["alice@example.net"] && bounce.mail.sender.isEmpty)
        for words in [
            "Action: failed", "Status: 5.1.1", "Remote-MTA: dns; mx.test",
            "Diagnostic-Code: smtp; 550 5.1.1 nobody here", "gone@example.com", "Subject: hello",
        ] { #expect(bounce.text.contains(words), "\(words)") }
        #expect(!bounce.text.contains("late@example.com"))
        carrier.answer("late@example.com", nil)
        #expect(try visit(try site.entries()[0]).word == "bounced")
        #expect(
            carrier.transactions.map(\.recipients) == [
                ["ok@example.com", "late@example.com", "gone@example.com"], ["alice@example.net"],
                ["late@example.com"],
            ])
        #expect(try site.entries() == [])
    }

    @Test("a route that a person has chosen is the one that is taken, and the last word counts")
    func rerouted() throws {
        carrier.answer("c@example.com", ScriptedCarrier.delay())
        let entry = try site.commit([try forward("c@example.com")])
        try site.append([record("routed", nil, ["route": "smtp://detour:26"])], to: entry)
        _ = try visit(entry)
        try site.append([record("routed", nil, ["route": "default"])], to: try site.entries()[0])
        _ = try visit(try site.entries()[0])
        #expect(
            carrier.transactions.map { $0.routes.map(\.name) } == [
                ["smtp://detour:26"], ["smtp://mx.test:25"],
            ])
    }

    // MARK: Reports

    @Test("a message is given up when its time is over, and all that is open is in one report")
    func expired() throws {
        carrier.answer("c@example.com", ScriptedCarrier.delay("cannot connect", .connection))
        carrier.answer("d@example.com", ScriptedCarrier.delay("cannot connect", .connection))
        let entry = try site.commit(
            [try forward("c@example.com"), try forward("d@example.com")], age: 6 * Self.day)
        #expect(try visit(entry).word == "bounced")
        let text = carrier.transactions[1].text
        #expect(text.split(separator: "\n").count { $0 == "Action: failed" } == 2)
        #expect(try site.entries() == [])
    }

    @Test(
        "the sender is told what was asked for",
        arguments: [
            (nil, "bounced", 2), ("FAILURE", "bounced", 2), ("NEVER", "held", 1), ("SUCCESS", "held", 1),
            ("SUCCESS,FAILURE", "bounced", 2),
        ] as [(String?, String, Int)])
    func notify(_ notify: String?, word: String, transactions: Int) throws {
        carrier.answer("c@example.com", ScriptedCarrier.refusal())
        let entry = try site.commit([try forward("c@example.com", notify: notify)])
        #expect(try visit(entry).word == word)
        #expect(carrier.transactions.count == transactions)
        #expect(try places == (word == "held" ? [.hold] : []))
    }

    @Test("where the next server does not tell of success, this one tells that it handed the message on")
    func relayed() throws {
        let entry = try site.commit([try forward("c@example.com", notify: "SUCCESS")])
        #expect(try visit(entry) == .delivered)
        #expect(carrier.transactions.map(\.recipients) == [["c@example.com"], ["alice@example.net"]])
        #expect(carrier.transactions[1].text.contains("Action: relayed"))
        carrier.answer(
            "c@example.com", .accepted(TransportReceipt(peer: "mx.test:25", takesNotifications: true)))
        let other = try site.commit([try forward("c@example.com", notify: "SUCCESS")])
        #expect(try visit(other) == .delivered)
        #expect(carrier.transactions.count == 3)
    }

    @Test("what is put on hold is tried again when it is released")
    func released() throws {
        var test = self
        test.site.request.sender = ""
        carrier.answer("c@example.com", ScriptedCarrier.refusal())
        let entry = try test.site.commit([try forward("c@example.com")])
        #expect(try test.visit(entry).word == "held")
        let held = try #require(try site.entries().first { $0.due == nil })
        let spool = try site.openSpool()
        guard let opened = try spool.open(held) else {
            Issue.record("it cannot be had")
            return
        }
        try opened.release(due: .now())
        carrier.answer("c@example.com", nil)
        #expect(try test.visit(try site.entries()[0]) == .delivered)
        #expect(carrier.transactions.last?.recipients == ["c@example.com"])
    }

    @Test("a message with the null sender that cannot be delivered is held, and the postmaster is told once")
    func nullSender() throws {
        var test = self
        test.site.request.sender = ""
        carrier.answer("c@example.com", ScriptedCarrier.refusal())
        let entry = try test.site.commit([try forward("c@example.com")])
        #expect(try test.visit(entry).word == "held")
        #expect(carrier.transactions.map(\.recipients) == [["c@example.com"], ["pm@example.org"]])
        #expect(try places == [.hold])
    }

    @Test("a report that reaches nobody goes to the postmaster, and one that does not reach him is dropped")
    func doubleBounce() throws {
        carrier.answer("c@example.com", ScriptedCarrier.refusal())
        carrier.answer("alice@example.net", ScriptedCarrier.refusal("550 5.1.1 no alice"))
        let entry = try site.commit([try forward("c@example.com")])
        #expect(try visit(entry).word == "bounced")
        #expect(
            carrier.transactions.map(\.recipients) == [
                ["c@example.com"], ["alice@example.net"], ["pm@example.org"],
            ])
        #expect(carrier.transactions[2].text.contains("no alice"))
        #expect(try site.entries() == [])

        carrier.answer("pm@example.org", ScriptedCarrier.refusal("550 5.1.1 no postmaster"))
        var test = self
        test.site.set("log.target=file:\(site.temporary.path("log"))")
        let second = try site.commit([try forward("c@example.com")])
        #expect(try test.visit(second).word == "bounced")
        #expect(carrier.transactions.count == 6)
        #expect(try site.entries() == [])
        #expect(try site.temporary.text("log").contains("no postmaster"))
    }

    @Test(
        "what was written here and cannot be sent: a rejection goes to the postmaster, the rest is dropped",
        arguments: [
            ("rejection", "bounced"), ("bounce", "bounced"), ("reply", "dropped"), ("notice", "dropped"),
            ("report", "dropped"), ("delay", "dropped"), ("success", "dropped"), ("postmaster", "dropped"),
        ])
    func ownMail(_ purpose: String, word: String) throws {
        let purpose = try #require(PlannedAction.Dispatch.Purpose(rawValue: purpose))
        carrier.answer("carol@example.com", ScriptedCarrier.refusal())
        let entry = try site.commit([try send(purpose)])
        #expect(try visit(entry).word == word)
        #expect(
            carrier.transactions.map(\.recipients)
                == (word == "bounced"
                    ? [["carol@example.com"], ["pm@example.org"]] : [["carol@example.com"]]))
        #expect(try site.entries() == [])
    }

    @Test("answers and reports are given up sooner than mail, and not before")
    func ownLifetime() throws {
        carrier.answer("carol@example.com", ScriptedCarrier.delay())
        let young = try site.commit([try send(.reply)], age: Self.day - 100)
        #expect(try visit(young).word == "rescheduled")
        let old = try site.commit([try send(.reply)], age: Self.day + 100)
        #expect(try visit(old).word == "dropped")
        let mail = try site.commit([try forward("carol@example.com")], age: Self.day + 100)
        #expect(try visit(mail).word == "rescheduled")
    }

    // MARK: Interruptions

    /// Prepares the report on an entry's only action, as a visit does.
    private func prepareReport(_ reference: EntryReference) throws -> ChildEntry? {
        let spool = try site.openSpool()
        guard let opened = try spool.open(reference) else { return nil }
        let item = Progress.Item(index: 0, task: try forward("c@example.com"))
        var report = SenderReport(configuration: site.configuration)
        return try report.failed(
            [(item, TaskFailure("r", .refused, .reply))], of: opened.envelope,
            to: try address("alice@example.net"), message: try opened.message(), now: .now(), in: spool)
    }

    @Test("a report that nobody was told of yet is made again, under the same name")
    func interruptedBeforeRecord() throws {
        carrier.answer("c@example.com", ScriptedCarrier.refusal())
        let entry = try site.commit([try forward("c@example.com")])
        #expect(try prepareReport(entry) != nil)
        #expect(try visit(entry).word == "bounced")
        #expect(carrier.transactions.map(\.recipients) == [["c@example.com"], ["alice@example.net"]])
        #expect(try site.entries() == [])
    }

    @Test("a report that the journal names is published by the next visit, and nothing is sent again")
    func interruptedAfterRecord() throws {
        let entry = try site.commit([try forward("c@example.com")])
        let child = try #require(try prepareReport(entry))
        var fields = SpoolFields(children: [child])
        fields.append("action", "0")
        try site.append([record("refused", 0), record("reported", nil, fields)], to: entry)
        #expect(try visit(entry).word == "bounced")
        #expect(carrier.transactions.map(\.recipients) == [["alice@example.net"]])
        #expect(try site.entries() == [])
    }

    @Test("what is stored goes to the agent behind this one, with the folder as detail if the site says so")
    func local() throws {
        var test = self
        test.site.set("transport.local=lmtp:unix:/run/lmtp")
        let entry = try site.commit([try site.store("Lists/swift")])
        #expect(try test.visit(entry) == .delivered)
        test.site.set("transport.local-detail=true")
        let other = try site.commit([try site.store("Lists/swift"), try site.store("INBOX")])
        #expect(try test.visit(other) == .delivered)
        #expect(
            carrier.transactions.map(\.recipients) == [
                ["bob@example.org"], ["bob+Lists/swift@example.org", "bob@example.org"],
            ])
        #expect(carrier.transactions[0].routes.map(\.name) == ["lmtp:unix:/run/lmtp"])
        #expect(carrier.transactions[0].text == Site.message)
        #expect(site.files() == [])
    }
}
