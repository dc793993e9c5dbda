import DeliveryStatus
package import MailLog
import Platform
package import Settings
package import Spool

/// What is done with one due entry: an attempt, then its removal, another time, a report, or the end.
package struct EntryVisit {
    /// What became of the entry.
    package enum Result: Equatable, Sendable {
        case delivered
        case rescheduled(reason: String)
        case bounced(reason: String)
        /// Given up, and nobody could be told: it waits for a person.
        case held(reason: String)
        /// Given up: an answer, a notice or a report that nobody misses.
        case dropped(reason: String)
        /// Another process is at work on it, or has finished it.
        case unavailable
        case damaged(reason: String)
        case failed(reason: String)
    }

    private let configuration: Configuration
    private let courier: Courier
    private let checks: Checks?
    /// How many generations of entries one visit sees: a message, its report, and the report on that.
    private static var generations: Int { 3 }

    package init(configuration: Configuration, courier: Courier) {
        self.init(configuration: configuration, courier: courier, checks: Checks(configuration))
    }

    init(configuration: Configuration, courier: Courier, checks: Checks?) {
        self.configuration = configuration
        self.courier = courier
        self.checks = checks
    }

    /// Tries an entry, and then what that has given rise to.
    package func visit(
        _ reference: EntryReference, in spool: borrowing SpoolDirectory, log: inout DeliveryLog
    ) -> Result {
        perform(reference, in: spool, log: &log, generations: Self.generations) {
            (entry, children, log) throws(SpoolError) in
            try attempt(entry, in: spool, &children, &log)
        }
    }

    /// Returns an entry to its sender now, whatever its age; without a sender it is put on hold.
    package func giveUp(
        _ reference: EntryReference, in spool: borrowing SpoolDirectory, log: inout DeliveryLog
    ) -> Result {
        perform(reference, in: spool, log: &log, generations: Self.generations) {
            (entry, children, log) throws(SpoolError) in
            try giveUp(entry, in: spool, &children, &log)
        }
    }

    private typealias Work = (
        consuming OpenedEntry, inout [EntryReference], inout DeliveryLog
    ) throws(SpoolError) -> Result

    private func perform(
        _ reference: EntryReference, in spool: borrowing SpoolDirectory, log: inout DeliveryLog,
        generations: Int, _ work: Work
    ) -> Result {
        var children: [EntryReference] = []
        let result: Result
        do throws(SpoolError) {
            guard let entry = try spool.open(reference) else { return .unavailable }
            result = try work(entry, &children, &log)
        } catch {
            result = error.kind == .damaged ? .damaged(reason: "\(error)") : .failed(reason: "\(error)")
        }
        guard generations > 1 else { return result }
        for child in children {
            _ = perform(child, in: spool, log: &log, generations: generations - 1) {
                (entry, children, log) throws(SpoolError) in
                try attempt(entry, in: spool, &children, &log)
            }
        }
        return result
    }

    // MARK: An attempt

    private func attempt(
        _ opened: consuming OpenedEntry, in spool: borrowing SpoolDirectory,
        _ children: inout [EntryReference], _ log: inout DeliveryLog
    ) throws(SpoolError) -> Result {
        var entry = opened
        let envelope = entry.envelope
        let message = try entry.message()
        guard
            var attempt = Attempt(
                envelope, message: message, configuration: configuration, courier: courier, checks: checks),
            let progress = Progress(envelope, entry.journal)
        else {
            try entry.moveToCorrupt()
            return .damaged(reason: "entry \(envelope.id) asks for something that this version does not know")
        }
        children += try ChildEntry.publish(progress.children, in: spool)
        let result: Result
        if progress.hasBounced {
            try entry.remove()
            result = .bounced(reason: "its sender was told before")
        } else {
            try attempt.run(&entry, in: spool)
            children += attempt.published
            if let reason = attempt.outcome.quarantined {
                try spool.quarantine(entry, reason: reason)
                result = .held(reason: reason)
            } else {
                var settlement = Settlement(configuration: configuration, isGivingUp: false)
                result = try settlement.settle(entry, message, attempt.outcome, in: spool, &children)
                attempt.warnings += settlement.warnings
            }
        }
        write(
            result, envelope, attempt.actions, attempt.warnings, message.count, attempt.verdicts, to: &log)
        return result
    }

    private func giveUp(
        _ opened: consuming OpenedEntry, in spool: borrowing SpoolDirectory,
        _ children: inout [EntryReference], _ log: inout DeliveryLog
    ) throws(SpoolError) -> Result {
        let entry = opened
        let envelope = entry.envelope
        let message = try entry.message()
        guard let progress = Progress(envelope, entry.journal) else {
            return .damaged(reason: "entry \(envelope.id) asks for something that this version does not know")
        }
        children += try ChildEntry.publish(progress.children, in: spool)
        guard !progress.hasBounced, !progress.open.isEmpty || !progress.refused.isEmpty else {
            try entry.remove()
            return .bounced(reason: "its sender was told before, or nothing was left to do")
        }
        let last = entry.journal.last { $0.kind == "failed" }.map { TaskFailure($0.fields) }
        let failure = TaskFailure(
            last?.reason ?? "given up by the administrator", .expired, last?.cause ?? .system)
        let outcome = Attempt.Outcome(delays: progress.open.map { ($0.index, failure) })
        var settlement = Settlement(configuration: configuration, isGivingUp: true)
        let result = try settlement.settle(entry, message, outcome, in: spool, &children)
        write(result, envelope, [], settlement.warnings, message.count, to: &log)
        return result
    }

    private func write(
        _ result: Result, _ envelope: SpoolEnvelope,
        _ actions: [(kind: String, target: String, result: String, file: String)],
        _ warnings: [String], _ size: Int, _ verdicts: Verdicts? = nil, to log: inout DeliveryLog
    ) {
        var record = DeliveryRecord(time: .now(), id: envelope.id, outcome: result.recordOutcome)
        record.queueID = envelope.fields.first("queue-id") ?? ""
        record.sender = envelope.fields.first("sender")
        record.recipient = envelope.fields.first("recipient") ?? ""
        record.user = envelope.fields.first("user") ?? ""
        record.size = size
        record.reason = result.reason
        record.warnings = warnings
        record.checks = verdicts?.results.map(DeliveryRecord.Check.init) ?? []
        record.actions = actions.map {
            DeliveryRecord.Action(kind: $0.kind, target: $0.target, result: $0.result, file: $0.file)
        }
        _ = log.write(record)
    }
}

extension EntryVisit {
    /// The same with a log of its own.
    package func visit(_ reference: EntryReference, in spool: borrowing SpoolDirectory) -> Result {
        var log = DeliveryLog(configuration.log)
        return visit(reference, in: spool, log: &log)
    }

    package func giveUp(_ reference: EntryReference, in spool: borrowing SpoolDirectory) -> Result {
        var log = DeliveryLog(configuration.log)
        return giveUp(reference, in: spool, log: &log)
    }
}

extension EntryVisit.Result {
    /// Why; empty where all went well.
    package var reason: String {
        switch self {
        case .delivered, .unavailable: ""
        case .rescheduled(let reason), .bounced(let reason), .held(let reason), .dropped(let reason),
            .damaged(let reason), .failed(let reason):
            reason
        }
    }

    /// One word for listings.
    package var word: String {
        switch self {
        case .delivered: "delivered"
        case .rescheduled: "rescheduled"
        case .bounced: "bounced"
        case .held: "held"
        case .dropped: "dropped"
        case .unavailable: "unavailable"
        case .damaged: "damaged"
        case .failed: "failed"
        }
    }

    fileprivate var recordOutcome: DeliveryRecord.Outcome {
        switch self {
        case .delivered: .delivered
        case .rescheduled, .unavailable, .held: .spooled
        case .bounced: .bounced
        case .dropped, .damaged, .failed: .failed
        }
    }
}
