import MailTransport
import NIOCore
import NIOPosix
import NIOSSL
import Platform
import Synchronization

/// Why there is no session with a peer.
struct OpeningFailure: Error, Sendable {
    let failure: TransportFailure
    /// A new connection in the clear may do better, and is allowed.
    var withoutTLS = false
    /// It is about this use of the server (user, certificate), not about the server.
    var concernsPeerAlone: Bool { failure.cause == .security }
}

/// Opens connections: looks names and passwords up, tries addresses, secures and greets.
final class ConnectionOpener: Sendable {
    private let options: NetworkOptions
    private let group: MultiThreadedEventLoopGroup
    private let hosts: HostAddresses
    private let contexts: TLSContexts
    /// The address that served last, by the name of the peer: it is tried first.
    private let serving = Mutex<[String: SocketAddress]>([:])

    init(_ options: NetworkOptions, group: MultiThreadedEventLoopGroup) {
        self.options = options
        self.group = group
        hosts = HostAddresses(
            HostLookup(getentPath: options.getent), milliseconds: Self.milliseconds(options.connectTimeout))
        contexts = TLSContexts(certificates: options.certificates)
    }

    /// Connects to the first address that serves us. No more than the connect timeout passes before the last
    /// address is tried; the dialogue has its own times.
    ///
    /// - Parameter inTheClear: never TLS, since its handshake has failed before.
    func open(_ peer: Peer, inTheClear: Bool) throws(OpeningFailure) -> Connection {
        var security = PeerSecurity(peer, standard: options.encryption)
        if inTheClear { security.encryption = .off }
        if case .socket = peer.address, security.verifies, security.encryption != .off, security.name == nil {
            throw problem("4.7.5", "the certificate of a local socket's peer needs a name: ?name=", .security)
        }
        let tls = try context(for: security)
        let credential = try credential(for: peer)
        let addresses = try addresses(of: peer)
        let deadline = Deadline(milliseconds: Self.milliseconds(options.connectTimeout))
        var last: OpeningFailure?
        for (index, address) in addresses.enumerated() {
            // Each gets its share of what is left, so that one that never answers leaves time for the next.
            let share = deadline.remaining / (addresses.count - index)
            if share == 0, last != nil { break }
            let settings = ConnectionSettings(
                session: sessionOptions(peer, address, security, credential), security: security, tls: tls,
                connectTimeout: .milliseconds(Int64(max(share, 1))),
                handshakeTimeout: .seconds(Int64(max(options.connectTimeout, 1))),
                idleTimeout: .seconds(Int64(max(options.idleTimeout, 1))),
                messagesPerConnection: max(options.messagesPerConnection, 1))
            guard let (connection, opening) = Connection.open(peer, at: address, on: group.next(), settings)
            else { continue }
            switch opening {
            case .ready:
                serving.withLock { $0[peer.name] = address }
                return connection
            case .unusable(let failure, let withoutTLS):
                let problem = OpeningFailure(failure: failure, withoutTLS: withoutTLS && !security.verifies)
                if problem.withoutTLS || problem.concernsPeerAlone { throw problem }
                last = problem
            }
        }
        throw last ?? problem("4.4.1", "no connection", .connection)
    }

    private func sessionOptions(
        _ peer: Peer, _ address: SocketAddress, _ security: PeerSecurity, _ credential: PasswordCredential?
    ) -> SessionOptions {
        SessionOptions(
            peer.dialogue, peer: Self.name(of: peer, at: address), helo: options.helo,
            encryption: security.encryption, credential: credential, isLocal: Self.isLocal(address),
            nonce: Self.nonce(), replyTimeout: max(options.replyTimeout, 1))
    }

    // MARK: What it takes

    private func context(for security: PeerSecurity) throws(OpeningFailure) -> NIOSSLContext? {
        guard security.encryption != .off else { return nil }
        do throws(TLSContexts.Problem) {
            return try contexts.context(verifying: security.verifies)
        } catch {
            throw problem("4.7.5", error.reason, .security)
        }
    }

    private func credential(for peer: Peer) throws(OpeningFailure) -> PasswordCredential? {
        guard let user = peer.user, case .host(let host, let port) = peer.address else { return nil }
        guard let credentials = options.credentials else {
            throw problem("4.7.8", "there is no file with the password of \(user)", .security)
        }
        do throws(CredentialsFile.Problem) {
            let file = try credentials.get()
            if let password = file.password(of: user, at: host, port: port) {
                return PasswordCredential(user: user, password: password)
            }
            let lines = file.badLines.prefix(5).map(String.init).joined(separator: ", ")
            let hint = lines.isEmpty ? "" : " (these lines make no sense: \(lines))"
            throw CredentialsFile.Problem(
                description: "credentials \(file.path): no password of \(user) at \(host):\(port)\(hint)")
        } catch {
            throw problem("4.7.8", error.description, .security)
        }
    }

    private func addresses(of peer: Peer) throws(OpeningFailure) -> [SocketAddress] {
        switch peer.address {
        case .socket(let path):
            guard let address = try? SocketAddress(unixDomainSocketPath: path) else {
                throw problem("4.4.4", "the path of the socket is too long", .route)
            }
            return [address]
        case .host(let host, let port):
            switch hosts.find(host) {
            case .nothing(let reason): throw problem("4.4.3", reason, .connection)
            case .addresses(let addresses):
                let known = addresses.compactMap { try? SocketAddress(ipAddress: $0, port: port) }
                guard let first = serving.withLock({ $0[peer.name] }), known.contains(first) else {
                    return known
                }
                return [first] + known.filter { $0 != first }
            }
        }
    }

    private func problem(
        _ status: String, _ text: String, _ cause: TransportFailure.Cause
    ) -> OpeningFailure {
        OpeningFailure(failure: TransportFailure(status: status, text: text, cause: cause))
    }

    // MARK: Names

    /// `mx.example.org[192.0.2.1]:25`, or a socket's path.
    static func name(of peer: Peer, at address: SocketAddress) -> String {
        switch peer.address {
        case .socket(let path): path
        case .host(let host, let port): "\(host)[\(address.ipAddress ?? "")]:\(port)"
        }
    }

    /// Whether nobody is between us and the peer.
    static func isLocal(_ address: SocketAddress) -> Bool {
        guard let text = address.ipAddress else { return true }
        return text == "::1" || text.hasPrefix("127.") || text.hasPrefix("::ffff:127.")
    }

    private static func nonce() -> [UInt8] {
        (0..<3).flatMap { _ in
            let word = Host.random()
            return (0..<8).map { UInt8(truncatingIfNeeded: word >> (8 * UInt64($0))) }
        }
    }

    private static func milliseconds(_ seconds: Int) -> Int {
        let (product, overflow) = max(seconds, 1).multipliedReportingOverflow(by: 1000)
        return overflow ? .max : product
    }
}
