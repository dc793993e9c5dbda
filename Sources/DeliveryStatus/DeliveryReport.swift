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

    /// What became of one recipient.
    package struct Recipient: Sendable, Equatable {
        /// As the sender wrote it, where that is known to be something else.
        package var original: String?
        /// As it was when it was given up.
        package var final: String
        package var action: Action
        /// Its class is made to agree with the action.
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
    /// The sender of the original, or the person in charge.
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
    /// What the occasion is.
    package let kind: ReportWording.Kind
    /// The reason that the recipient's filter gave, for ``ReportWording/Kind/refused``; lines end in LF.
    package var refusal = ""
    /// Whom to ask for help; nil for postmaster at this host.
    package var postmaster: MailAddress?

    /// - Parameters:
    ///   - kind: by default, that of the gravest action.
    ///   - wording: by default, English.
    package init(
        _ identity: MessageIdentity, from: MailAddress, to: MailAddress, recipients: [Recipient],
        original: SharedBytes, kind: ReportWording.Kind? = nil, wording: ReportWording? = nil
    ) {
        self.identity = identity
        self.from = from
        self.to = to
        self.recipients = recipients
        self.original = original
        self.kind = kind ?? Self.kind(of: recipients.map(\.action))
        self.wording = wording ?? .builtIn(self.kind)
    }

    private static func kind(of actions: [Action]) -> ReportWording.Kind {
        if actions.contains(.failed) { return .failed }
        if actions.contains(.delayed) { return .delayed }
        return actions.contains(.relayed) ? .relayed : .delivered
    }
}
