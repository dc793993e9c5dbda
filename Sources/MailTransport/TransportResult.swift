/// What became of a message that was handed on, for one recipient.
package enum TransportResult: Equatable, Sendable {
    /// The other side answers for it from now on.
    case accepted(TransportReceipt)
    /// It may be accepted later.
    case temporaryFailure(TransportFailure)
    /// It will never be accepted like this.
    case permanentFailure(TransportFailure)

    /// The failure, whether it may pass or not.
    package var failure: TransportFailure? {
        switch self {
        case .accepted: nil
        case .temporaryFailure(let failure), .permanentFailure(let failure): failure
        }
    }
}

/// What is known of an acceptance.
package struct TransportReceipt: Equatable, Sendable {
    /// Who took it: `mx.example.org[192.0.2.1]:25`, a socket's path, or a program's.
    package var peer: String
    /// What it said: `250 2.0.0 Ok: queued as 4ABC`. One line without controls, at most 500 bytes; may be empty.
    package var reply: String
    /// Whether the peer took over what was asked with NOTIFY (RFC 3461 §5.2.2). If not, and success was to be
    /// told, we tell it.
    package var takesNotifications: Bool

    package init(peer: String, reply: String = "", takesNotifications: Bool = false) {
        self.peer = peer
        self.reply = reply
        self.takesNotifications = takesNotifications
    }
}

/// Why a message was not accepted.
package struct TransportFailure: Equatable, Sendable {
    /// What kind of trouble it is: schedules, listings and metrics are by it.
    package enum Cause: String, Sendable, CaseIterable {
        /// No connection, or it broke.
        case connection
        /// The peer did not answer in time.
        case timeout
        /// The peer said no to this message or address, with a reply.
        case reply
        /// TLS could not be had as it is wanted, or our credentials were refused.
        case security
        /// What the peer said is not the protocol.
        case `protocol`
        /// A program failed.
        case program
        /// An address or a message that cannot be sent on like this.
        case content
        /// There is no route, or it makes no sense.
        case route
    }

    /// The enhanced status (RFC 3463): `5.1.1`.
    package let status: String
    /// One line without controls, at most 500 bytes.
    package let text: String
    package let cause: Cause
    /// Who was asked: `mx.example.org[192.0.2.1]:25`; nil if nobody was.
    package var peer: String?
    /// The peer's reply, code first, as a diagnostic wants it (RFC 3464 §2.3.6): one line without controls, at most
    /// 500 bytes.
    package var reply: String?

    package init(
        status: String, text: String, cause: Cause, peer: String? = nil, reply: String? = nil
    ) {
        self.status = status
        self.text = text
        self.cause = cause
        self.peer = peer
        self.reply = reply
    }
}
