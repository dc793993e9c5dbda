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
        /// Another process is at work on it, or has finished it.
        case unavailable
        case damaged(reason: String)
        case failed(reason: String)
    }

    private let configuration: Configuration
    private let courier: Courier
    /// For how long at least a report that cannot be sent is tried again before a person is to look, in seconds.
    private static var patience: Int { 86_400 }

    package init(configuration: Configuration, courier: Courier) {
        self.configuration = configuration
        self.courier = courier
    }

    package func visit(
        _ reference: EntryReference, in spool: borrowing SpoolDirectory, log: inout DeliveryLog
    ) -> Result {
        do throws(SpoolError) {
            guard let entry = try spool.open(reference) else { return .unavailable }
            return try visit(entry, &log)
        } catch {
            return error.kind == .damaged ? .damaged(reason: "\(error)") : .failed(reason: "\(error)")
        }
    }

    /// Returns an entry to its sender now, whatever its age; with a null sender it is put on hold.
    package func giveUp(
        _ reference: EntryReference, in spool: borrowing SpoolDirectory, log: inout DeliveryLog
    ) -> Result {
        do throws(SpoolError) {
            guard let entry = try spool.open(reference) else { return .unavailable }
            let envelope = entry.envelope
            let message = try entry.message()
            let reason =
                entry.journal.last { $0.kind == "failed" }?.fields.first("reason")
                ?? "given up by the administrator"
            let now = WallTime.now()
            guard let progress = Progress(envelope, entry.journal) else {
                return .damaged(reason: Self.notUnderstood(envelope))
            }
            guard !progress.hasBounced, !progress.open.isEmpty else {
                try entry.remove()
                return .bounced(reason: "its sender was told before, or nothing was left to do")
            }
            let result = try end(entry, message, reason, .expired, now) { _, failure in
                .failed(reason: failure)
            }
            write(result, envelope, [], [], message.count, now, to: &log)
            return result
        } catch {
            return error.kind == .damaged ? .damaged(reason: "\(error)") : .failed(reason: "\(error)")
        }
    }

    private func visit(_ opened: consuming OpenedEntry, _ log: inout DeliveryLog) throws(SpoolError) -> Result
    {
        var entry = opened
        let envelope = entry.envelope
        let message = try entry.message()
        guard
            var attempt = Attempt(envelope, message: message, configuration: configuration, courier: courier),
            let progress = Progress(envelope, entry.journal)
        else {
            try entry.moveToCorrupt()
            return .damaged(reason: Self.notUnderstood(envelope))
        }
        let outcome = try progress.hasBounced ? Attempt.Result.finished : attempt.run(&entry)
        let now = WallTime.now()
        let result: Result
        switch outcome {
        case .finished:
            try entry.remove()
            result = progress.hasBounced ? .bounced(reason: "its sender was told before") : .delivered
        case .failed(let reason, let status):
            result = try settle(entry, message, reason, status, progress, now)
        }
        write(result, envelope, attempt.actions, attempt.warnings, message.count, now, to: &log)
        return result
    }

    private static func notUnderstood(_ envelope: SpoolEnvelope) -> String {
        "entry \(envelope.id) asks for something that this version does not know"
    }

    /// A failed attempt: the entry is tried again later, or its sender is told and it ends.
    private func settle(
        _ opened: consuming OpenedEntry, _ message: SharedBytes, _ reason: String, _ status: EnhancedStatus,
        _ progress: Progress, _ now: WallTime
    ) throws(SpoolError) -> Result {
        var entry = opened
        try entry.append(JournalRecord(time: now, action: nil, kind: "failed", fields: ["reason": reason]))
        let age = now.seconds - entry.envelope.created.seconds
        let report = SenderReport(configuration: configuration, courier: courier)
        guard age >= configuration.retry.expire || status.class == .permanentFailure else {
            if configuration.retry.warn > 0, age >= configuration.retry.warn, !progress.hasWarned {
                let told = report.send(
                    .delayed, of: entry.envelope, message: message, reason: reason, status: status,
                    attempted: now)
                if !told.hasFailed { try entry.append(JournalRecord(time: now, action: nil, kind: "warned")) }
            }
            return try reschedule(entry, reason, progress.attempts + 1, now)
        }
        let attempts = progress.attempts + 1
        let mayWait = age < max(2 * configuration.retry.expire, configuration.retry.expire + Self.patience)
        return try end(entry, message, reason, status, now) { entry, failure throws(SpoolError) in
            guard mayWait else {
                try entry.hold()
                return .held(reason: failure)
            }
            return try reschedule(entry, failure, attempts, now)
        }
    }

    /// Tells the sender, and removes the entry; where nobody can be told it waits for a person.
    ///
    /// - Parameter untold: what becomes of the entry if the sender cannot be told now.
    private func end(
        _ opened: consuming OpenedEntry, _ message: SharedBytes, _ reason: String, _ status: EnhancedStatus,
        _ now: WallTime, untold: (consuming OpenedEntry, String) throws(SpoolError) -> Result
    ) throws(SpoolError) -> Result {
        var entry = opened
        let report = SenderReport(configuration: configuration, courier: courier)
        switch report.send(
            .failed, of: entry.envelope, message: message, reason: reason, status: status, attempted: now)
        {
        case .sent:
            try entry.append(JournalRecord(time: now, action: nil, kind: "bounced"))
            try entry.remove()
            return .bounced(reason: reason)
        case .nobody:
            // A null sender is told nothing, and the message is not thrown away either.
            try entry.hold()
            return .held(reason: reason)
        case .failed(let failure, isPermanent: true):
            try entry.hold()
            return .held(reason: failure)
        case .failed(let failure, isPermanent: false):
            return try untold(entry, failure)
        }
    }

    private func reschedule(
        _ entry: consuming OpenedEntry, _ reason: String, _ attempts: Int, _ now: WallTime
    ) throws(SpoolError) -> Result {
        let access = SpoolAccess(configuration: configuration, owner: Identity.current().user)
        try entry.reschedule(due: access.nextAttempt(after: attempts, now: now))
        return .rescheduled(reason: reason)
    }

    private func write(
        _ result: Result, _ envelope: SpoolEnvelope,
        _ actions: [(kind: String, target: String, file: String)],
        _ warnings: [String], _ size: Int, _ now: WallTime, to log: inout DeliveryLog
    ) {
        var record = DeliveryRecord(time: now, id: envelope.id, outcome: result.recordOutcome)
        record.queueID = envelope.fields.first("queue-id") ?? ""
        record.sender = envelope.fields.first("sender")
        record.recipient = envelope.fields.first("recipient") ?? ""
        record.user = envelope.fields.first("user") ?? ""
        record.size = size
        record.reason = result.reason
        record.warnings = warnings
        record.actions = actions.map {
            DeliveryRecord.Action(
                kind: $0.kind, target: $0.target, result: $0.kind == "store" ? "stored" : "sent",
                file: $0.file)
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
        case .rescheduled(let reason), .bounced(let reason), .held(let reason), .damaged(let reason),
            .failed(let reason):
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
        case .damaged, .failed: .failed
        }
    }
}
