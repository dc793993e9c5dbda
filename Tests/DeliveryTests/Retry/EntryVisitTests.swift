import MailMessage
import Maildir
import Platform
import Settings
import Spool
import Testing

@testable import Delivery

@Suite struct EntryVisitTests {
    private var site: Site
    private static let stored =
        "Return-Path: <alice@example.net>\nDelivered-To: bob@example.org\n" + Site.message
    private static let day = 86400

    init() throws { site = try Site() }

    // MARK: Storing

    @Test("a copy that was postponed is stored as the delivery would have, and the entry is gone")
    func store() throws {
        let entry = try site.commit([try site.store("A", flags: ["\\Seen"], creating: true), try site.store()])
        #expect(try site.visit(entry) == .delivered)
        #expect(try site.copies() == [Self.stored] && site.copies(".A") == [Self.stored])
        #expect(site.files(".A")[0].hasSuffix(":2,S"))
        #expect(try site.entries() == [] && site.leftovers == [])
        #expect(try site.visit(entry) == .unavailable)
        #expect(site.files().count == 1)
    }

    @Test("a discard that is left is done")
    func discard() throws {
        let entry = try site.commit([.perform(PlannedAction(.discard))])
        #expect(try site.visit(entry) == .delivered)
        #expect(try site.entries() == [] && site.files() == [])
    }

    /// Where an attempt may have been killed, by what it had done.
    enum Killed: String, CaseIterable { case beforeBegun, afterBegun, afterPublishing, afterReading, afterDone }

    @Test("an attempt that was killed anywhere is taken up without a second copy", arguments: Killed.allCases)
    func killed(at point: Killed) throws {
        let entry = try site.commit([try site.store(flags: ["\\Flagged"])])
        let name = UniqueName.generate()
        try site.makeFolder()
        if point != .beforeBegun { try site.append([record("begun", 0, ["name": name.text])], to: entry) }
        let isStored = ![.beforeBegun, .afterBegun].contains(point)
        let directory = point == .afterReading ? "cur" : "new"
        if isStored {
            // A reader may have moved it, and changed its flags.
            try site.temporary.write("Maildir/\(directory)/\(name.text)" + (point == .afterReading ? ",S=1:2,RS" : ",S=1,W=1"), "the copy")
        }
        if point == .afterDone { try site.append([record("done", 0)], to: entry) }
        #expect(try site.visit(entry) == .delivered)
        #expect(try site.copies() == (isStored ? ["the copy"] : [Self.stored]))
        #expect(try site.entries() == [])
        if point == .afterBegun { #expect(site.files()[0].hasPrefix("cur/\(name.text),")) }
    }

    @Test("a recorded name that leads elsewhere is not used", arguments: ["../../x", "", ".x", "a/b", "a:2,S", String(repeating: "x", count: 500)])
    func hostileName(name: String) throws {
        let entry = try site.commit([try site.store()])
        try site.append([record("begun", 0, ["name": name])], to: entry)
        #expect(try site.visit(entry) == .delivered)
        #expect(try site.copies() == [Self.stored])
        #expect(site.temporary.names("Maildir").allSatisfy { !$0.hasPrefix("x") })
    }

    @Test("two actions that end in one mailbox are one copy, also when the first was done by an earlier attempt", arguments: [false, true])
    func merged(isLater: Bool) throws {
        let entry = try site.commit([try site.store("Missing"), try site.store()])
        if isLater {
            try site.makeFolder()
            try site.temporary.write("Maildir/new/1.x", Self.stored)
            try site.append([record("begun", 0, ["name": "1.x"]), record("done", 0, ["mailbox": "INBOX"])], to: entry)
        }
        #expect(try site.visit(entry) == .delivered)
        #expect(try site.copies() == [Self.stored])
    }

    @Test("what does not fit waits; when there is room, it is stored")
    func quota() throws {
        var test = self
        test.site.set("quota.limit=10")
        let entry = try site.commit([try site.store()])
        #expect(try test.site.visit(entry) == .rescheduled(reason: "mailbox is full"))
        #expect(site.files() == [])
        #expect(try site.visitOnlyEntry() == .delivered)
        #expect(try site.copies() == [Self.stored])
    }

    @Test("waits grow with the attempts, as the schedule says")
    func schedule() throws {
        var test = self
        test.site.set("quota.limit=10", "retry.schedule=10s, 2*100s, 1000s", "retry.warn=0")
        _ = try site.commit([try site.store()])
        for wait in [10, 100, 100, 1000, 1000] {
            let before = WallTime.now().seconds
            #expect(try test.site.visitOnlyEntry() == .rescheduled(reason: "mailbox is full"))
            let due = try #require(try site.entries().first?.due).seconds
            #expect((before + wait...WallTime.now().seconds + wait).contains(due))
        }
        let journal = try site.summary(try site.entries()[0]).journal
        #expect(journal.map(\.kind) == Array(repeating: "failed", count: 5))
        #expect(journal.allSatisfy { $0.fields.first("reason") == "mailbox is full" })
    }

    @Test("what one action cannot do keeps the others from nothing, and is all that is left")
    func partial() throws {
        try site.makeFolder(".A")
        try run("/bin/rmdir", site.temporary.path("Maildir/.A/new"))
        try site.temporary.write("Maildir/.A/new", "in the way")
        let entry = try site.commit([try site.store("A"), try site.store()])
        guard case .rescheduled = try site.visit(entry) else {
            Issue.record("it was not rescheduled")
            return
        }
        #expect(try site.copies() == [Self.stored])
        try run("/bin/rm", site.temporary.path("Maildir/.A/new"))
        #expect(try site.visitOnlyEntry() == .delivered)
        #expect(try site.copies(".A") == [Self.stored] && site.copies().count == 1)
    }

    // MARK: Rules

    @Test("a message whose rules have not run is planned, and then done")
    func deliver() throws {
        var test = self
        try test.site.use("require [\"fileinto\", \"mailbox\"]; fileinto :create \"A\"; keep;")
        let entry = try test.site.commit([.deliver])
        #expect(try test.site.visit(entry) == .delivered)
        #expect(try site.copies() == [Self.stored] && site.copies(".A") == [Self.stored])
        #expect(try site.entries() == [])
    }

    @Test("a plan that was recorded is followed, whatever the rules say now")
    func recordedPlan() throws {
        var test = self
        try test.site.use("discard;")
        let entry = try test.site.commit([.deliver])
        let planned = SpooledWork.fields(try site.store("A", creating: true))
        try site.append([record("planning", 0), record("planned", 0, planned), record("expanded", 0)], to: entry)
        #expect(try test.site.visit(entry) == .delivered)
        #expect(try site.copies(".A") == [Self.stored] && site.copies() == [])
    }

    @Test("a plan that was cut short is made again", arguments: [1, 2])
    func tornPlan(count: Int) throws {
        var test = self
        try test.site.use("require [\"fileinto\", \"mailbox\"]; fileinto :create \"B\";")
        let entry = try test.site.commit([.deliver])
        let planned = SpooledWork.fields(try site.store("A", creating: true))
        try site.append(Array([record("planning", 0), record("planned", 0, planned)].prefix(count)), to: entry)
        #expect(try test.site.visit(entry) == .delivered)
        #expect(try site.copies(".B") == [Self.stored])
        #expect(site.files(".A") == [] && site.files() == [])
    }

    @Test("-m counts for rules that run later")
    func requested() throws {
        try site.makeFolder(".Lists")
        let entry = try site.commit([.deliver], mailbox: "Lists")
        #expect(try site.visit(entry) == .delivered)
        #expect(try site.copies(".Lists") == [Self.stored] && site.copies() == [])
    }

    @Test("while the mailbox is closed the rules do not run")
    func closed() throws {
        try site.temporary.makeDirectory("Maildir", permissions: 0o777)
        let entry = try site.commit([.deliver])
        guard case .rescheduled(let reason) = try site.visit(entry) else {
            Issue.record("it was not rescheduled")
            return
        }
        #expect(reason.contains("writable"))
        #expect(try site.summary(try site.entries()[0]).journal.map(\.kind) == ["failed"])
    }

    // MARK: Sending

    @Test("a redirect leaves with the reverse path it came with", arguments: ["alice@example.net", ""])
    func forward(sender: String) throws {
        var test = self
        test.site.request.sender = sender
        try site.installSendmail()
        let entry = try test.site.commit([try site.forward("carol@example.com")])
        #expect(try test.site.visit(entry) == .delivered)
        #expect(site.sendmailArguments == "-i|-f|\(sender.isEmpty ? "<>" : sender)|--|carol@example.com|")
        #expect(site.sendmailInput == "Delivered-To: bob@example.org\n" + Site.message)
    }

    @Test("a redirect that fails for now is tried again, and one that was sent is not")
    func forwardAgain() throws {
        try site.installSendmail(status: 75, saying: "not today")
        let entry = try site.commit([try site.forward("c@example.com"), try site.forward("d@example.com")])
        #expect(try site.visit(entry) == .rescheduled(reason: "forward to c@example.com: not today"))
        #expect(site.sendmailCalls == 2)
        try site.append([record("done", 0)], to: try site.entries()[0])
        try site.installSendmail()
        #expect(try site.visitOnlyEntry() == .delivered)
        #expect(site.sendmailCalls == 3)
        #expect(site.sendmailArguments.hasSuffix("|--|d@example.com|"))
    }

    @Test("a redirect that is refused for good goes back to the sender at once")
    func refused() throws {
        try site.installSendmail(status: 67, saying: "5.1.1 no such user")
        let entry = try site.commit([try site.forward("c@example.com")])
        // The report leaves by the same program, which refuses that, too: it is tried again.
        guard case .rescheduled(let reason) = try site.visit(entry) else {
            Issue.record("it was not rescheduled")
            return
        }
        #expect(reason.contains("report to alice@example.net"))
        #expect(site.sendmailArguments.hasSuffix("-i|-f|<>|--|alice@example.net|"))
        #expect(site.sendmailInput.contains("Status: 5.1.1") && site.sendmailInput.contains("no such user"))
    }

    @Test("a redirect that is refused for good does not throw away the copy that waits")
    func refusedWithStore() throws {
        var test = self
        test.site.set("quota.limit=10")
        try site.installSendmail(status: 67, saying: "no such user")
        let entry = try site.commit([try site.forward("c@example.com"), try site.store()])
        #expect(try test.site.visit(entry) == .rescheduled(reason: "mailbox is full"))
        #expect(site.sendmailCalls == 1)
        // There is room again: the copy is stored, and then the sender is told of the rest.
        _ = try site.visitOnlyEntry()
        #expect(try site.copies() == [Self.stored])
        #expect(site.sendmailArguments.hasSuffix("|<>|--|alice@example.net|"))
    }

    @Test("where there is no sendmail program the entry waits")
    func noSendmail() throws {
        let entry = try site.commit([try site.forward("c@example.com")])
        guard case .rescheduled(let reason) = try site.visit(entry) else {
            Issue.record("it was not rescheduled")
            return
        }
        #expect(reason.contains("sendmail"))
    }

    // MARK: Giving up

    @Test("what is too old goes back to its sender, once, with the reason and the message")
    func expired() throws {
        var test = self
        test.site.set("quota.limit=10")
        try site.installSendmail()
        let entry = try site.commit([try site.store()], age: 6 * Self.day)
        #expect(try test.site.visit(entry) == .bounced(reason: "mailbox is full"))
        #expect(site.sendmailArguments == "-i|-f|<>|--|alice@example.net|" && site.sendmailCalls == 1)
        let report = site.sendmailInput
        for words in ["Action: failed", "Final-Recipient: rfc822; bob@example.org", "mailbox is full", "Subject: hello", "To: <alice@example.net>"] {
            #expect(report.contains(words) || report.contains(words.replacing("<", with: "").replacing(">", with: "")), "\(words)")
        }
        #expect(try site.entries() == [] && site.files() == [])
    }

    @Test("a null sender is told nothing, and the message is kept for a person")
    func nullSender() throws {
        var test = self
        test.site.set("quota.limit=10")
        test.site.request.sender = ""
        try site.installSendmail()
        let entry = try test.site.commit([try site.store()], age: 6 * Self.day)
        #expect(try test.site.visit(entry) == .held(reason: "mailbox is full"))
        #expect(site.sendmailCalls == 0)
        #expect(try site.entries().map(\.place) == [.hold])
    }

    @Test("a report that cannot be sent is tried again, and kept for a person when that goes on too long", arguments: [6, 9, 11])
    func untold(days: Int) throws {
        var test = self
        test.site.set("quota.limit=10")
        try site.installSendmail(status: 75)
        let entry = try site.commit([try site.store()], age: days * Self.day)
        let result = try test.site.visit(entry)
        #expect(result.word == (days < 10 ? "rescheduled" : "held"))
        #expect(result.reason.contains("report to alice@example.net"))
        #expect(try site.entries().count == 1)
    }

    @Test("an entry whose report was sent before it could be removed is removed, and nobody is told again")
    func bouncedBefore() throws {
        try site.installSendmail()
        let entry = try site.commit([try site.store()], age: 6 * Self.day)
        try site.append([record("failed"), record("bounced")], to: entry)
        #expect(try site.visit(entry).word == "bounced")
        #expect(site.sendmailCalls == 0 && site.files() == [])
        #expect(try site.entries() == [])
    }

    @Test("the sender is warned once of a delay")
    func warned() throws {
        var test = self
        test.site.set("quota.limit=10", "retry.warn=4h")
        try site.installSendmail()
        _ = try site.commit([try site.store()], age: 5 * 3600)
        for _ in 0..<3 { #expect(try test.site.visitOnlyEntry().word == "rescheduled") }
        #expect(site.sendmailCalls == 1)
        #expect(site.sendmailInput.contains("Action: delayed") && site.sendmailInput.contains("Will-Retry-Until: "))
        #expect(try site.summary(try site.entries()[0]).journal.map(\.kind) == ["failed", "warned", "failed", "failed"])
    }

    @Test("a warning that could not be sent is sent later")
    func warnedLater() throws {
        var test = self
        test.site.set("quota.limit=10", "retry.warn=4h")
        try site.installSendmail(status: 75)
        _ = try site.commit([try site.store()], age: 5 * 3600)
        _ = try test.site.visitOnlyEntry()
        try site.installSendmail()
        _ = try test.site.visitOnlyEntry()
        #expect(site.sendmailCalls == 2)
        #expect(try site.summary(try site.entries()[0]).journal.map(\.kind) == ["failed", "failed", "warned"])
    }

    @Test("no warning is sent where none is wanted, before its time, or to a null sender", arguments: [("0", 100_000, "a@b"), ("4h", 3600, "a@b"), ("4h", 100_000, "")])
    func notWarned(warn: String, age: Int, sender: String) throws {
        var test = self
        test.site.set("quota.limit=10", "retry.warn=\(warn)")
        test.site.request.sender = sender
        try site.installSendmail()
        let entry = try test.site.commit([try site.store()], age: age)
        #expect(try test.site.visit(entry).word == "rescheduled")
        #expect(site.sendmailCalls == 0)
    }

    @Test("an administrator may give an entry up at once", arguments: ["alice@example.net", ""])
    func giveUp(sender: String) throws {
        var test = self
        test.site.request.sender = sender
        try site.installSendmail()
        let entry = try test.site.commit([try site.store()])
        try site.append([record("failed", nil, ["reason": "the last reason"])], to: entry)
        let result = EntryVisit(configuration: site.configuration).giveUp(entry, in: try site.openSpool())
        #expect(result == (sender.isEmpty ? .held(reason: "the last reason") : .bounced(reason: "the last reason")))
        #expect(site.sendmailCalls == (sender.isEmpty ? 0 : 1) && site.files() == [])
    }

    // MARK: Entries that are not right

    @Test("what this version does not understand is set aside, never removed")
    func unknown() throws {
        var fields = SpooledWork.fields(try site.store())
        fields = SpoolFields(fields.fields.map { $0.name == "do" ? .init(name: "do", value: Array("sing".utf8)) : $0 })
        let sound = SpooledWork.envelope(
            site.envelope, destination: try site.destination, mailbox: nil, tasks: [], reason: "", created: .now())
        let entries = [
            SpoolEnvelope(created: .now(), fields: sound.fields, actions: [fields]),
            SpoolEnvelope(created: .now(), fields: ["sender": "a@b"], actions: [SpooledWork.fields(try site.store())]),
            SpoolEnvelope(created: .now(), fields: [:], actions: []),
        ]
        for envelope in entries {
            let body: [UInt8] = []
            let reference = try site.openSpool(creating: true).commit(envelope, head: [], body: body.span, due: .now())
            #expect(try site.visit(reference).word == "damaged")
        }
        #expect(try site.entries().map(\.place) == [.corrupt, .corrupt, .corrupt])
        #expect(site.files() == [])
    }

    @Test("an entry whose bytes changed is set aside, and not delivered")
    func damaged() throws {
        let entry = try site.commit([try site.store()])
        let second = try #require(entry.due).seconds
        let bucket = site.temporary.names("spool/\(Identity.current().user)/queue")
        try #require(bucket.count == 1 && second > 0)
        let path = "spool/\(Identity.current().user)/queue/\(bucket[0])"
        let name = try #require(site.temporary.names(path).first)
        let changed = String(decoding: try site.temporary.bytes("\(path)/\(name)"), as: UTF8.self).replacing("hello", with: "hullo")
        try site.temporary.write("\(path)/\(name)", changed, permissions: 0o600)
        #expect(try site.visit(entry).word == "damaged")
        #expect(try site.entries().map(\.place) == [.corrupt] && site.files() == [])
    }

    @Test("an entry without anything to do is removed")
    func nothing() throws {
        let entry = try site.commit([])
        #expect(try site.visit(entry) == .delivered)
        #expect(try site.entries() == [])
    }

    @Test("every result has a word and, where something went wrong, a reason")
    func words() {
        let results: [(EntryVisit.Result, String, String)] = [
            (.delivered, "delivered", ""), (.unavailable, "unavailable", ""), (.rescheduled(reason: "r"), "rescheduled", "r"),
            (.bounced(reason: "b"), "bounced", "b"), (.held(reason: "h"), "held", "h"), (.damaged(reason: "d"), "damaged", "d"),
            (.failed(reason: "f"), "failed", "f"),
        ]
        for (result, word, reason) in results {
            #expect(result.word == word)
            #expect(result.reason == reason)
        }
    }

    @Test("each visit is one record of the log")
    func log() throws {
        var test = self
        test.site.set("log.target=file:\(site.temporary.path("log"))", "quota.limit=10")
        _ = try site.commit([try site.store()])
        _ = try test.site.visitOnlyEntry()
        test.site.set("quota.limit=")
        _ = try test.site.visitOnlyEntry()
        let lines = try site.temporary.text("log").split(separator: "\n")
        try #require(lines.count == 2)
        #expect(lines[0].contains("outcome=spooled") && lines[0].contains("mailbox is full"))
        #expect(lines[1].contains("outcome=delivered") && lines[1].contains("bob@example.org"))
    }
}
