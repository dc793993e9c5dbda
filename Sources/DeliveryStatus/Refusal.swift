package import MailMessage
package import Platform

/// What the sender of a message gets to know when the recipient's mail filter has refused it (RFC 5429), before it is
/// written.
///
/// It goes to the reverse path of the original and itself has the null one. There is none for a message that has the
/// null reverse path: it has no address to go to.
package struct Refusal: Sendable {
    package var identity: MessageIdentity
    package var from: MailAddress
    /// The sender of the original.
    package var to: MailAddress
    /// Whose filter it was.
    package var recipient: String
    /// As the sender wrote it, where that is known.
    package var originalRecipient: String?
    /// The script's text, whatever lines and characters it has.
    package var reason: String
    /// As it came in: nothing that a script has done to it shows (RFC 5429 §2.4).
    package var original: SharedBytes
    /// Bytes; of a larger original only the header is returned.
    package var sizeLimit = 50000

    package init(
        _ identity: MessageIdentity, from: MailAddress, to: MailAddress, recipient: String, reason: String,
        original: SharedBytes
    ) {
        self.identity = identity
        self.from = from
        self.to = to
        self.recipient = recipient
        self.reason = reason
        self.original = original
    }

    /// As a report of a delivery that failed, for `ereject` (RFC 5429 §2.1.2).
    ///
    /// - Parameter wording: by default, English.
    package func deliveryReport(lineEnd: LineEnd = .lf, wording: ReportWording? = nil) -> [UInt8] {
        var person = DeliveryReport.Recipient(
            recipient, action: .failed, status: .refused, reason: "refused by the recipient's mail filter")
        person.original = originalRecipient
        person.lastAttempt = identity.time
        var report = DeliveryReport(
            identity, from: from, to: to, recipients: [person], original: original, kind: .refused,
            wording: wording)
        report.refusal = String(decoding: reason.utf8.filter { $0 != 0x0D }, as: UTF8.self)
        report.sizeLimit = sizeLimit
        return report.composed(lineEnd: lineEnd)
    }
}
