package import MailTransport
package import Settings

/// How mail leaves: which way, and by whom.
package struct Courier: Sendable {
    package let carrier: any MailCarrier
    package let table: RoutingTable

    package init(_ configuration: Configuration, carrier: any MailCarrier) {
        self.carrier = carrier
        table = RoutingTable(relays: configuration.transport.relay, domains: configuration.transport.routes)
    }

    /// For a process that has no network.
    package init(local configuration: Configuration) {
        self.init(
            configuration,
            carrier: SendmailCarrier(
                path: configuration.transport.sendmail, timeout: configuration.transport.timeout))
    }

    /// Sends to one recipient.
    func send(_ mail: OutgoingMail) -> TransportResult {
        let results = carrier.send(mail, by: table.routes(for: mail.recipients.first?.address ?? ""))
        // A carrier that answers for nobody has taken nothing.
        return results.first
            ?? .temporaryFailure(TransportFailure(status: "4.3.0", text: "no answer", cause: .route))
    }
}
