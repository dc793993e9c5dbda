import MailLog
import MailTransport
import Platform
import Settings
import Spool

/// Threads that visit the entries that are handed to them, and the results that they hand back.
///
/// With one worker there is no thread: an entry is visited when it is handed over.
struct SweepWorkers: ~Copyable {
    /// A visit that has ended.
    struct Finished: Sendable {
        let reference: EntryReference
        let result: EntryVisit.Result
    }

    private struct Work: Sendable {
        var queues: DestinationQueues
        var isOver = false
    }

    private let work: Monitor<Work>
    private let finished = Monitor<[Finished]>([])
    private let threads: WorkerThreads
    private let shared: SweptPart
    private let configuration: Configuration
    private let courier: Courier
    private let limits: SweepLimits
    /// How many were handed over, and have not come back.
    private(set) var pending = 0
    private var alone: DeliveryLog

    init(_ shared: SweptPart, configuration: Configuration, courier: Courier, _ limits: SweepLimits) {
        self.shared = shared
        self.configuration = configuration
        self.courier = courier
        self.limits = limits
        alone = shared.log.duplicate()
        let work = Monitor(
            Work(queues: DestinationQueues(concurrency: configuration.transport.concurrency)))
        let finished = finished
        let count = configuration.retry.workers
        self.work = work
        threads = WorkerThreads(count > 1 ? count : 0) { _ in
            Self.visitAll(work, finished, shared, configuration, courier, limits)
        }
    }

    /// What one thread does.
    private static func visitAll(
        _ work: Monitor<Work>, _ finished: Monitor<[Finished]>, _ shared: SweptPart,
        _ configuration: Configuration, _ courier: Courier, _ limits: SweepLimits
    ) {
        let visit = EntryVisit(configuration: configuration, courier: courier, checks: shared.checks)
        var log = shared.log.duplicate()
        let forever = Deadline(milliseconds: .max)
        while true {
            let next = work.wait(until: forever) { work -> DestinationQueues.Item?? in
                // What is left then is withdrawn.
                if !limits.areReached, let item = work.queues.take() { return .some(item) }
                return work.isOver ? .some(nil) : nil
            }
            guard case .some(.some(let item)) = next else { return }
            let result = visit.visit(item.reference, in: shared.spool, log: &log)
            // Another worker may be waiting for this destination's turn, if this one takes up another's.
            work.change { $0.queues.finish(item) }
            finished.change { $0.append(Finished(reference: item.reference, result: result)) }
        }
    }

    /// Whether the window is full.
    var isFull: Bool { pending >= limits.window }

    /// Whether entries for one destination fill half of the window: others are to have a chance behind them.
    func isCrowded(_ destination: String) -> Bool {
        work.withLock { $0.queues.count(for: destination) } >= limits.window / 2
    }

    /// Where an entry goes; the name of a route, or ``DestinationQueues/local``.
    func destination(of reference: EntryReference) -> String {
        guard threads.count > 0 else { return DestinationQueues.local }
        // What cannot be read is found out, and told, by the visit.
        guard let entry = try? shared.spool.inspect(reference) else { return DestinationQueues.local }
        if let route = courier.destination(of: entry) { return route }
        return configuration.transport.local.first?.name ?? DestinationQueues.local
    }

    mutating func add(_ reference: EntryReference, to destination: String) {
        pending += 1
        guard threads.count > 0 else {
            let visit = EntryVisit(configuration: configuration, courier: courier, checks: shared.checks)
            let result = visit.visit(reference, in: shared.spool, log: &alone)
            return finished.change { $0.append(Finished(reference: reference, result: result)) }
        }
        work.change { $0.queues.add(reference, to: destination) }
    }

    /// Visits that have ended since this was last asked; if there are none, it waits for one, at most so long.
    mutating func results(within milliseconds: Int) -> [Finished] {
        let results = finished.wait(until: Deadline(milliseconds: milliseconds)) { finished -> [Finished]? in
            guard !finished.isEmpty else { return nil }
            let results = finished
            finished.removeAll(keepingCapacity: true)
            return results
        }
        pending -= results?.count ?? 0
        return results ?? []
    }

    /// Takes back what no worker has begun.
    mutating func withdraw() {
        pending -= work.withLock { $0.queues.removeAll().count }
    }

    /// Has the threads end, once all that they have is done.
    consuming func end() {
        work.change(wakingAll: true) { $0.isOver = true }
        threads.join()
    }
}
