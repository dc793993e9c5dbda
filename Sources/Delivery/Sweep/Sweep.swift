import MailLog
import Platform
package import Settings
package import Spool

/// Goes through one user's part of the spool, once: several entries at a time, those for one destination behind one
/// another.
///
/// - What is due is swept by one process at a time, the one that has the lock. Before it ends it gives the lock up,
///   looks once more, and goes on if something came meanwhile: whoever commits an entry and finds the lock taken can
///   rely on that.
/// - No entry is visited twice, but for one that another process was at work on: it is tried again for a moment.
/// - What is in memory does not grow with the queue.
package struct Sweep: ~Copyable {
    /// What is visited.
    package enum Selection: Sendable, Equatable {
        /// What is due.
        case due
        /// All of the queue.
        case everything
        /// Entries by name, whether they are due or not.
        case entries([String])
    }

    /// An entry that was visited.
    package struct Visit: Sendable {
        package let reference: EntryReference
        package let result: EntryVisit.Result
        /// How many came before it, and this one.
        package let position: Int
    }

    private let configuration: Configuration
    private let owner: UInt32
    private var log: DeliveryLog
    private let checks: Checks?

    package init(configuration: Configuration, owner: UInt32) {
        self.configuration = configuration
        self.owner = owner
        log = DeliveryLog(configuration.log)
        // Before the process gives up the rights that a log file and secrets of root's may need.
        checks = Checks(configuration, sparesTheSilent: true)
        if Identity.current().isSuperuser { _ = log.open() }
    }

    /// How many entries are due; only their names are read.
    package static func count(
        _ selection: Selection, owner: UInt32, configuration: Configuration
    ) throws(SpoolError) -> Int {
        if case .entries(let names) = selection { return names.count }
        var count = 0
        guard let spool = try part(of: owner, configuration) else { return 0 }
        let now = selection == .everything ? WallTime(seconds: .max) : .now()
        try spool.forEachDue(now: now, limit: .max) { _ in
            count += 1
            return true
        }
        return count
    }

    private static func part(
        of owner: UInt32, _ configuration: Configuration
    ) throws(SpoolError) -> SpoolDirectory? {
        do throws(SpoolError) {
            return try SpoolAccess(configuration: configuration, owner: owner).open(creating: false)
        } catch {
            if error.kind == .absent { return nil }
            throw error
        }
    }

    /// Visits what is selected.
    ///
    /// - Parameters:
    ///   - isStopped: asked between the visits; once it says yes nothing new is begun.
    ///   - report: told of each visit when it has ended, one at a time, by the calling thread.
    /// - Throws: why a part of the spool could not be read; what could be was visited.
    package consuming func run(
        _ selection: Selection, courier: Courier, isStopped: @escaping @Sendable () -> Bool = { false },
        report: (Visit) -> Void = { _ in }
    ) throws(SpoolError) -> SweepSummary {
        let start = SteadyTime.now()
        guard let spool = try Self.part(of: owner, configuration) else { return SweepSummary() }
        let shared = SweptPart(spool: spool, log: log.duplicate(), checks: checks)
        let limits = SweepLimits(configuration.retry, isStopped: isStopped)
        var rounds = SweepRounds(
            shared, SweepWorkers(shared, configuration: configuration, courier: courier, limits), limits)
        let failure: SpoolError?
        do throws(SpoolError) {
            try rounds.run(selection, report)
            failure = nil
        } catch {
            failure = error
        }
        var summary = rounds.end(report)
        summary.milliseconds = SteadyTime.now().milliseconds - start.milliseconds
        if summary.attempts > 0, !configuration.retry.metrics.isEmpty {
            try? SweepTotals.note(summary, of: owner, in: configuration.spool.directory)
        }
        if let failure { throw failure }
        // What dead processes have left can wait.
        _ = try? shared.spool.removeStaleDrafts(now: .now())
        return summary
    }
}

extension SweepSummary {
    /// Writes the line that tells of it into the log.
    ///
    /// - Parameter scope: whose part of the spool it was.
    package func write(to settings: Configuration.Log, scope: String) {
        var log = DeliveryLog(settings)
        _ = log.write(record(scope))
    }
}

/// The part of the spool that is swept, for all workers.
final class SweptPart: Sendable {
    let spool: SpoolDirectory
    let log: DeliveryLog
    let checks: Checks?

    init(spool: consuming SpoolDirectory, log: consuming DeliveryLog, checks: Checks?) {
        self.spool = spool
        self.log = log
        self.checks = checks
    }
}

/// How far a sweep may go.
struct SweepLimits: Sendable {
    /// Entries that wait for a worker.
    var window = 10_000
    /// Entries that are remembered, so that none is visited twice.
    var memory = 100_000
    let entries: Int
    private let deadline: Deadline
    private let isStopped: @Sendable () -> Bool

    init(_ retry: Configuration.Retry, isStopped: @escaping @Sendable () -> Bool) {
        entries = retry.sweepEntries > 0 ? retry.sweepEntries : .max
        deadline = Deadline(milliseconds: retry.sweepTime > 0 ? retry.sweepTime &* 1000 : .max)
        self.isStopped = isStopped
    }

    /// Whether nothing new is begun any more.
    var areReached: Bool { isStopped() || deadline.hasPassed }
}
