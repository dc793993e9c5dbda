import MailMessage
import Platform
import Settings
import UserLookup

/// Mail to a sender that was rewritten here: a bounce, as a rule, which goes on to whoever stands behind it.
///
/// Nobody's mailbox and nobody's rules are touched. The hash of the address is the only right to be sent on: an
/// address without a good one is refused, so that nobody is relayed for.
struct ReturnedMail {
    /// The address that it came to.
    let recipient: MailAddress
    /// Where it goes on to.
    let original: MailAddress
    /// As whom.
    let destination: Destination

    /// Nil if none of the addresses that the delivery was started with is a rewritten sender.
    init?(
        _ request: DeliveryRequest, _ variables: EnvelopeVariables, _ configuration: Configuration
    ) throws(DestinationFailure) {
        let settings = configuration.transport
        guard !settings.srsDomain.isEmpty else { return nil }
        let path = ReversePath(configuration)
        let named = [
            request.user, request.recipient ?? variables.recipient,
            request.originalRecipient ?? variables.originalRecipient,
        ]
        let addresses = named.compactMap { $0.flatMap { MailAddress(path: $0, allowingBareLocalPart: true) } }
        guard let found = addresses.first(where: path.isRewritten) else { return nil }
        recipient = MailAddress(localPart: found.localPart, domain: settings.srsDomain) ?? found
        do throws(ReversePathFailure) {
            guard let original = try path.original(of: found, now: .now()) else { return nil }
            self.original = original
        } catch {
            switch error {
            case .notGood(let reason): throw .refused("\(found.text): \(reason)")
            case .secrets(let reason): throw .unavailable(reason)
            }
        }
        destination = try Self.destination(
            request.mailDirectory == nil ? settings.srsUser : nil, Identity.current())
    }

    /// - Parameter account: as whom root does it; nil if it does it itself.
    private static func destination(
        _ account: String?, _ current: Identity
    ) throws(DestinationFailure) -> Destination {
        guard let account, current.isSuperuser else { return sender("uid-\(current.user)", current) }
        let found: SystemUser?
        do {
            found = try NameService().user(named: account)
        } catch {
            throw .unavailable("transport.srs-user: \(error)")
        }
        guard let found, !found.identity.isSuperuser else {
            throw .unavailable("transport.srs-user: \(account) is no account without root's rights")
        }
        return sender(account, found.identity)
    }

    private static func sender(_ name: String, _ identity: Identity) -> Destination {
        Destination(
            userName: name, identity: identity, supplementaryGroups: [], home: "", mailRoot: "/nonexistent",
            personalScripts: [], quota: nil, isGivenDirectly: true)
    }

    /// One action: the message goes on with the reverse path it came with.
    func plan(_ envelope: Envelope) -> Plan {
        let forwarding = PlannedAction.Forwarding(to: original, sender: envelope.senderText)
        return Plan(actions: [PlannedAction(.forward(forwarding))])
    }
}
