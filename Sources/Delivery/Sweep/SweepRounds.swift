import Platform
import Spool

/// The course of a sweep: lists, hands over, takes results in, and looks whether something is left.
struct SweepRounds: ~Copyable {
    private let shared: SweptPart
    private let limits: SweepLimits
    private var workers: SweepWorkers
    private var summary = SweepSummary()
    /// How many entries were handed over.
    private var begun = 0
    /// How many visits have ended.
    private var position = 0
    /// Entries that are being visited, and those that are still in the queue after that.
    private var known: Set<String> = []
    /// Whether there were too many of these.
    private var hasForgotten = false
    /// How often an entry was found in the hands of another process.
    private var refusals: [String: Int] = [:]
    /// Entries of this round that were left for the next one.
    private var left = 0

    /// After so many times an entry that another process works at is left to it: some 12 seconds.
    private static let mostRefusals = 8

    init(_ shared: SweptPart, _ workers: consuming SweepWorkers, _ limits: SweepLimits) {
        self.shared = shared
        self.workers = workers
        self.limits = limits
    }

    mutating func run(_ selection: Sweep.Selection, _ report: (Sweep.Visit) -> Void) throws(SpoolError) {
        switch selection {
        case .entries(let names):
            let found = try shared.spool.find(names)
            for name in names {
                if let reference = found[name], reference.due != nil, !offer(reference, report) { break }
            }
            finish(report)
        case .everything:
            // What was left for want of room comes next, until nothing is.
            var before: Int
            repeat {
                before = begun
                try round(now: WallTime(seconds: .max), report)
            } while left > 0 && begun > before && !isOver
        case .due: try sweepDue(report)
        }
    }

    private mutating func sweepDue(_ report: (Sweep.Visit) -> Void) throws(SpoolError) {
        var isFirst = true
        repeat {
            guard let lock = try shared.spool.tryLockSweep() else {
                summary.isElsewhere = isFirst
                return
            }
            isFirst = false
            try drain(report)
            lock.release()
            // What came while the lock was being given up was left to this sweep.
            guard !isOver else { return }
        } while try hasNew()
    }

    /// Rounds until one finds nothing new.
    private mutating func drain(_ report: (Sweep.Visit) -> Void) throws(SpoolError) {
        while true {
            let before = begun
            try round(now: .now(), report)
            guard !isOver, begun > before || left > 0 else { return }
            if let most = refusals.values.max(), try hasNew() { pause(milliseconds: 25 << most) }
        }
    }

    private var isOver: Bool { summary.isCutShort || hasForgotten || limits.areReached }

    /// Whether anything is due that this sweep has not seen.
    private func hasNew() throws(SpoolError) -> Bool {
        var found = false
        try shared.spool.forEachDue(now: .now(), limit: .max) { reference in
            found = !known.contains(reference.id)
            return !found
        }
        return found
    }

    /// Visits what is due, and waits for the end of that.
    private mutating func round(
        now: WallTime, _ report: (Sweep.Visit) -> Void
    ) throws(SpoolError) {
        left = 0
        var failure: SpoolError?
        let shared = shared
        do throws(SpoolError) {
            try shared.spool.forEachDue(now: now, limit: .max) { offer($0, report) }
        } catch {
            failure = error
        }
        finish(report)
        if let failure { throw failure }
    }

    /// Hands an entry over, once there is room for it.
    ///
    /// - Returns: false if nothing more is to come.
    private mutating func offer(_ reference: EntryReference, _ report: (Sweep.Visit) -> Void) -> Bool {
        while true {
            guard begun < limits.entries, !limits.areReached else {
                summary.isCutShort = true
                return false
            }
            take(within: workers.isFull ? 200 : 0, report)
            if !workers.isFull { break }
        }
        guard !known.contains(reference.id) else { return true }
        let destination = workers.destination(of: reference)
        if destination != DestinationQueues.local, left < 10 * limits.window, workers.isCrowded(destination) {
            left += 1
            return true
        }
        if known.count < limits.memory {
            known.insert(reference.id)
        } else {
            hasForgotten = true
        }
        begun += 1
        workers.add(reference, to: destination)
        return true
    }

    /// Waits until all that was handed over is done.
    private mutating func finish(_ report: (Sweep.Visit) -> Void) {
        while workers.pending > 0 {
            if limits.areReached {
                workers.withdraw()
                summary.isCutShort = true
            }
            take(within: 200, report)
        }
    }

    private mutating func take(within milliseconds: Int, _ report: (Sweep.Visit) -> Void) {
        for finished in workers.results(within: milliseconds) {
            let id = finished.reference.id
            switch finished.result.word {
            case "rescheduled", "failed": refusals[id] = nil
            case "unavailable":
                let times = refusals[id, default: 0] + 1
                refusals[id] = times < Self.mostRefusals ? times : nil
                if times < Self.mostRefusals { known.remove(id) }
            default:
                refusals[id] = nil
                known.remove(id)
            }
            summary.count(finished.result.word)
            position += 1
            report(
                Sweep.Visit(reference: finished.reference, result: finished.result, position: position))
        }
    }

    /// Ends the threads, and gives what all of it came to.
    consuming func end(_ report: (Sweep.Visit) -> Void) -> SweepSummary {
        finish(report)
        workers.end()
        return summary
    }
}
