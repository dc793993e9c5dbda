import MailMessage
import Platform
import Sieve

/// Finds each value of the envelope: in the options, else in the environment, else, if the site trusts
/// them, in header fields that the message transfer agent wrote.
struct EnvelopeResolution {
    let request: DeliveryRequest
    let variables: EnvelopeVariables
    /// The domain for addresses without one.
    let hostName: String

    /// The envelope of a delivery to `userName`.
    ///
    /// - Parameters:
    ///   - message: its header, where the site trusts it; nil otherwise.
    ///   - fromLine: the sender in a leading `From ` line, if there was one.
    func envelope(userName: String, message: Message?, fromLine: String?) -> Envelope {
        let (sender, senderSource) = self.sender(message, fromLine)
        let (recipient, recipientSource) = self.recipient(userName, message)
        var envelope = Envelope(
            sender: sender, senderSource: senderSource, recipient: recipient, recipientSource: recipientSource
        )
        (envelope.originalRecipient, envelope.originalRecipientSource) = originalRecipient(message)
        envelope.queueIdentifier = Self.token(request.queueIdentifier ?? variables.queueIdentifier)
        envelope.envelopeIdentifier = Self.token(request.envelopeIdentifier ?? variables.envelopeIdentifier)
        envelope.notify = request.notify.flatMap { StatusWords.notify($0) }
        envelope.returns = request.returns.flatMap { StatusWords.returns($0) }
        envelope.deliverBy = request.deliverBy.flatMap { DeliverBy(parameter: $0) }
        envelope.clientAddress = Self.token(request.clientAddress ?? variables.clientAddress)
        envelope.clientHELO = Self.token(request.clientHELO ?? variables.clientHELO)
        envelope.clientName = Self.token(request.clientName ?? variables.clientName)
        envelope.authenticatedUser = Self.token(request.authenticatedUser ?? variables.authenticatedUser)
        return envelope
    }

    /// A reverse path that is no address is taken as null: mail is delivered, and nothing is ever sent to it.
    private func sender(_ message: Message?, _ fromLine: String?) -> (MailAddress?, Envelope.Source) {
        if let text = request.sender { return (address(text), .option) }
        if let text = variables.sender { return (address(text), .environment) }
        if let text = Self.trusted("Return-Path", in: message) { return (address(text), .header) }
        if let text = fromLine { return (address(text), .fromLine) }
        return (nil, .none)
    }

    private func recipient(_ userName: String, _ message: Message?) -> (MailAddress, Envelope.Source) {
        if let found = request.recipient.flatMap(address) { return (found, .option) }
        // dovecot-lda: without -r, -a is also the recipient of this delivery.
        if let found = request.originalRecipient.flatMap(address) { return (found, .option) }
        if let found = variables.recipient.flatMap(address) { return (found, .environment) }
        if let found = Self.trusted("Delivered-To", in: message).flatMap(address) { return (found, .header) }
        if let found = address(userName) { return (found, .user) }
        return (.system("postmaster", at: hostName), .none)
    }

    private func originalRecipient(_ message: Message?) -> (MailAddress?, Envelope.Source) {
        if let found = request.originalRecipient.flatMap(address) { return (found, .option) }
        if let found = variables.originalRecipient.flatMap(address) { return (found, .environment) }
        if let found = Self.trusted("X-Original-To", in: message).flatMap(address) { return (found, .header) }
        return (nil, .none)
    }

    /// An address given by a person or a program; a bare local part belongs to this host.
    private func address(_ text: String) -> MailAddress? {
        // Postfix's null_sender and sendmail's name for the null reverse path.
        if text == "MAILER-DAEMON" || text.isEmpty || text == "<>" { return nil }
        guard let address = MailAddress(path: text, allowingBareLocalPart: true) else { return nil }
        return address.domain.isEmpty ? MailAddress(localPart: address.localPart, domain: hostName) : address
    }

    private static func trusted(_ name: String, in message: Message?) -> String? {
        guard let message, let field = message.fields(named: name).first else { return nil }
        return String(decoding: message.unfoldedBody(field), as: UTF8.self)
    }

    /// A short word for logs and reports: printable ASCII only, at most 100 characters.
    private static func token(_ text: String?) -> String? {
        guard let text, !text.isEmpty else { return nil }
        return String(
            decoding: text.utf8.prefix(100).map { (0x21...0x7e).contains($0) ? $0 : UInt8(ascii: "_") },
            as: UTF8.self)
    }
}
