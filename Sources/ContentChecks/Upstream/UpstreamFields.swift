package import MailMessage

/// Which header fields a scanner of our own hosts wrote before the message came here, and which somebody else did.
package struct UpstreamFields: Sendable {
    private let hosts: [String]
    private let names: [String]

    /// - Parameters:
    ///   - hosts: what our own hosts call themselves in `Received` fields.
    ///   - names: of the fields, with `*` at the end for all that begin so.
    package init(hosts: [String], names: [String]) {
        self.hosts = hosts
        self.names = names
    }

    /// The fields of these names, by who wrote them.
    package func judge(_ message: Message) -> (trusted: [HeaderField], forged: [HeaderField]) {
        ([], [])
    }
}
