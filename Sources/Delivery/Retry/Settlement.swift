import DeliveryStatus
import MailMessage
import Platform
import Settings
import Spool

/// What becomes of an entry after an attempt: it ends, it waits, and whoever has to know is told.
///
/// Nothing ends before all of it is done, or somebody was told that it is not; a message of somebody's that cannot be
/// delivered, and whose sender cannot be told, waits for a person. Only what was written here may end untold.
struct Settlement {
    let configuration: Configuration
    /// Whether a person has said that this is the end.
    let isGivingUp: Bool
    private var report: SenderReport
    /// What went wrong on the way, for the log.
    var warnings: [String] { report.warnings }

    init(configuration: Configuration, isGivingUp: Bool) {
        self.configuration = configuration
        self.isGivingUp = isGivingUp
        report = SenderReport(configuration: configuration)
    }

    /// Something that is over, or late, and why.
    private typealias Failing = (item: Progress.Item, failure: TaskFailure)

    /// - Parameter children: gets the entries that were made.
    mutating func settle(
        _ opened: consuming OpenedEntry, _ message: SharedBytes, _ outcome: Attempt.Outcome,
        in spool: borrowing SpoolDirectory, _ children: inout [EntryReference]
    ) throws(SpoolError) -> EntryVisit.Result {
        var entry = opened
        let now = WallTime.now()
        guard let before = Progress(entry.envelope, entry.journal) else {
            return .failed(reason: "entry \(entry.envelope.id) cannot be read back")
        }
        if outcome.delays.isEmpty, before.refused.isEmpty {
            return try finish(entry, outcome.unrecorded, wasReported: before.wasReported)
        }
        let delays = outcome.delays.compactMap { delay -> Failing? in
            before.open.first { $0.index == delay.index }.map { ($0, delay.failure) }
        }
        let refused = before.refused.compactMap { item -> Failing? in item.refusal.map { (item, $0) } }
        if let first = (delays + refused).first, !isGivingUp {
            try entry.append(
                JournalRecord(time: now, action: nil, kind: "failed", fields: first.failure.fields))
        }
        let isOver = isGivingUp || delays.isEmpty || age(of: entry, at: now) >= lifetime(of: entry.envelope)
        let ended = isOver ? refused + delays : refused
        switch report.audience(of: entry.envelope) {
        case .sender(let sender):
            let told = ended.filter { report.isWanted(.failed, for: $0.item, of: entry.envelope) }
            if !told.isEmpty {
                let child = try report.failed(
                    told, of: entry.envelope, to: sender, message: message, now: now, in: spool)
                try announce(child, "reported", told, in: &entry, spool, &children)
            }
            guard isOver else {
                if !before.hasWarned {
                    try warn(delays, sender, message, now, in: &entry, spool, &children)
                }
                return try reschedule(entry, delays, before.attempts + 1, now)
            }
            guard told.count == ended.count else { return try hold(entry, ended) }
            try entry.remove()
            return .bounced(reason: reason(ended))
        case .nobody:
            guard isOver else { return try reschedule(entry, delays, before.attempts + 1, now) }
            if !before.hasToldPostmaster {
                let child = try report.undeliverable(
                    ended, of: entry.envelope, message: message, now: now, in: spool)
                try announce(child, "postmaster", [], in: &entry, spool, &children)
            }
            return try hold(entry, ended)
        case .postmaster:
            guard isOver else { return try reschedule(entry, delays, before.attempts + 1, now) }
            let child = try report.undeliverable(
                ended, of: entry.envelope, message: message, now: now, in: spool)
            try announce(child, "reported", ended, in: &entry, spool, &children)
            try entry.remove()
            return .bounced(reason: reason(ended))
        case .none:
            guard isOver else { return try reschedule(entry, delays, before.attempts + 1, now) }
            try entry.remove()
            return .dropped(reason: reason(ended))
        }
    }

    // MARK: Ends

    /// All is done: the removal says so. If it fails, the journal does.
    private func finish(
        _ opened: consuming OpenedEntry, _ unrecorded: [Int], wasReported: Bool
    ) throws(SpoolError) -> EntryVisit.Result {
        var entry = opened
        do throws(SpoolError) {
            try entry.tryToRemove()
        } catch {
            for index in unrecorded {
                try entry.append(JournalRecord(time: .now(), action: index, kind: "done"))
            }
            throw error
        }
        return wasReported ? .bounced(reason: "who had to know was told before") : .delivered
    }

    /// What has failed becomes open again: who releases the entry wants it tried.
    private func hold(
        _ opened: consuming OpenedEntry, _ ended: [Failing]
    ) throws(SpoolError) -> EntryVisit.Result {
        var entry = opened
        try entry.append(JournalRecord(time: .now(), action: nil, kind: "reopened"))
        try entry.hold()
        return .held(reason: reason(ended))
    }

    private func reschedule(
        _ entry: consuming OpenedEntry, _ delays: [Failing], _ attempts: Int, _ now: WallTime
    ) throws(SpoolError) -> EntryVisit.Result {
        let access = SpoolAccess(configuration: configuration, owner: Identity.current().user)
        let causes = delays.map { (cause: $0.failure.cause, domain: $0.failure.domain) }
        try entry.reschedule(due: access.nextAttempt(after: attempts, causes: causes, now: now))
        return .rescheduled(reason: reason(delays))
    }

    private func reason(_ failures: [Failing]) -> String { failures.first?.failure.reason ?? "" }

    // MARK: Times

    private func age(of entry: borrowing OpenedEntry, at now: WallTime) -> Int {
        now.seconds.subtractingReportingOverflow(entry.waitingSince.seconds).partialValue
    }

    private func lifetime(of entry: SpoolEnvelope) -> Int {
        SpooledWork.isOfOurOwnAccord(entry)
            ? configuration.retry.expireReports : configuration.retry.expire
    }

    // MARK: Telling

    private mutating func warn(
        _ delays: [Failing], _ sender: MailAddress, _ message: SharedBytes, _ now: WallTime,
        in entry: inout OpenedEntry, _ spool: borrowing SpoolDirectory, _ children: inout [EntryReference]
    ) throws(SpoolError) {
        let wait = configuration.retry.warn
        guard wait > 0, age(of: entry, at: now) >= wait else { return }
        let told = delays.filter { report.isWanted(.delayed, for: $0.item, of: entry.envelope) }
        guard !told.isEmpty else { return }
        let child = try report.delayed(
            told, of: entry.envelope, to: sender, message: message, since: entry.waitingSince, now: now,
            in: spool)
        try announce(child, "warned", [], in: &entry, spool, &children)
    }

    /// The record that makes a report count, and its publication.
    private func announce(
        _ child: ChildEntry, _ kind: String, _ told: [Failing], in entry: inout OpenedEntry,
        _ spool: borrowing SpoolDirectory, _ children: inout [EntryReference]
    ) throws(SpoolError) {
        var fields = SpoolFields(children: [child])
        for failing in told { fields.append("action", String(failing.item.index)) }
        try entry.append(JournalRecord(time: .now(), action: nil, kind: kind, fields: fields))
        children += try ChildEntry.publish([child], in: spool)
    }
}
