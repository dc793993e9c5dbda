/// How the body of an entity was made fit for transport (RFC 2045 §6).
package enum TransferEncoding: Sendable, Equatable {
    /// `7bit`, `8bit` and `binary`, and where nothing is said: the body is what it is.
    case identity
    case base64
    case quotedPrintable
    /// Something else. The body is left as it is.
    case unknown

    /// Reads the field's body.
    init(parsing bytes: Span<UInt8>, in range: Range<Int>) {
        var cursor = ByteCursor(bytes, in: range)
        cursor.skipCommentsAndWhiteSpace()
        guard let token = cursor.token() else {
            self = .unknown
            return
        }
        if bytes.matches("base64", in: token) {
            self = .base64
        } else if bytes.matches("quoted-printable", in: token) {
            self = .quotedPrintable
        } else if bytes.matches("7bit", in: token) || bytes.matches("8bit", in: token)
            || bytes.matches("binary", in: token)
        {
            self = .identity
        } else {
            self = .unknown
        }
    }

    /// What `bytes` encodes, at most `limit` octets of it.
    package func decode(_ bytes: Span<UInt8>, limit: Int) -> [UInt8] {
        switch self {
        case .identity, .unknown: bytes.array(0..<min(bytes.count, max(limit, 0)))
        case .base64: Base64.decode(bytes, limit: limit)
        case .quotedPrintable: QuotedPrintable.decode(bytes, limit: limit)
        }
    }
}
