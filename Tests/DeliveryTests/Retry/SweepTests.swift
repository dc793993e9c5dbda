import Maildir
import Platform
import Settings
import Spool
import Testing

@testable import Delivery

@Suite struct SweepTests {
    private var site: Site

    init() throws { site = try Site() }

    private func sweep(
        _ selection: Sweep.Selection = .due, report: (Sweep.Visit) -> Void = { _ in }
    ) throws -> SweepSummary {
        var summary = try Sweep(configuration: site.configuration, owner: Identity.current().user)
            .run(selection, courier: Courier(local: site.configuration), report: report)
        #expect(summary.milliseconds >= 0)
        summary.milliseconds = 0
        return summary
    }

    /// Sweeps until nothing is due: programs of other tests may hold an entry's lock for a moment.
    private func sweepAll(_ selection: Sweep.Selection = .due) throws -> SweepSummary {
        var total = SweepSummary()
        let deadline = Deadline(milliseconds: 3000)
        while !deadline.hasPassed {
            var unavailable = 0
            total.add(
                try sweep(selection) { visit in if visit.result == .unavailable { unavailable += 1 } })
            if unavailable == 0 { break }
            pause(milliseconds: 10)
        }
        return total
    }

    @Test("without a spool nothing is due")
    func absent() throws {
        #expect(try sweep() == SweepSummary())
        #expect(!site.temporary.exists("spool"))
        #expect("\(SweepSummary())" == "nothing is due")
    }

    @Test("what is due is visited, what is not due is left alone, unless all of it is asked for")
    func due() throws {
        for _ in 0..<3 { _ = try site.commit([try site.store()]) }
        var test = self
        test.site.set("quota.limit=10")
        #expect(try test.sweepAll().rescheduled == 3)
        #expect(try sweep() == SweepSummary())
        #expect(try sweepAll(.everything).delivered == 3)
        #expect(site.files().count == 3)
    }

    @Test("entries that are named are visited, due or not, and no others")
    func named() throws {
        let entries = try (0..<3).map { _ in try site.commit([try site.store()]) }
        var reported: [String] = []
        let deadline = Deadline(milliseconds: 3000)
        var summary = SweepSummary()
        while summary.delivered == 0, !deadline.hasPassed {
            summary = try sweep(.entries([entries[1].id, "no-such-entry", "../../x", ""])) { visit in
                reported.append(visit.reference.id)
                #expect(visit.position == 1)
            }
        }
        #expect(Set(reported) == [entries[1].id] && summary.delivered == 1)
        #expect(try site.entries().count == 2)
    }

    @Test("what waits for a person is not tried, even if it is named")
    func held() throws {
        let entry = try site.commit([try site.store()])
        var test = self
        test.site.set("quota.limit=10")
        test.site.request.sender = ""
        let old = try test.site.commit([try site.store()], age: 10 * 86400)
        #expect(try test.site.visit(old).word == "held")
        #expect(try sweep(.entries([old.id])) == SweepSummary())
        _ = try sweepAll(.everything)
        #expect(try site.entries().filter { $0.place == .hold }.map(\.id) == [old.id])
        #expect(entry.id != old.id && site.files().count == 1)
    }

    @Test(
        "so many entries are visited as the site allows, and no limit is no limit",
        arguments: [("2", 2), ("0", 5)])
    func limit(setting: String, count: Int) throws {
        for _ in 0..<5 { _ = try site.commit([try site.store()]) }
        var test = self
        test.site.set("retry.sweep-entries=\(setting)")
        var visited = 0
        let summary = try test.sweep { _ in visited += 1 }
        #expect(visited == count && summary.isCutShort == (count < 5))
    }

    @Test("a sweep without a limit of time ends when all is done", arguments: ["0", "1h"])
    func time(setting: String) throws {
        _ = try site.commit([try site.store()])
        var test = self
        test.site.set("retry.sweep-time=\(setting)")
        #expect(try test.sweepAll().delivered == 1)
    }

    @Test("a part of the queue that cannot be read keeps no mail from being tried, and is told in the end")
    func unreadable() throws {
        _ = try site.commit([try site.store()])
        try site.temporary.write("spool/\(Identity.current().user)/queue/0000000001", "no directory")
        var visited = 0
        #expect(throws: SpoolError.self) { _ = try sweep { _ in visited += 1 } }
        #expect(visited == 1)
    }

    @Test("one entry's trouble is no other's")
    func mixed() throws {
        _ = try site.commit([try site.store()])
        let envelope = SpoolEnvelope(created: .now(), fields: [:], actions: [])
        let body: [UInt8] = []
        _ = try site.openSpool().commit(envelope, head: [], body: body.span, due: .now())
        _ = try site.commit([try site.forward("c@example.com")])
        let summary = try sweepAll()
        #expect(summary.delivered == 1 && summary.damaged == 1 && summary.rescheduled == 1)
        #expect(summary.hasProblems)
    }

    @Test("two sweeps at once store each message once")
    func twoAtOnce() async throws {
        for _ in 0..<30 { _ = try site.commit([try site.store()]) }
        let copy = self
        await withTaskGroup { group in
            for _ in 0..<4 { group.addTask { _ = try? copy.sweepAll() } }
        }
        _ = try sweepAll()
        #expect(site.files().count == 30)
        #expect(try site.entries() == [] && site.leftovers == [])
    }

    @Test("another user's part of the spool is not touched", .enabled(if: isSuperuser, "it needs root"))
    func foreign() throws {
        _ = try site.commit([try site.store()])
        let other = Identity.current().user &+ 1
        let summary = try Sweep(configuration: site.configuration, owner: other).run(
            .everything, courier: Courier(local: site.configuration))
        #expect(summary == SweepSummary())
        #expect(try site.entries().count == 1)
    }
}
