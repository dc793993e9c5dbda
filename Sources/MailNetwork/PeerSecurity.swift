import MailTransport
import Platform

/// How a connection to a peer is protected, once all that the route leaves open is decided.
struct PeerSecurity: Equatable, Sendable {
    var encryption: Peer.Encryption
    /// Whether the certificate is verified. Where it is, the connection never falls back to the clear. A password is
    /// shown to nobody but the host that it is for, unless the route says otherwise.
    let verifies: Bool
    /// The name that is asked for (SNI, RFC 6066 §3) and that the certificate must have; nil for the address that
    /// is connected to.
    let name: String?

    /// - Parameter standard: for a peer whose route does not say, unless it is a local socket.
    init(_ peer: Peer, standard: Peer.Encryption) {
        let name: String?
        var sendsPassword = peer.user != nil
        switch peer.address {
        case .socket:
            sendsPassword = false
            encryption = peer.encryption ?? .off
            name = peer.certificateName
        case .host(let host, _):
            encryption = peer.encryption ?? standard
            if Self.isLoopback(host) { sendsPassword = false }
            name = peer.certificateName ?? host
        }
        verifies =
            peer.verifies
            ?? (encryption == .required || encryption == .implicit
                || encryption == .opportunistic && sendsPassword)
        self.name = name.flatMap {
            HostLookup.isAddress($0) ? nil : $0.hasSuffix(".") ? String($0.dropLast()) : $0
        }
    }

    private static func isLoopback(_ host: String) -> Bool {
        let name = host.lowercased()
        return name == "localhost" || name == "::1" || HostLookup.isAddress(name) && name.hasPrefix("127.")
    }
}
