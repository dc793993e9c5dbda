import DeliveryStatus
import MailMessage
import MailTransport
import Platform
import Settings
import Spool

/// Tells the sender that a message is late, or that it was given up (RFC 3464). Never a null sender
/// (RFC 5321 §4.5.5), and never about an answer or a notice that was written here: the sender did not send that.
struct SenderReport {
    let configuration: Configuration
    let courier: Courier

    /// How a report ended.
    enum Result: Equatable {
        case sent
        /// There is nobody to tell.
        case nobody
        /// It could not be sent: now, or, if that is permanent, at all.
        case failed(reason: String, isPermanent: Bool)

        var hasFailed: Bool {
            if case .failed = self { true } else { false }
        }
    }

    func send(
        _ action: DeliveryReport.Action, of entry: SpoolEnvelope, message: SharedBytes, reason: String,
        status: EnhancedStatus, attempted now: WallTime
    ) -> Result {
        guard !SpooledWork.isOfOurOwnAccord(entry), let envelope = SpooledWork.envelope(of: entry),
            let sender = envelope.sender
        else { return .nobody }
        let system = SystemSender(configuration: configuration)
        let isFinal = action == .failed
        var recipient = DeliveryReport.Recipient(
            envelope.recipient.text, action: action,
            status: isFinal ? status.asPermanent : status.asTransient,
            reason: reason)
        recipient.original = envelope.originalRecipient?.text
        recipient.lastAttempt = now.seconds
        if !isFinal { recipient.willRetryUntil = entry.created.seconds + configuration.retry.expire }
        var report = DeliveryReport(
            system.identity(now: now), from: system.address, to: sender, recipients: [recipient],
            original: message)
        report.envelopeID = envelope.envelopeIdentifier
        report.queueID = entry.id
        report.arrival = entry.created.seconds
        report.sizeLimit = configuration.bounce.sizeLimit
        let mail = OutgoingMail(
            sender: "", recipients: [.init(sender.text)], head: report.composed(), body: SharedBytes([]))
        switch courier.send(mail) {
        case .accepted: return .sent
        case .temporaryFailure(let failure):
            return .failed(reason: "report to \(sender.text): \(failure.text)", isPermanent: false)
        case .permanentFailure(let failure):
            return .failed(reason: "report to \(sender.text): \(failure.text)", isPermanent: true)
        }
    }
}
