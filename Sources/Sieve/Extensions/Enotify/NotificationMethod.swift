import MailMessage

/// A URI that names whom to notify, and how (RFC 5435 §3.2).
enum NotificationMethod: Sendable {
    /// RFC 5436, the one method that every implementation has.
    case mail(MailtoURI)

    /// What is wrong with a URI.
    enum Problem: Error {
        /// There is no such method here.
        case unsupported(String)
        case invalid(String)

        var message: String {
            switch self {
            case .unsupported(let uri): "there is no way to notify \"\(uri)\": methods are mailto"
            case .invalid(let reason): reason
            }
        }
    }

    init(_ uri: [UInt8], _ limits: SieveLimits) throws(Problem) {
        let mailLimits = MailtoURI.Limits(
            recipients: limits.notificationRecipients, fields: limits.notificationFields)
        do {
            self = .mail(try MailtoURI(uri, limits: mailLimits))
        } catch .otherScheme {
            throw .unsupported(uri.truncated(to: 200).text)
        } catch {
            throw .invalid("\"\(uri.truncated(to: 200).text)\" is no mailto URI: \(error.explanation)")
        }
    }

    /// What the method says of the capability; nil where it knows nothing of it (RFC 5435 §5).
    func answer(to capability: [UInt8]) -> [UInt8]? {
        switch self {
        // RFC 5436 §2.2: mail does not tell whether anybody is there.
        case .mail: capability.lowercasedASCII == Array("online".utf8) ? Array("maybe".utf8) : nil
        }
    }
}

extension MailtoURI.Failure {
    fileprivate var explanation: String {
        switch self {
        case .otherScheme: "it does not begin with mailto:"
        case .tooLong: "it is too long"
        case .illegalCharacter(let offset): "the character at \(offset) has to be encoded"
        case .brokenEncoding(let offset): "the % at \(offset) needs two hexadecimal digits"
        case .notUTF8: "it is not UTF-8"
        case .missingValue: "a field has no value"
        case .illegalFieldName(let name): "no field can be named \"\(name)\""
        case .controlCharacter(let name): "the field \(name) has a control character"
        case .illegalAddress(let text): "\"\(text)\" is not an address"
        case .tooManyRecipients: "it has too many recipients"
        case .tooManyFields: "it has too many fields"
        }
    }
}
