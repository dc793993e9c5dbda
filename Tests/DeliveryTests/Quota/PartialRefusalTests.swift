import DeliveryStatus
import Maildir
import Platform
import Spool
import Testing

@testable import Delivery

/// What does not fit, of a message of which something is stored or sent on: it waits, also where a full mailbox
/// refuses mail.
@Suite struct PartialRefusalTests {
    private var site: Site
    private static let waits = EntryVisit.Result.rescheduled(reason: "mailbox is full")

    init() throws {
        site = try Site()
        try site.makeFolder()
        try site.temporary.write("Maildir/cur/1.full,S=100000:2,S", "x")
        try site.installSendmail()
        site.set(
            "quota.limit=10K", "quota.over=reject", "quota.folders=Free:ignore", "retry.warn=0")
    }

    @Test("what a delivery leaves beside a copy, or beside what is sent on, is never refused")
    func delivered() throws {
        for (script, calls) in [
            ("keep; fileinto :create \"Free\";", 0), ("redirect :copy \"c@example.com\"; keep;", 1),
        ] {
            var test = try PartialRefusalTests()
            try test.site.use("require [\"fileinto\", \"mailbox\", \"copy\"];\n" + script)
            #expect(try test.site.deliver().exitStatus == 0)
            let entries = try test.site.entries()
            try #require(entries.count == 1)
            let part = try test.site.summary(entries[0]).envelope.fields.first("part")
            #expect(part == (calls == 0 ? "yes" : nil))
            for _ in 0..<3 { #expect(try test.site.visitOnlyEntry() == Self.waits, "\(script)") }
            #expect(test.site.sendmailCalls == calls && test.site.files().count == 1)
            test.site.set("quota.limit=")
            #expect(try test.site.visitOnlyEntry() == .delivered)
            #expect(test.site.files().count == 2 && test.site.sendmailCalls == calls)
        }
    }

    @Test("of two stores of one entry, that which does not fit waits, whichever is first", arguments: [0, 1])
    func siblings(first: Int) throws {
        let stores = [try site.store(), try site.store("Free", creating: true)]
        _ = try site.commit([stores[first], stores[1 - first]])
        for _ in 0..<3 { #expect(try site.visitOnlyEntry() == Self.waits) }
        #expect(site.files(".Free").count == 1 && site.files().count == 1 && site.sendmailCalls == 0)
    }

    @Test("the same for what the rules ask for when they run late")
    func expanded() throws {
        var test = self
        try test.site.use("require [\"fileinto\", \"mailbox\"]; keep; fileinto :create \"Free\";")
        _ = try test.site.commit([.deliver])
        for _ in 0..<3 { #expect(try test.site.visitOnlyEntry() == Self.waits) }
        #expect(site.files(".Free").count == 1 && site.sendmailCalls == 0)
    }

    @Test("the same for an entry of its own that holds another content")
    func child() throws {
        var test = self
        try test.site.use(
            "require [\"fileinto\", \"mailbox\", \"editheader\"];\nfileinto :create \"Free\"; addheader \"X-A\" \"1\"; keep;"
        )
        let entry = try test.site.commit([.deliver])
        #expect(try test.site.visit(entry) == .delivered)
        #expect(site.files(".Free").count == 1)
        let left = try site.entries()
        try #require(left.count == 1)
        #expect(try site.summary(left[0]).envelope.fields.first("part") == "yes")
        for _ in 0..<2 { #expect(try test.site.visitOnlyEntry() == Self.waits) }
        #expect(site.sendmailCalls == 0)
    }

    @Test("where nothing of it fits, all of it is refused, in one report")
    func nothing() throws {
        let entry = try site.commit([try site.store(), try site.store("B", creating: true)])
        #expect(try site.visit(entry) == .bounced(reason: "mailbox is full"))
        #expect(site.sendmailCalls == 1 && site.sendmailInput.contains("5.2.2"))
        #expect(try site.entries() == [])
    }
}
