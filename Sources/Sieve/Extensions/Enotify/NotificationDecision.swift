import MailMessage

/// Whether somebody is told of a message by mail, and with what (RFC 5436 §2).
package enum NotificationDecision: Sendable, Equatable {
    case send(NotificationNotice)
    case suppressed(NotificationSuppression)

    /// - Parameters:
    ///   - sender: whose address is the reverse path; nil for the script's `:from`, else the user's configured address,
    ///     else the postmaster (`sieve_notify_mailto_envelope_from`).
    ///   - notified: who has been told of the message already: the recipients of its notices so far.
    package init(
        _ notification: Notification, _ context: ResponseContext, sender: AddressSource? = nil,
        notified: [String] = []
    ) {
        // RFC 5436 §2.7: what goes round between programs ends here. The null sender is no reason to be silent.
        guard !context.message.isAutoSubmitted else {
            self = .suppressed(.autoSubmitted)
            return
        }
        // How many recipients a site allows was asked when the script ran.
        let limits = MailtoURI.Limits(octets: 1 << 20, recipients: 1000, fields: 1000)
        guard let uri = try? MailtoURI(notification.method, limits: limits) else {
            self = .suppressed(.unsupportedMethod)
            return
        }
        let told = notified.compactMap { MailAddress(path: $0) }
        let isNew = { (address: MailAddress) in !told.contains { $0.isSameMailbox(as: address) } }
        let recipients = uri.recipients.filter(isNew)
        guard !recipients.isEmpty else {
            self = .suppressed(uri.recipients.isEmpty ? .noRecipients : .alreadyNotified)
            return
        }
        let path = notification.reversePath(context, sender)
        var notice = MailNotice(notification: notification, uri: uri, context: context)
        notice.to = recipients.filter(uri.to.contains)
        notice.cc = recipients.filter { !notice.to.contains($0) && uri.cc.contains($0) }
        let message = OutgoingMessage(
            sender: path?.text ?? "", recipients: recipients.map(\.text),
            bytes: notice.composed(reversePath: path))
        self = .send(NotificationNotice(message: message, copy: notification.copy))
    }
}

/// A notice that may be sent.
package struct NotificationNotice: Sendable, Equatable {
    package let message: OutgoingMessage
    /// Where a copy of the notice goes (RFC 8580).
    package let copy: MailboxTarget?
}

/// Why nobody is told.
package enum NotificationSuppression: Sendable, Equatable, CustomStringConvertible {
    /// RFC 5436 §2.7
    case autoSubmitted
    /// The URI is not one of a method that there is here.
    case unsupportedMethod
    /// The URI names nobody.
    case noRecipients
    /// All that it names have been told of this message.
    case alreadyNotified

    package var description: String {
        switch self {
        case .autoSubmitted: "the message was sent by a program: see its Auto-Submitted"
        case .unsupportedMethod: "there is no such way to notify"
        case .noRecipients: "the URI names no recipient"
        case .alreadyNotified: "all recipients have been told of this message"
        }
    }
}

extension Notification {
    /// Nil for the null one, which a message with the null sender leads to, lest notices go round (RFC 5436 §2.7).
    fileprivate func reversePath(_ context: ResponseContext, _ source: AddressSource?) -> MailAddress? {
        guard !context.hasNullSender else { return nil }
        if let source { return source.address(context.envelope, context.owner) }
        return from.flatMap { MailAddress(oneOf: $0) } ?? context.owner.address ?? context.owner.postmaster
    }
}
