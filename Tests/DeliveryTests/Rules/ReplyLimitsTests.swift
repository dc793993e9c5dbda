import MailMessage
import Maildir
import Platform
import Settings
import Spool
import Testing

@testable import Delivery

/// How much is sent of a user's own accord.
@Suite struct ReplyLimitsTests {
    private var site: Site

    init() throws {
        site = try Site()
        site.set("sieve.vacation-min=0")
        try site.installSendmail()
    }

    private static func message(_ sender: String) -> String {
        "From: \(sender)\nTo: bob@example.org\n" + Site.message
    }

    /// How many messages of our own an arriving message leads to.
    private func sent(
        _ script: String, from sender: String = "alice@example.net", _ overrides: String...
    ) throws -> Int {
        var test = site
        for override in overrides { test.set(override) }
        try test.use(script)
        test.request.sender = sender
        let completion = try test.deliver(Self.message(sender))
        #expect(completion.exitStatus == 0)
        return completion.due.count
    }

    /// Answers each time.
    private static let vacation = "require \"vacation-seconds\"; vacation :seconds 0 \"I am away.\";"

    @Test("one address gets so many a day")
    func perAddress() throws {
        var test = self
        test.site.set("sieve.max-replies-per-sender=3")
        for expected in [1, 1, 1, 0, 0] { #expect(try test.sent(Self.vacation) == expected) }
        #expect(try test.sent(Self.vacation, from: "ALICE@example.net") == 0)
        #expect(try test.sent(Self.vacation, from: "carol@example.net") == 1)
        #expect(site.files().count == 7)
    }

    @Test("all together are so many an hour")
    func perHour() throws {
        var test = self
        test.site.set("sieve.max-replies-per-hour=3", "sieve.max-replies-per-sender=0")
        for number in 0..<5 {
            #expect(try test.sent(Self.vacation, from: "a\(number)@example.net") == (number < 3 ? 1 : 0))
        }
        // Notices are of the same number.
        let notify = "require \"enotify\"; notify \"mailto:n@example.com\";"
        #expect(try test.sent(notify) == 0)
        #expect(try test.sent(notify, "sieve.max-replies-per-hour=4") == 1)
        #expect(site.files().count == 7)
    }

    @Test("without limits nothing is counted")
    func unlimited() throws {
        var test = self
        test.site.set("sieve.max-replies-per-hour=0", "sieve.max-replies-per-sender=0")
        for _ in 0..<30 { #expect(try test.sent(Self.vacation) == 1) }
        #expect(!site.temporary.names("Maildir").contains("postmaster.db"))
    }

    @Test("a plan over the limit says why, and remembers nothing of the answer")
    func told() throws {
        var test = site
        test.set("sieve.max-replies-per-sender=1", "log.target=file:\(site.temporary.path("log"))")
        try test.use(
            "require [\"vacation\", \"enotify\"]; notify \"mailto:alice@example.net\"; vacation \"I am away.\";"
        )
        let plan = try test.rules(Self.message("alice@example.net"))
        #expect(plan.actions.map(\.kind.word) == ["notice", "store"])
        #expect(plan.memories.map(\.kind) == [.reply])
        #expect(plan.refusals.count == 1 && plan.refusals[0].contains("1 were sent there within a day"))
        #expect(plan.warnings.count == 1 && plan.warnings[0].contains("within a day"))
        #expect(try test.deliver(Self.message("alice@example.net")).exitStatus == 0)
        #expect(try site.temporary.text("log").contains("within a day"))
    }

    @Test("several recipients of one notice count one by one")
    func recipients() throws {
        var test = site
        test.set("sieve.max-replies-per-hour=2")
        try test.use("require \"enotify\"; notify \"mailto:a@example.com?to=b@example.com,c@example.com\";")
        let plan = try test.rules(Self.message("alice@example.net"))
        #expect(plan.actions.map(\.kind.target) == ["a@example.com", "b@example.com", "INBOX"])
        #expect(plan.memories.count == 2)
    }

    @Test("what is not in the spool was not sent, and does not count")
    func notSpooled() throws {
        var test = site
        test.set("sieve.max-replies-per-sender=1")
        try test.use(Self.vacation)
        _ = try site.temporary.write("spool", "")
        for _ in 0..<3 { #expect(try test.deliver(Self.message("alice@example.net")).exitStatus == 75) }
        try Directory(opening: site.temporary.path).removeFile("spool")
        #expect(try test.deliver(Self.message("alice@example.net")).due.count == 1)
        #expect(try test.deliver(Self.message("alice@example.net")).due.isEmpty)
    }

    @Test(
        "a rejection over the limit keeps the message: nobody else would know of it",
        arguments: ["reject", "ereject"])
    func rejection(command: String) throws {
        var test = site
        test.set("sieve.max-replies-per-sender=1")
        try test.use("require \"\(command)\"; \(command) \"no thanks\";")
        for count in 0..<3 {
            let entry = try test.commit([.deliver], message: Self.message("alice@example.net"))
            #expect(try test.visit(entry) == .delivered)
            for made in try test.entries() { #expect(try test.visit(made) == .delivered) }
            #expect(site.sendmailCalls == 1)
            #expect(site.files().count == count)
        }
    }

    @Test("a user whose state cannot be read answers nobody; notices are sent all the same")
    func brokenMemory() throws {
        var test = self
        try site.makeFolder()
        try site.temporary.makeDirectory("Maildir/postmaster.db")
        #expect(try test.sent("require \"vacation\"; vacation \"I am away.\";") == 0)
        #expect(try test.sent(Self.vacation) == 0)
        #expect(try test.sent("require \"enotify\"; notify \"mailto:n@example.com\";") == 1)
        #expect(site.files().count == 3)
        test.site.set("sieve.max-replies-per-hour=0")
        // Still not: whom it answered before is not known.
        #expect(try test.sent("require \"vacation\"; vacation \"I am away.\";") == 0)
    }
}
