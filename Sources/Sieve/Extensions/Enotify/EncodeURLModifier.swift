import MailMessage

// :encodeurl                                                                                 RFC 5435 §6

/// Makes a value fit to stand in a URI: all but unreserved characters are percent-encoded.
enum EncodeURLModifier: SetModifier {
    static let tag = "encodeurl"
    static let precedence = 15

    static func apply(to value: [UInt8]) -> [UInt8] { PercentEncoding.encode(value.span) }

    /// What is too long ends with a whole character (RFC 5435 §6).
    static func apply(to value: [UInt8], limit: Int) -> [UInt8] {
        PercentEncoding.encode(value.span, limit: limit)
    }
}
