import Glibc
import Platform
import TestSupport
import Testing

@testable import Spool

/// Times are of the processor, the shortest of a few runs: others may be at work on the machine.
@Suite(.serialized) struct SweepCostTests {
    /// A file system in memory, where there is one with room for so many names: names are what matters here.
    private static func place(for names: UInt) -> String {
        var system = statvfs()
        guard unsafe statvfs("/dev/shm", &system) == 0, system.f_favail > names + names / 4 else {
            return "/tmp"
        }
        return "/dev/shm"
    }

    @Test("a sweep costs what is due, not what is queued")
    func cost() throws {
        let test = try TestSpool(in: Self.place(for: 100_000))
        let spool = try test.open()
        let due = 100
        for index in 0..<due { _ = try spool.commit("message \(index)", due: index) }
        let alone = try sweep(spool)
        try queueGarbage(99_900, in: test)
        let amongMany = try sweep(spool)
        print(
            "spool: \(due) due entries opened and verified: alone \(alone.microseconds / 1000) ms, among 100,000 \(amongMany.microseconds / 1000) ms"
        )
        #expect(alone.opened == due && amongMany.opened == due)
        // None of the others was so much as looked at: they are no entries, and nobody noticed.
        #expect(try spool.entries().entries.count == 100_000)
        #expect(try Directory(opening: "\(test.home)/corrupt").names().isEmpty)
        // A thousand times as many would take a thousand times as long.
        #expect(amongMany.microseconds <= alone.microseconds * 10 + 500_000)
    }

    private func sweep(_ spool: borrowing SpoolDirectory) throws -> (opened: Int, microseconds: Int) {
        var opened = 0
        let time = try Patience.processorTime(leastOf: 3) {
            opened = 0
            for reference in try spool.due(at: 120) where try spool.contents(reference) != nil { opened += 1 }
        }
        return (opened, time)
    }

    /// Files that are no entries, due over the four hours to come.
    private func queueGarbage(_ count: Int, in test: TestSpool) throws {
        let buckets = 240
        let queue = try Directory(opening: "\(test.home)/queue")
        for bucket in 0..<buckets {
            let name = Bucket(minute: 10 + bucket).name
            try queue.makeDirectory(name, permissions: 0o700)
            let directory = try queue.openDirectory(name)
            for index in 0..<count / buckets + (bucket < count % buckets ? 1 : 0) {
                let id = EntryIdentifier.make(at: WallTime(seconds: bucket), random: UInt64(index))
                _ = try directory.createFile(Bucket.containing(index % 60, id: id).name, permissions: 0o600)
            }
        }
    }

    @Test("a sweep and a search cost the same in a queue of a million")
    func million() throws {
        let test = try TestSpool(in: Self.place(for: 1_000_000))
        let spool = try test.open()
        let due = 1000
        for index in 0..<due { _ = try spool.commit("message \(index)", due: index % 120) }
        let alone = try list(spool)
        try queueMillion(in: test)
        let amongMany = try list(spool)
        let wanted = (0..<20).map { id(minute: 10 + $0 * 12, $0 * 200) }
        let searches = try Patience.processorTime {
            for id in wanted where try spool.find(id) == nil { Issue.record("\(id) is not found") }
        }
        var found = 0
        let search = try Patience.processorTime { found = try spool.find(wanted).count }
        #expect(found == 20)
        print(
            "spool: \(due) due entries listed: alone \(alone.microseconds / 1000) ms, among 1,000,000 \(amongMany.microseconds / 1000) ms;",
            "20 searches \(searches / 1000) ms, for 20 at once \(search / 1000) ms")
        #expect(alone.listed == due && amongMany.listed == due)
        // To list all of them takes a second and more.
        #expect(amongMany.microseconds <= alone.microseconds * 5 + 100_000)
        #expect(searches < 20_000_000 && search < 20_000_000)
    }

    private func list(_ spool: borrowing SpoolDirectory) throws -> (listed: Int, microseconds: Int) {
        var listed = 0
        let time = try Patience.processorTime(leastOf: 5) {
            guard try spool.hasDue(now: WallTime(seconds: 120)) else { return }
            listed = 0
            try spool.forEachDue(now: WallTime(seconds: 120), limit: .max) { _ in
                listed += 1
                return true
            }
        }
        return (listed, time)
    }

    private func id(minute: Int, _ index: Int) -> String {
        EntryIdentifier.make(at: WallTime(seconds: minute), random: UInt64(index))
    }

    /// A million names of a few files, due over the four hours to come.
    private func queueMillion(in test: TestSpool) throws {
        let queue = try Directory(opening: "\(test.home)/queue")
        // The parts of the names, made once.
        let seconds = (0..<60).map { ($0 < 10 ? "0" : "") + "\($0)." }
        let endings = (0..<4167).map { String(id(minute: 0, $0).suffix(8)) }
        for minute in 10..<250 {
            let name = Bucket(minute: minute).name
            try queue.makeDirectory(name, permissions: 0o700)
            let directory = try queue.openDirectory(name)
            _ = try directory.createFile("first", permissions: 0o600)
            let beginnings = seconds.map { $0 + id(minute: minute, 0).prefix(7) }
            for (index, ending) in endings.enumerated() {
                try directory.link("first", to: beginnings[index % 60] + ending, in: directory)
            }
            try directory.removeFile("first")
        }
    }

    @Test("a minute with more names than are held at once is gone through in slices, each name once")
    func slices() throws {
        let test = try TestSpool()
        let spool = try test.open()
        _ = try spool.commit("first", due: 5)
        let directory = try Directory(opening: "\(test.home)/queue/0000000000")
        let count = 25_000
        for index in 1..<count {
            let name = Bucket.containing(index % 60, id: id(minute: 0, index)).name
            _ = try directory.createFile(name, permissions: 0o600)
        }
        for limit in [1, 9_999, 10_000, 10_001, .max] {
            #expect(try Set(spool.due(at: 60, limit: limit)).count == min(limit, count))
        }
        let some = try spool.due(at: 30)
        #expect(some.allSatisfy { ($0.due?.seconds ?? 60) <= 30 } && some.count > count / 2 - 500)
        // Removed while they are listed, none of the others is left out.
        var removed = 0
        try spool.forEachDue(now: WallTime(seconds: 60), limit: .max) { reference in
            do throws(SystemError) {
                try directory.removeFile(
                    Bucket.containing(reference.due?.seconds ?? 0, id: reference.id).name)
                removed += 1
                return true
            } catch {
                return false
            }
        }
        #expect(removed == count)
        #expect(try !spool.hasDue(now: WallTime(seconds: 1 << 40)))
        #expect(try directory.names().isEmpty)
    }
}
