import MailMessage
import Maildir
import Platform
import Settings
import Spool
import Testing

@testable import Delivery

/// What becomes of entries that cannot be delivered, or not be understood.
@Suite struct GivingUpTests {
    private var site: Site
    private static let day = 86400

    init() throws { site = try Site() }

    @Test("what is too old goes back to its sender, once, with the reason and the message")
    func expired() throws {
        var test = self
        test.site.set("quota.limit=10")
        try site.installSendmail()
        let entry = try site.commit([try site.store()], age: 6 * Self.day)
        #expect(try test.site.visit(entry) == .bounced(reason: "mailbox is full"))
        #expect(site.sendmailArguments == "-i|-f|<>|--|alice@example.net|" && site.sendmailCalls == 1)
        let report = site.sendmailInput
        for words in [
            "Action: failed", "Final-Recipient: rfc822; bob@example.org", "mailbox is full", "Subject: hello",
            "To: <alice@example.net>",
        ] {
            #expect(
                report.contains(words)
                    || report.contains(words.replacing("<", with: "").replacing(">", with: "")), "\(words)")
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
        // The person in charge is told that it waits.
        #expect(site.sendmailCalls == 1 && site.sendmailArguments.contains("|--|postmaster@"))
        #expect(try site.entries().map(\.place) == [.hold])
    }

    @Test(
        "a report that cannot be sent now is tried again; one that is refused is told to the person in charge",
        arguments: [(75, 1, 1), (67, 0, 2)])
    func untold(status: Int, left: Int, calls: Int) throws {
        var test = self
        test.site.set("quota.limit=10")
        try site.installSendmail(status: status, saying: "no")
        let entry = try site.commit([try site.store()], age: 6 * Self.day)
        #expect(try test.site.visit(entry) == .bounced(reason: "mailbox is full"))
        #expect(site.sendmailCalls == calls)
        #expect(try site.entries().count == left)
        #expect(try site.entries().allSatisfy { $0.due != nil && $0.id != entry.id })
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
        #expect(
            site.sendmailInput.contains("Action: delayed")
                && site.sendmailInput.contains("Will-Retry-Until: "))
        #expect(
            try site.summary(try site.entries()[0]).journal.map(\.kind) == [
                "failed", "warned", "failed", "failed",
            ])
    }

    @Test("a warning that could not be sent is an entry of its own, sent later")
    func warnedLater() throws {
        var test = self
        test.site.set("quota.limit=10", "retry.warn=4h")
        try site.installSendmail(status: 75)
        let entry = try site.commit([try site.store()], age: 5 * 3600)
        _ = try test.site.visit(entry)
        try site.installSendmail()
        let warning = try #require(try site.entries().first { $0.id != entry.id })
        #expect(try test.site.visit(warning) == .delivered)
        let parent = try #require(try site.entries().first)
        _ = try test.site.visit(parent)
        #expect(site.sendmailCalls == 2)
        #expect(
            try site.summary(try site.entries()[0]).journal.map(\.kind) == ["failed", "warned", "failed"])
    }

    @Test(
        "no warning is sent where none is wanted, before its time, or to a null sender",
        arguments: [("0", 100_000, "a@b"), ("4h", 3600, "a@b"), ("4h", 100_000, "")])
    func notWarned(warn: String, age: Int, sender: String) throws {
        var test = self
        test.site.set("quota.limit=10", "retry.warn=\(warn)")
        test.site.request.sender = sender
        try site.installSendmail()
        let entry = try test.site.commit([try site.store()], age: age)
        #expect(try test.site.visit(entry).word == "rescheduled")
        #expect(site.sendmailCalls == 0)
    }

    @Test("an entry that is done, or whose sender knows, is removed when it is given up, and nobody is told")
    func giveUpDone() throws {
        try site.installSendmail()
        for last in ["done", "bounced"] {
            let entry = try site.commit([try site.store()])
            try site.append([record(last, 0)], to: entry)
            #expect(
                try site.visit(entry, givingUp: true).word
                    == "bounced")
        }
        #expect(site.sendmailCalls == 0)
        #expect(try site.entries() == [])
    }

    @Test("an entry that this version does not understand is not given up: it may be somebody's mail")
    func giveUpUnknown() throws {
        try site.installSendmail()
        let unknown: SpoolFields = ["do": "sing"]
        let envelope = SpoolEnvelope(
            created: .now(), fields: ["sender": "a@b", "recipient": "c@d"], actions: [unknown])
        let body: [UInt8] = []
        let entry = try site.openSpool(creating: true).commit(
            envelope, head: [], body: body.span, due: .now())
        #expect(
            try site.visit(entry, givingUp: true).word
                == "damaged")
        #expect(try site.entries().count == 1 && site.sendmailCalls == 0)
    }

    @Test("an administrator may give an entry up at once", arguments: ["alice@example.net", ""])
    func giveUp(sender: String) throws {
        var test = self
        test.site.request.sender = sender
        try site.installSendmail()
        let entry = try test.site.commit([try site.store()])
        try site.append([record("failed", nil, ["reason": "the last reason"])], to: entry)
        let result = try site.visit(entry, givingUp: true)
        #expect(
            result
                == (sender.isEmpty ? .held(reason: "the last reason") : .bounced(reason: "the last reason")))
        #expect(site.sendmailCalls == 1 && site.files() == [])
        #expect(site.sendmailArguments.contains(sender.isEmpty ? "|--|postmaster@" : "|--|alice@"))
    }

    @Test("what this version does not understand is set aside, never removed")
    func unknown() throws {
        var fields = SpooledWork.fields(try site.store())
        fields = SpoolFields(
            fields.fields.map { $0.name == "do" ? .init(name: "do", value: Array("sing".utf8)) : $0 })
        let sound = SpooledWork.envelope(
            site.envelope, destination: try site.destination, mailbox: nil, tasks: [], reason: "",
            created: .now())
        let entries = [
            SpoolEnvelope(created: .now(), fields: sound.fields, actions: [fields]),
            SpoolEnvelope(
                created: .now(), fields: ["sender": "a@b"], actions: [SpooledWork.fields(try site.store())]),
            SpoolEnvelope(created: .now(), fields: [:], actions: []),
        ]
        for envelope in entries {
            let body: [UInt8] = []
            let reference = try site.openSpool(creating: true).commit(
                envelope, head: [], body: body.span, due: .now())
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
        let changed = String(decoding: try site.temporary.bytes("\(path)/\(name)"), as: UTF8.self).replacing(
            "hello", with: "hullo")
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
            (.delivered, "delivered", ""), (.unavailable, "unavailable", ""),
            (.rescheduled(reason: "r"), "rescheduled", "r"),
            (.bounced(reason: "b"), "bounced", "b"), (.held(reason: "h"), "held", "h"),
            (.dropped(reason: "p"), "dropped", "p"),
            (.damaged(reason: "d"), "damaged", "d"),
            (.failed(reason: "f"), "failed", "f"),
        ]
        for (result, word, reason) in results {
            #expect(result.word == word)
            #expect(result.reason == reason)
        }
    }

    @Test("each visit is one record of the log")
    func logging() throws {
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
