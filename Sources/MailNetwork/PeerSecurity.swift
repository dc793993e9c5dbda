import MailTransport

/// How a connection to a peer is protected, once all that the route leaves open is decided.
struct PeerSecurity: Equatable, Sendable {
    var encryption: Peer.Encryption
    /// Whether the certificate is verified. Where it is, the connection never falls back to the clear.
    let verifies: Bool
    /// The name that is asked for (SNI, RFC 6066 §3) and that the certificate must have; nil for the address that
    /// is connected to.
    let name: String?

    /// - Parameter standard: for a peer whose route does not say, unless it is a local socket.
    init(_ peer: Peer, standard: Peer.Encryption) {
        let name: String?
        switch peer.address {
        case .socket:
            encryption = peer.encryption ?? .off
            name = peer.certificateName
        case .host(let host, _):
            encryption = peer.encryption ?? standard
            name = peer.certificateName ?? host
        }
        verifies = peer.verifies ?? (encryption == .required || encryption == .implicit)
        self.name = name.flatMap { isAddress($0) ? nil : $0.hasSuffix(".") ? String($0.dropLast()) : $0 }
    }
}
