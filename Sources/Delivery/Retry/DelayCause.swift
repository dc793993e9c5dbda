import DeliveryStatus
import MailTransport

/// Why something could not be done: schedules, listings and metrics are by this word.
package enum DelayCause: String, Sendable, CaseIterable {
    /// The mailbox cannot be written to.
    case mailbox
    /// The mailbox is full.
    case quota
    /// The disk is full.
    case disk
    /// A rule file cannot be read.
    case script
    /// A check of the message has no answer.
    case scanner
    /// A program failed.
    case program
    /// A peer cannot be reached, or the connection broke.
    case connection
    /// A peer did not answer in time.
    case timeout
    /// A peer said no.
    case reply
    /// TLS or our credentials.
    case security
    /// A peer does not speak the protocol.
    case `protocol`
    /// An address or a message that cannot be sent on like this.
    case content
    /// There is no way to go.
    case route
    /// Anything else about this machine.
    case system

    init(_ cause: TransportFailure.Cause) {
        self =
            switch cause {
            case .connection: .connection
            case .timeout: .timeout
            case .reply: .reply
            case .security: .security
            case .protocol: .protocol
            case .program: .program
            case .content: .content
            case .route: .route
            }
    }

    /// What a status says of a failure to store.
    init(storing status: EnhancedStatus) {
        self =
            switch (status.subject, status.detail) {
            case (2, 2): .quota
            case (3, 1): .disk
            case (2, _): .mailbox
            default: .system
            }
    }
}
