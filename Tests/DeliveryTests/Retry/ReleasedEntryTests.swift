import Platform
import Spool
import Testing

@testable import Delivery

/// What a release means for an entry that is older than messages are kept.
@Suite struct ReleasedEntryTests {
    private var site: Site
    private static let day = 86_400

    init() throws {
        site = try Site()
        try site.installSendmail()
        site.set("quota.limit=10", "retry.expire=5d", "retry.warn=4h")
    }

    @Test(
        "age counts from the last release: neither given up nor warned of before its time",
        arguments: [
            ([], "bounced", 1), ([0], "rescheduled", 0), ([3600], "rescheduled", 0),
            ([18_000], "rescheduled", 1), ([6 * 86_400], "bounced", 1), ([6 * 86_400, 0], "rescheduled", 0),
        ] as [([Int], String, Int)])
    func age(releases: [Int], word: String, calls: Int) throws {
        let entry = try site.commit([try site.store()], age: 30 * Self.day)
        let now = WallTime.now().seconds
        try site.append(
            releases.map {
                JournalRecord(
                    time: WallTime(seconds: now - $0), action: nil, kind: OpenedEntry.released)
            }, to: entry)
        #expect(try site.visit(entry).word == word)
        #expect(site.sendmailCalls == calls)
    }

    @Test("a mailbox that is full for so long refuses nothing that was released just now")
    func deferFor() throws {
        var test = self
        test.site.set("quota.over=defer-for 1h")
        let entry = try site.commit([try site.store()], age: 2 * Self.day)
        let released = JournalRecord(time: .now(), action: nil, kind: OpenedEntry.released)
        try site.append([released], to: entry)
        #expect(try test.site.visit(entry) == .rescheduled(reason: "mailbox is full"))
        #expect(site.sendmailCalls == 0)
    }
}
