/// What a session must know before its first byte.
package struct SessionOptions: Sendable {
    package var dialogue: Peer.Dialogue
    /// Who is asked, as results name it: `mx.example.org[192.0.2.1]:25`.
    package var peer: String
    /// Our name in EHLO, LHLO and HELO. What is not printable ASCII without spaces becomes `localhost`.
    package var helo: String
    /// With `implicit`, TLS stands before the event ``SessionEvent/connected``.
    package var encryption: Peer.Encryption
    /// Nil for nobody. With one, there is no mail without authentication.
    package var credential: PasswordCredential?
    /// The connection is to a loopback address or a local socket: a password may go over it in the clear.
    package var isLocal: Bool
    /// Random octets for SCRAM (RFC 5802 §5.1), 18 or more, new ones for each session. Without them SCRAM is
    /// not used.
    package var nonce: [UInt8]
    /// Seconds; caps each time of RFC 5321 §4.5.3.2.
    package var replyTimeout: Int

    package init(
        _ dialogue: Peer.Dialogue, peer: String, helo: String = "localhost",
        encryption: Peer.Encryption = .opportunistic, credential: PasswordCredential? = nil,
        isLocal: Bool = false,
        nonce: [UInt8] = [], replyTimeout: Int = 600
    ) {
        self.dialogue = dialogue
        self.peer = peer
        self.helo = helo
        self.encryption = encryption
        self.credential = credential
        self.isLocal = isLocal
        self.nonce = nonce
        self.replyTimeout = replyTimeout
    }
}
