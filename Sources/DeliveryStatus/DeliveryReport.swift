package import MailMessage
package import Platform

/// A delivery status notification (RFC 3464), before it is written.
///
/// It goes to the sender of the message that it is about, and itself has the null sender, so that nobody answers
/// it with another one. There is none for a message that has the null sender: it has no address to go to.
package struct DeliveryReport: Sendable {
    package enum Action: String, Sendable, CaseIterable {
        /// Given up.
        case failed
        /// Late, and still being tried.
        case delayed
        case delivered
        case relayed
    }

    /// How much of the message goes back (RFC 3461 §4.3).
    package enum Return: Sendable, Equatable {
        case full
        case header
    }

    /// What a host said that would not take the message.
    package struct RemoteReply: Sendable, Equatable {
        package let host: String
        package let text: String

        package init(host: String, text: String) {
            self.host = host
            self.text = text
        }
    }

    /// What became of one recipient.
    package struct Recipient: Sendable, Equatable {
        /// As the sender wrote it, where that is known.
        package var original: String?
        /// As it was when it was given up.
        package var final: String
        package var action: Action
        package var status: EnhancedStatus
        /// What went wrong, in a sentence. Nothing private: it goes to a stranger.
        package var reason: String
        package var remoteReply: RemoteReply?
        /// Seconds since the epoch.
        package var lastAttempt: Int?
        package var willRetryUntil: Int?

        package init(_ final: String, action: Action, status: EnhancedStatus, reason: String) {
            self.final = final
            self.action = action
            self.status = status
            self.reason = reason
        }
    }

    package var identity: MessageIdentity
    package var from: MailAddress
    /// The sender of the original.
    package var to: MailAddress
    package var recipients: [Recipient]
    package var original: SharedBytes
    package var returning: Return = .full
    /// Bytes; of a larger original only the header is returned.
    package var sizeLimit = 50000
    /// ENVID, decoded (RFC 3461 §4.4).
    package var envelopeID: String?
    /// Our name for the message, which the log knows.
    package var queueID: String?
    /// When the original came, seconds since the epoch.
    package var arrival: Int?
    package var wording: ReportWording
    /// The reason that the recipient's filter gave, for ``ReportWording/refused``; lines end in LF.
    package var refusal = ""

    /// - Parameter wording: by default, English for the gravest of the actions.
    package init(
        _ identity: MessageIdentity, from: MailAddress, to: MailAddress, recipients: [Recipient],
        original: SharedBytes, wording: ReportWording? = nil
    ) {
        self.identity = identity
        self.from = from
        self.to = to
        self.recipients = recipients
        self.original = original
        let isFinal = recipients.contains { $0.action == .failed }
        self.wording =
            wording ?? (isFinal ? .failed : recipients.contains { $0.action == .delayed } ? .delayed : .done)
    }
}
