import Platform

/// The environment variables in which the message transfer agents tell of the envelope.
///
/// Postfix local(8), Exim's pipe transport, OpenSMTPD's mda, sendmail and qmail-local each have their own;
/// where one name serves several, its meaning is the same.
struct EnvelopeVariables: Equatable, Sendable {
    let sender: String?
    let recipient: String?
    let originalRecipient: String?
    let queueIdentifier: String?
    let envelopeIdentifier: String?
    let clientAddress: String?
    let clientHELO: String?
    let clientName: String?
    let authenticatedUser: String?
    /// What the calling user is called.
    let userName: String?

    /// - Parameter value: looks a variable up; nil where it is not set.
    init(_ value: (String) -> String?) {
        sender = value("SENDER")
        // Exim names the local part and the domain only.
        recipient = value("RECIPIENT") ?? Self.joined(value("LOCAL_PART"), value("DOMAIN"))
        originalRecipient = value("ORIGINAL_RECIPIENT")
        queueIdentifier = value("QUEUE_ID") ?? value("MESSAGE_ID")
        envelopeIdentifier = value("ENVID")
        clientAddress = value("CLIENT_ADDRESS")
        clientHELO = value("CLIENT_HELO")
        clientName = value("CLIENT_HOSTNAME")
        authenticatedUser = value("SASL_USERNAME")
        userName = value("LOGNAME") ?? value("USER")
    }

    private static func joined(_ localPart: String?, _ domain: String?) -> String? {
        guard let localPart, let domain, !localPart.isEmpty, !domain.isEmpty else { return nil }
        return localPart + "@" + domain
    }
}
