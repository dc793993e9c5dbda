import Platform
import Testing

@testable import Spool

@Suite struct SweepCostTests {
    @Test("a sweep costs what is due, not what is queued")
    func cost() throws {
        let test = try TestSpool()
        let spool = try test.open()
        let due = 100
        for index in 0..<due { _ = try spool.commit("message \(index)", due: index) }
        let alone = try sweep(spool)
        try queueGarbage(99_900, in: test)
        let amongMany = try sweep(spool)
        print(
            "spool: \(due) due entries opened and verified: alone \(alone.milliseconds) ms, among 100,000 \(amongMany.milliseconds) ms"
        )
        #expect(alone.opened == due && amongMany.opened == due)
        // None of the others was so much as looked at: they are no entries, and nobody noticed.
        #expect(try spool.entries().entries.count == 100_000)
        #expect(try Directory(opening: "\(test.home)/corrupt").names().isEmpty)
        #expect(amongMany.milliseconds <= alone.milliseconds * 5 + 200)
    }

    private func sweep(_ spool: borrowing SpoolDirectory) throws -> (opened: Int, milliseconds: Int) {
        let start = SteadyTime.now()
        var opened = 0
        for reference in try spool.due(at: 120) where try spool.contents(reference) != nil { opened += 1 }
        return (opened, SteadyTime.now().milliseconds - start.milliseconds)
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
}
