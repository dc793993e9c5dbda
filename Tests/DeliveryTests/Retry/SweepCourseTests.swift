import MailLog
import MailTransport
import Platform
import Settings
import Spool
import Synchronization
import Testing

@testable import Delivery

/// How a sweep goes about its work: together, in turns, by itself, and to the end.
@Suite struct SweepCourseTests {
    private var site: Site

    init() throws {
        site = try Site()
        site.set(
            "transport.relay=smtp://relay.test",
            "transport.routes=a.test smtp://mx.a.test,b.test smtp://mx.b.test", "retry.schedule=1h")
    }

    private func sweep(
        _ carrier: any MailCarrier, _ selection: Sweep.Selection = .due,
        until stopped: Flag? = nil, report: (Sweep.Visit) -> Void = { _ in }
    ) throws -> SweepSummary {
        try Sweep(configuration: site.configuration, owner: Identity.current().user).run(
            selection, courier: Courier(site.configuration, carrier: carrier),
            isStopped: { stopped?.isRaised ?? false },
            report: report)
    }

    @Test("entries for one destination go together up to its limit, those for others beside them")
    func together() throws {
        var test = self
        test.site.set("retry.workers=12", "transport.concurrency=3")
        for number in 0..<12 {
            _ = try site.commit([try site.forward("u\(number)@a.test")])
            _ = try site.commit([try site.forward("u\(number)@b.test")])
        }
        let carrier = SlowCarrier(milliseconds: 30)
        let summary = try test.sweep(carrier)
        #expect(summary.delivered == 24)
        #expect(carrier.most(for: "smtp://mx.a.test:25") == 3)
        #expect(carrier.most(for: "smtp://mx.b.test:25") == 3)
        #expect(carrier.mostTogether > 3)
        #expect(try site.entries().isEmpty)
    }

    @Test("with one worker all is done by the thread that asked for it, in order")
    func alone() throws {
        var test = self
        test.site.set("retry.workers=1")
        let entries = try (0..<5).map { try site.commit([try site.forward("u\($0)@a.test")]) }
        let carrier = SlowCarrier(milliseconds: 0)
        var seen: Set<String> = []
        let summary = try test.sweep(carrier) { seen.insert($0.reference.id) }
        #expect(summary.delivered == 5 && seen == Set(entries.map(\.id)))
        #expect(carrier.mostTogether == 1)
    }

    @Test("reports come one by one, with positions that count up", arguments: ["1", "8"])
    func positions(workers: String) throws {
        var test = self
        test.site.set("retry.workers=\(workers)")
        for number in 0..<20 { _ = try site.commit([try site.forward("u\(number)@a.test")]) }
        var positions: [Int] = []
        _ = try test.sweep(SlowCarrier(milliseconds: 1)) { positions.append($0.position) }
        #expect(positions == Array(1...20))
    }

    @Test("what is committed during a sweep of what is due is found by that sweep", arguments: ["1", "4"])
    func meanwhile(workers: String) throws {
        var test = self
        test.site.set("retry.workers=\(workers)")
        _ = try site.commit([try site.forward("first@a.test")])
        let site = site
        let carrier = SlowCarrier(milliseconds: 0) { mail in
            guard let task = try? site.forward("second@a.test"), mail == "first@a.test" else { return }
            _ = try? site.commit([task])
        }
        #expect(try test.sweep(carrier).delivered == 2)
        #expect(carrier.recipients.sorted() == ["first@a.test", "second@a.test"])
    }

    @Test(
        "while one sweep is at work another one has nothing to do; entries that are named are visited all the same"
    )
    func lock() throws {
        let entry = try site.commit([try site.forward("u@a.test")])
        guard let lock = try site.openSpool().tryLockSweep() else {
            Issue.record("nobody else has it")
            return
        }
        let carrier = SlowCarrier(milliseconds: 0)
        let summary = try sweep(carrier)
        #expect(summary.isElsewhere && summary.attempts == 0)
        #expect(try sweep(carrier, .entries([entry.id])).delivered == 1)
        _ = try site.commit([try site.forward("u@a.test")])
        #expect(try sweep(carrier, .everything).delivered == 1)
        lock.release()
        #expect(try !sweep(carrier).isElsewhere)
    }

    @Test(
        "an entry that another process holds for a moment is visited when it is free", arguments: ["1", "4"])
    func heldForAMoment(workers: String) throws {
        var test = self
        test.site.set("retry.workers=\(workers)")
        let reference = try site.commit([try site.forward("u@a.test")])
        let holder = EntryHolder(site, reference)
        var words: [String] = []
        let summary = try test.sweep(SlowCarrier(milliseconds: 0)) { visit in
            words.append(visit.result.word)
            holder.release()
        }
        #expect(words.first == "unavailable" && words.last == "delivered")
        #expect(summary.delivered == 1)
    }

    @Test(
        "no entry is visited twice, though its next time comes while the sweep goes on",
        arguments: ["1", "4"])
    func once(workers: String) throws {
        var test = self
        test.site.set("retry.workers=\(workers)", "retry.schedule=1s", "retry.jitter=0")
        let carrier = SlowCarrier(milliseconds: 30, result: ScriptedCarrier.delay())
        for number in 0..<60 { _ = try site.commit([try site.forward("u\(number)@a.test")]) }
        let summary = try test.sweep(carrier)
        #expect(summary.rescheduled == 60)
        let all = try test.sweep(SlowCarrier(milliseconds: 30, result: ScriptedCarrier.delay()), .everything)
        #expect(all.rescheduled == 60)
    }

    @Test(
        "a sweep that is asked to stop lets running visits end, and begins nothing new",
        arguments: ["1", "4"])
    func stop(workers: String) throws {
        var test = self
        test.site.set("retry.workers=\(workers)")
        for number in 0..<40 { _ = try site.commit([try site.forward("u\(number)@a.test")]) }
        let stopped = Flag()
        let carrier = SlowCarrier(milliseconds: 20) { _ in stopped.raise() }
        let summary = try test.sweep(carrier, until: stopped)
        #expect(summary.isCutShort)
        #expect((1...4).contains(summary.delivered))
        #expect(try site.entries().count == 40 - summary.delivered)
    }

    @Test("one destination's crowd keeps no other destination waiting, and all are visited in the end")
    func crowd() throws {
        for number in 0..<30 { _ = try site.commit([try site.forward("u\(number)@a.test")]) }
        // Due last.
        let late = try site.commit([try site.forward("late@b.test")])
        let part = try part(window: 8)
        let carrier = SlowCarrier(milliseconds: 5)
        var configuration = site.configuration
        configuration.retry.workers = 2
        configuration.transport.concurrency = 1
        let limits = part.limits
        var rounds = SweepRounds(
            part.shared,
            SweepWorkers(
                part.shared, configuration: configuration,
                courier: Courier(configuration, carrier: carrier), limits), limits)
        try rounds.run(.due) { _ in }
        let summary = rounds.end { _ in }
        #expect(summary.delivered == 31)
        let position = try #require(carrier.recipients.firstIndex(of: "late@b.test"))
        #expect(position < 20, "\(late.id) was the \(position)th")
    }

    private func part(window: Int) throws -> (shared: SweptPart, limits: SweepLimits) {
        var limits = SweepLimits(site.configuration.retry, isStopped: { false })
        limits.window = window
        let shared = SweptPart(
            spool: try site.openSpool(), log: DeliveryLog(site.configuration.log), checks: nil)
        return (shared, limits)
    }

    @Test("an entry that cannot be understood is no other's trouble, whatever the number of workers")
    func damaged() throws {
        let body: [UInt8] = []
        for _ in 0..<3 {
            let envelope = SpoolEnvelope(created: .now(), fields: [:], actions: [])
            _ = try site.openSpool(creating: true).commit(envelope, head: [], body: body.span, due: .now())
            _ = try site.commit([try site.forward("u@a.test")])
        }
        let summary = try sweep(SlowCarrier(milliseconds: 0))
        #expect(summary.damaged == 3 && summary.delivered == 3)
    }

    @Test("many sweeps at once deliver each entry once")
    func contention() async throws {
        for number in 0..<40 { _ = try site.commit([try site.forward("u\(number)@a.test")]) }
        let carrier = SlowCarrier(milliseconds: 1)
        let copy = self
        await withTaskGroup { group in
            for number in 0..<4 {
                group.addTask { _ = try? copy.sweep(carrier, number % 2 == 0 ? .due : .everything) }
            }
        }
        _ = try sweep(carrier)
        #expect(carrier.recipients.count == 40 && Set(carrier.recipients).count == 40)
        #expect(try site.entries().isEmpty)
    }

    @Test("of many who commit and then sweep, nobody leaves anything to cron", arguments: ["1", "3"])
    func raceFree(workers: String) throws {
        var test = self
        test.site.set("retry.workers=\(workers)")
        let carrier = SlowCarrier(milliseconds: 1)
        let copy = test
        let threads = WorkerThreads(4) { thread in
            for number in 0..<12 {
                guard let task = try? copy.site.forward("u\(thread)-\(number)@a.test"),
                    (try? copy.site.commit([task])) != nil
                else {
                    Issue.record("nothing was committed")
                    return
                }
                // Finds the lock taken, as often as not.
                _ = try? copy.sweep(carrier)
            }
        }
        threads.join()
        #expect(try site.entries().isEmpty)
        #expect(carrier.recipients.count == 48 && Set(carrier.recipients).count == 48)
    }

    @Test("the totals of all sweeps are kept where the site wants figures, and nowhere else")
    func totals() throws {
        let owner = Identity.current().user
        _ = try site.commit([try site.forward("u@a.test")])
        _ = try sweep(SlowCarrier(milliseconds: 0))
        #expect(!site.temporary.exists("spool/\(owner)/totals"))
        var test = self
        test.site.set("retry.metrics=\(site.temporary.path("metrics.prom"))")
        for _ in 0..<2 {
            _ = try site.commit([try site.forward("u@a.test")])
            _ = try test.sweep(SlowCarrier(milliseconds: 0))
        }
        _ = try test.sweep(SlowCarrier(milliseconds: 0))
        let totals = SweepTotals.read(of: owner, in: site.configuration.spool.directory)
        #expect(totals.results["delivered"] == 2 && totals.sweeps == 2)
    }
}

/// Another opening of an entry, which keeps it locked.
private final class EntryHolder {
    private var file: OwnedFileDescriptor?

    init(_ site: Site, _ reference: EntryReference) {
        let path = try? site.path(of: reference)
        file = path.flatMap { path in try? OwnedFileDescriptor(reading: path) }
        let deadline = Deadline(milliseconds: 3000)
        // Programs of other tests may hold it for a moment.
        while !deadline.hasPassed, let isLocked = try? file?.tryLock(path: ""), !isLocked {
            pause(milliseconds: 5)
        }
    }

    func release() { file = nil }
}

extension Site {
    fileprivate func path(of reference: EntryReference) throws -> String {
        let queue = "spool/\(Identity.current().user)/queue"
        for minute in temporary.names(queue) {
            for name in temporary.names("\(queue)/\(minute)") where name.hasSuffix(reference.id) {
                return temporary.path("\(queue)/\(minute)/\(name)")
            }
        }
        return temporary.path("missing")
    }
}

/// Something that happens once, seen by several threads.
final class Flag: Sendable {
    private let state = Mutex(false)

    func raise() { state.withLock { $0 = true } }

    var isRaised: Bool { state.withLock { $0 } }
}

/// A carrier that takes its time, and remembers how many were with it together.
final class SlowCarrier: MailCarrier {
    private struct State {
        var running: [String: Int] = [:]
        var most: [String: Int] = [:]
        var mostTogether = 0
        var recipients: [String] = []
    }

    private let milliseconds: Int
    private let result: TransportResult
    private let whileSending: @Sendable (String) -> Void
    private let state = Mutex(State())

    init(
        milliseconds: Int, result: TransportResult = .accepted(TransportReceipt(peer: "mx.test:25")),
        _ whileSending: @escaping @Sendable (String) -> Void = { _ in }
    ) {
        self.milliseconds = milliseconds
        self.result = result
        self.whileSending = whileSending
    }

    var recipients: [String] { state.withLock { $0.recipients } }
    var mostTogether: Int { state.withLock { $0.mostTogether } }
    func most(for route: String) -> Int { state.withLock { $0.most[route] ?? 0 } }

    func send(_ mail: OutgoingMail, by routes: [Route]) -> [TransportResult] {
        let route = routes.first?.name ?? ""
        state.withLock { state in
            state.recipients += mail.recipients.map(\.address)
            state.running[route, default: 0] += 1
            state.most[route] = max(state.most[route] ?? 0, state.running[route] ?? 0)
            state.mostTogether = max(state.mostTogether, state.running.values.reduce(0, +))
        }
        for recipient in mail.recipients { whileSending(recipient.address) }
        pause(milliseconds: milliseconds)
        state.withLock { $0.running[route, default: 0] -= 1 }
        return mail.recipients.map { _ in result }
    }
}
