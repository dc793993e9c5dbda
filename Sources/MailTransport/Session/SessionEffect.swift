/// What a session wants done, in this order.
package enum SessionEffect: Sendable, Equatable {
    /// Send these bytes; then ``SessionEvent/written``.
    case write([UInt8])
    /// Begin the TLS handshake with the next byte; then ``SessionEvent/tlsEstablished`` or
    /// ``SessionEvent/tlsFailed(_:)``.
    case startTLS
    /// From now on so many seconds, then ``SessionEvent/deadlinePassed``; takes the place of the earlier one.
    /// Nil for none.
    case deadline(Int?)
    /// The peer takes a mail now. Comes once for the opening, and once after each mail unless the session is
    /// over.
    case ready
    /// The peer cannot be used at all; comes at most once, and only if the session was never ready.
    /// `withoutTLS`: that STARTTLS is only opportunistic, and that its handshake was the trouble, so that a new
    /// connection with ``Peer/Encryption/off`` may do better.
    case unusable(TransportFailure, withoutTLS: Bool)
    /// What became of the mail in hand: one result for each recipient, in order; exactly once for each mail.
    case results(MailOutcome)
    /// Close the connection when all that was to be written has left, or at the next obstacle. The session is
    /// over. Comes exactly once unless the peer closed first.
    case close
}

/// What became of one mail in one session.
package struct MailOutcome: Sendable, Equatable {
    /// One for each recipient, in order.
    package let results: [TransportResult]
    /// Whether anything is known of the message itself: the peer said something to it, or may have taken it, or
    /// it cannot be sent to this peer. If not, it may be offered again at once, to another peer or over a new
    /// connection, and can arrive only once.
    package let isAnswered: Bool
}
