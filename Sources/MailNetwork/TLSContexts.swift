import NIOCore
import NIOSSL
import Platform
import Synchronization

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
                    Problem(
                        reason:
                            "this system has no trusted certificates, and transport.certificates names none"))
            }
            configuration.certificateVerification = .fullVerification
            configuration.trustRoots = .file(path)
        }
        do {
            return .success(try NIOSSLContext(configuration: configuration))
        } catch {
            let what =
                path.map { "the trusted certificates of \($0) cannot be read" } ?? "TLS cannot be set up"
            return .failure(Problem(reason: what))
        }
    }
}
