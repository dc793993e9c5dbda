import MailTransport
import NIOCore
import NIOSSL
import Platform
import Synchronization

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

/// What TLS needs for all connections, made once: with verification, and without.
final class TLSContexts: Sendable {
    /// Why TLS cannot be begun.
    struct Problem: Error, Equatable, Sendable {
        let reason: String
    }

    /// Where systems keep the authorities that they trust, in one file.
    static let systemCertificates = [
        "/etc/ssl/certs/ca-certificates.crt", "/etc/pki/tls/certs/ca-bundle.crt", "/etc/ssl/ca-bundle.pem",
        "/etc/ssl/cert.pem",
    ]

    private let certificates: String?
    private let systemCertificates: [String]
    private let made = Mutex<[Bool: Result<NIOSSLContext, Problem>]>([:])

    /// - Parameter certificates: a file or a directory; nil for the system's.
    init(certificates: String?, systemCertificates: [String] = TLSContexts.systemCertificates) {
        self.certificates = certificates
        self.systemCertificates = systemCertificates
    }

    func context(verifying: Bool) throws(Problem) -> NIOSSLContext {
        let result = made.withLock { made in
            if let result = made[verifying] { return result }
            let result = make(verifying: verifying)
            made[verifying] = result
            return result
        }
        return try result.get()
    }

    private func make(verifying: Bool) -> Result<NIOSSLContext, Problem> {
        var configuration = TLSConfiguration.makeClientConfiguration()
        configuration.minimumTLSVersion = .tlsv12
        configuration.shutdownTimeout = .seconds(1)
        configuration.certificateVerification = .none
        var path: String?
        if verifying {
            path = certificates ?? systemCertificates.first { (try? FileStatus.of($0)) != nil }
            guard let path else {
                return .failure(
                    Problem(reason: "this system has no trusted certificates, and transport.certificates names none"))
            }
            configuration.certificateVerification = .fullVerification
            configuration.trustRoots = .file(path)
        }
        do {
            return .success(try NIOSSLContext(configuration: configuration))
        } catch {
            let what = path.map { "the trusted certificates of \($0) cannot be read" } ?? "TLS cannot be set up"
            return .failure(Problem(reason: what))
        }
    }
}

/// What became of a handshake, in words for a log.
enum HandshakeProblem {
    /// - Parameter security: of the connection.
    static func reason(_ error: any Error, _ security: PeerSecurity) -> String {
        if let error = error as? NIOSSLExtraError {
            let name = security.name ?? "the peer's address"
            return error == .failedToValidateHostname || error == .serverHostnameImpossibleToMatch
                ? "the certificate is not one of \(name)" : "TLS cannot be begun with the name \(name)"
        }
        guard let error = error as? NIOSSLError else { return "the handshake failed" }
        switch error {
        case .handshakeFailed(let cause): return reason(cause)
        case .unableToValidateCertificate: return "the certificate cannot be understood"
        case .noCertificateToValidate: return "the peer has no certificate"
        default: return "the handshake failed"
        }
    }

    private static func reason(_ error: BoringSSLError) -> String {
        switch error {
        case .sslError(let stack), .unknownError(let stack):
            guard let first = stack.first else { return "the handshake failed" }
            if first == .eofDuringHandshake { return "the connection was closed during the handshake" }
            let word = libraryReason(first.description)
            if word == "CERTIFICATE_VERIFY_FAILED" {
                return "the certificate is not trusted: it is not valid today, or who issued it is not known here"
            }
            return word.isEmpty ? "the handshake failed" : "the handshake failed: \(word)"
        case .syscallError, .zeroReturn: return "the connection was closed during the handshake"
        default: return "the handshake failed"
        }
    }

    /// `WRONG_VERSION_NUMBER` of `… error:100000f7:SSL routines:OPENSSL_internal:WRONG_VERSION_NUMBER at FILE:LINE`.
    private static func libraryReason(_ description: String) -> String {
        guard let part = description.split(separator: ":").first(where: { $0.contains(" at ") }) else { return "" }
        let word = part.prefix { $0 != " " }
        return word.utf8.count <= 80 ? String(word) : ""
    }
}
