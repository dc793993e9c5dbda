import MailMessage
import Platform
import Settings
import Sieve

/// Mail that rules send on. What must not be sent on is kept in INBOX instead, and the log says why: nothing that
/// keeps mail from going in circles loses any.
extension PlanComposition {
    /// - Parameters:
    ///   - content: what is sent; nil for the message as it came in.
    ///   - mayBeLeftOut: whether other actions store the message, and nobody misses a copy in INBOX.
    func redirect(
        _ redirect: Redirection, _ content: MessageContent?, mayBeLeftOut: Bool,
        origin: PlannedAction.Origin, _ plan: inout Plan
    ) {
        guard let address = MailAddress(path: redirect.address) else {
            warn("no address: \(redirect.address)", origin, &plan)
            return keep(flags: [], origin: origin, content, &plan)
        }
        if let reason = circle(through: address) {
            withhold("redirect", reason + "; kept", origin, &plan)
            plan.breaksCircle = true
            if !mayBeLeftOut { keep(flags: [], origin: origin, content, &plan) }
            return
        }
        let window = configuration.sieve.redirectWindow
        if window > 0 {
            let memory = Memory(.redirect, key: redirectKey(address), seconds: window)
            guard host.memory.knows(memory) != true else {
                withhold(
                    "redirect", "\(address.text) was sent this message less than \(window) s ago", origin,
                    &plan)
                plan.actions.append(PlannedAction(.discard, origin: origin))
                return
            }
            plan.memories.append(memory)
        }
        let forwarding = forwarding(redirect, to: address)
        if forwarding.sender == nil,
            let warning = ReversePath(configuration).warning(for: envelope.senderText)
        {
            warn(warning, origin, &plan)
        }
        plan.actions.append(PlannedAction(.forward(forwarding), origin: origin, content: content))
    }

    /// Why a message that goes to `address` comes back; nil if nothing says so (RFC 5228 §10).
    private func circle(through address: MailAddress) -> String? {
        // What is sent on has our field whether or not what is stored has it.
        let guardian = LoopGuard(
            recipient: envelope.recipient, maxReceived: configuration.delivery.maxReceived)
        if let reason = guardian.reason(against: message) { return reason }
        return address.text.lowercased() == envelope.recipient.text.lowercased()
            ? "\(address.text) is the recipient" : nil
    }

    /// What tells this message on its way to `address` from others: its identifier, or its header where that has
    /// none, its body, and the address.
    private func redirectKey(_ address: MailAddress) -> [UInt8] {
        let identifier =
            message.firstField(named: "Message-ID").map { message.unfoldedBody($0) }
            ?? message.bytes.array(0..<message.header.bodyStart)
        let name = ContentHash(identifier.span)
        let body = message.bytes.dropping(first: message.header.bodyStart)
        let content = ContentHash(body.span)
        let numbers = "\(name.first):\(name.second):\(content.first):\(content.second):"
        return Array((numbers + address.text.lowercased()).utf8)
    }

    private func forwarding(
        _ redirect: Redirection, to address: MailAddress
    ) -> PlannedAction.Forwarding {
        let policy: AddressSource =
            switch configuration.sieve.redirectFrom {
            case .sender: .sender
            case .recipient: .recipient
            case .originalRecipient: .originalRecipient
            case .postmaster: .postmaster
            case .address(let address): MailAddress(path: address).map { .address($0) } ?? .sender
            }
        var forwarding = PlannedAction.Forwarding(
            to: address,
            sender: policy == .sender
                ? nil
                : RedirectSender.reversePath(policy, envelope: context.envelope, owner: context.owner))
        forwarding.notify = redirect.notify
        forwarding.returns = redirect.returns
        forwarding.deliverBy = redirect.deliverBy?.parameter
        return forwarding
    }
}
