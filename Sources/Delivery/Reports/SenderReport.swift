import DeliveryStatus
import MailMessage
import MailTransport
import Platform
import Settings
import Spool

/// Tells the sender what has become of a message (RFC 3464): that it was given up, that it is late, or that it was
/// handed on. A report is an entry of its own, with the null sender (RFC 5321 §4.5.5).
struct SenderReport {
    let configuration: Configuration
    /// What was wrong with the site's own texts, for the log.
    private(set) var warnings: [String] = []

    init(configuration: Configuration) {
        self.configuration = configuration
    }

    /// Who is to know that something of an entry has failed.
    enum Audience: Equatable {
        case sender(MailAddress)
        /// The person in charge: a report of ours does not reach its sender.
        case postmaster
        /// A person who looks into hold/: there is no sender to tell.
        case nobody
        /// Not even that: it is an answer or a notice, which may as well never come.
        case none
    }

    func audience(of entry: SpoolEnvelope) -> Audience {
        guard SpooledWork.isOfOurOwnAccord(entry) else {
            let sender = SpooledWork.envelope(of: entry)?.sender
            return sender.map { .sender($0) } ?? .nobody
        }
        let purposes = entry.actions.compactMap { fields -> PlannedAction.Dispatch.Purpose? in
            fields.first("purpose").flatMap { PlannedAction.Dispatch.Purpose(rawValue: $0) }
        }
        return purposes.contains { $0 == .bounce || $0 == .rejection } ? .postmaster : .none
    }

    /// What the sender of `entry` asked for; for a forward, what the rule asked for.
    private func wishes(for item: Progress.Item, of entry: SpoolEnvelope) -> NotifyParameter {
        if case .perform(let action) = item.task, case .forward(let forwarding) = action.kind,
            let notify = forwarding.notify
        {
            return NotifyParameter(notify)
        }
        return NotifyParameter(entry.fields.first("notify"))
    }

    /// Whether the sender wants to know of this.
    func isWanted(_ action: DeliveryReport.Action, for item: Progress.Item, of entry: SpoolEnvelope) -> Bool {
        let wishes = wishes(for: item, of: entry)
        return switch action {
        case .failed: wishes.wantsFailure
        case .delayed: wishes.wantsDelay
        case .delivered, .relayed: wishes.wantsSuccess
        }
    }

    // MARK: Reports

    /// A report to the sender, prepared as a child.
    mutating func failed(
        _ failures: [(item: Progress.Item, failure: TaskFailure)], of entry: SpoolEnvelope,
        to sender: MailAddress,
        message: SharedBytes, now: WallTime, in spool: borrowing SpoolDirectory
    ) throws(SpoolError) -> ChildEntry {
        let recipients = failures.map {
            recipient(.failed, $0.failure, of: entry, now: now)
        }
        let label = "failed " + failures.map { String($0.item.index) }.joined(separator: " ")
        return try prepare(
            label, .bounce, report(recipients, of: entry, to: sender, message: message, now: now), of: entry,
            in: spool)
    }

    mutating func delayed(
        _ failures: [(item: Progress.Item, failure: TaskFailure)], of entry: SpoolEnvelope,
        to sender: MailAddress,
        message: SharedBytes, since: WallTime, now: WallTime, in spool: borrowing SpoolDirectory
    ) throws(SpoolError) -> ChildEntry {
        let until = since.seconds.addingReportingOverflow(configuration.retry.expire).partialValue
        let recipients = failures.map { failure -> DeliveryReport.Recipient in
            var recipient = recipient(.delayed, failure.failure, of: entry, now: now)
            recipient.willRetryUntil = until
            return recipient
        }
        return try prepare(
            "delayed", .delay, report(recipients, of: entry, to: sender, message: message, now: now),
            of: entry, in: spool)
    }

    /// RFC 3461 §5.2.2; nil where there is no sender to tell.
    mutating func relayed(
        _ sending: Sending, _ receipt: TransportReceipt, of entry: SpoolEnvelope, message: SharedBytes,
        in spool: borrowing SpoolDirectory
    ) throws(SpoolError) -> ChildEntry? {
        guard let envelope = SpooledWork.envelope(of: entry), let sender = envelope.sender else { return nil }
        let now = WallTime.now()
        var recipient = DeliveryReport.Recipient(
            envelope.recipient.text, action: .relayed, status: .success,
            reason: "handed on to a mail system that does not report deliveries")
        recipient.remoteReply = .init(host: receipt.peer, text: receipt.reply)
        recipient.original = envelope.originalRecipient?.text
        recipient.lastAttempt = now.seconds
        var report = report([recipient], of: entry, to: sender, message: message, now: now)
        report.returning = .header
        return try prepare("relayed \(sending.item.index)", .success, report, of: entry, in: spool)
    }

    /// A report to the person in charge: what it is about does not reach anybody else.
    mutating func undeliverable(
        _ failures: [(item: Progress.Item, failure: TaskFailure)], of entry: SpoolEnvelope,
        message: SharedBytes,
        now: WallTime, in spool: borrowing SpoolDirectory
    ) throws(SpoolError) -> ChildEntry {
        let postmaster = SystemSender(configuration: configuration).postmaster
        let recipients = failures.map { failure -> DeliveryReport.Recipient in
            var recipient = recipient(.failed, failure.failure, of: entry, now: now)
            if case .perform(let action) = failure.item.task, case .send(let dispatch) = action.kind {
                recipient.final = dispatch.recipient.text
                recipient.original = nil
            }
            return recipient
        }
        var report = report(
            recipients, of: entry, to: postmaster, message: message, now: now, kind: .postmaster)
        report.returning = .full
        return try prepare("postmaster", .postmaster, report, of: entry, in: spool)
    }

    // MARK: Composition

    private func recipient(
        _ action: DeliveryReport.Action, _ failure: TaskFailure, of entry: SpoolEnvelope, now: WallTime
    ) -> DeliveryReport.Recipient {
        let envelope = SpooledWork.envelope(of: entry)
        var recipient = DeliveryReport.Recipient(
            envelope?.recipient.text ?? "", action: action,
            status: action == .failed ? failure.status.asPermanent : failure.status.asTransient,
            reason: failure.reason)
        recipient.original = envelope?.originalRecipient?.text
        recipient.lastAttempt = now.seconds
        if let peer = failure.peer, let reply = failure.reply {
            recipient.remoteReply = .init(host: peer, text: reply)
        }
        return recipient
    }

    private mutating func report(
        _ recipients: [DeliveryReport.Recipient], of entry: SpoolEnvelope, to sender: MailAddress,
        message: SharedBytes, now: WallTime, kind: ReportWording.Kind? = nil
    ) -> DeliveryReport {
        let system = SystemSender(configuration: configuration)
        let wanted = recipients.first?.action ?? .failed
        var report = DeliveryReport(
            system.identity(now: now), from: system.address, to: sender, recipients: recipients,
            original: message, kind: kind)
        report.postmaster = system.postmaster
        report.wording = ReportTemplates(configuration).wording(for: report.kind, warnings: &warnings)
        report.envelopeID = entry.fields.first("envid")
        report.queueID = entry.id
        report.arrival = entry.created.seconds
        report.sizeLimit = configuration.bounce.sizeLimit
        // RFC 3461 §4.3: HDRS is a wish; a delay or success never returns all of it.
        if entry.fields.first("return") == "HDRS" || wanted != .failed { report.returning = .header }
        return report
    }

    private func prepare(
        _ label: String, _ purpose: PlannedAction.Dispatch.Purpose, _ report: DeliveryReport,
        of entry: SpoolEnvelope, in spool: borrowing SpoolDirectory
    ) throws(SpoolError) -> ChildEntry {
        let dispatch = PlannedAction.Dispatch(purpose, sender: "", recipient: report.to)
        return try .prepare(
            label, of: entry, doing: [.perform(PlannedAction(.send(dispatch)))], head: report.composed(),
            body: SharedBytes([]), in: spool)
    }
}
