/// What happens to a session.
package enum SessionEvent: Sendable {
    /// The connection stands; with implicit TLS, the handshake is done too.
    case connected
    /// Bytes came, in whatever pieces.
    case received([UInt8])
    /// What one ``SessionEffect/write(_:)`` asked for has left: exactly one event for each, and
    /// before bytes that came later. The next piece of
    /// a message waits for it.
    case written
    /// The handshake that ``SessionEffect/startTLS`` asked for is done, and the certificate is what the site
    /// wants.
    case tlsEstablished
    /// It is not (or, with implicit TLS, the handshake before ``connected`` was not). The reason is one that a
    /// log may show.
    case tlsFailed(String)
    /// The connection is gone, or never came to be. The reason is one that a log may show, without the peer's
    /// name: `connection refused`.
    case closed(String?)
    /// The time that ``SessionEffect/deadline(_:)`` gave is over.
    case deadlinePassed
    /// A mail to be sent: at any time, even before ``connected``, when no other one is in hand. It is sent as
    /// soon as the session is ready, and has its results at once if the session is over.
    case begin(OutgoingMail)
    /// No more mail. A mail in hand is given up.
    case quit
}
