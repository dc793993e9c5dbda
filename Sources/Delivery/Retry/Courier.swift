import DeliveryStatus
package import MailTransport
import Platform
package import Settings

/// How mail leaves: which way, and by whom.
package struct Courier: Sendable {
    package let carrier: any MailCarrier
    package let table: RoutingTable
    private let reversePath: ReversePath

    /// For a process that may still give up rights: it reads now what needs them later.
    package init(_ configuration: Configuration, carrier: any MailCarrier) {
        self.carrier = carrier
        table = RoutingTable(relays: configuration.transport.relay, domains: configuration.transport.routes)
        reversePath = ReversePath(configuration).readingSecrets()
    }

    /// For a process that has no network.
    package init(local configuration: Configuration) {
        self.init(
            configuration,
            carrier: SendmailCarrier(
                path: configuration.transport.sendmail, timeout: configuration.transport.timeout))
    }

    /// The reverse path of what is sent on for a message that came with `sender`.
    func reversePath(for sender: String) throws(TaskFailure) -> String {
        do throws(ReversePathFailure) {
            return try reversePath.rewritten(sender: sender, now: .now())
        } catch {
            throw TaskFailure("\(error)", .misconfigured, .system)
        }
    }
}
