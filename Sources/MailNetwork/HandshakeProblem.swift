import NIOSSL

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
                return
                    "the certificate is not trusted: it is not valid today, or who issued it is not known here"
            }
            return word.isEmpty ? "the handshake failed" : "the handshake failed: \(word)"
        case .syscallError, .zeroReturn: return "the connection was closed during the handshake"
        default: return "the handshake failed"
        }
    }

    /// `WRONG_VERSION_NUMBER` of `… error:100000f7:SSL routines:OPENSSL_internal:WRONG_VERSION_NUMBER at FILE:LINE`.
    private static func libraryReason(_ description: String) -> String {
        guard let part = description.split(separator: ":").first(where: { $0.contains(" at ") }) else {
            return ""
        }
        let word = part.prefix { $0 != " " }
        return word.utf8.count <= 80 ? String(word) : ""
    }
}
