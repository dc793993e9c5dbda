import DeliveryStatus
import MailMessage
import MailTransport
import Maildir
import Platform
import Settings
import Spool

/// Handing on what leaves.
extension Attempt {
    /// How an open item leaves; nil for one that stays here.
    ///
    /// - Throws: why it cannot leave now.
    func sending(_ item: Progress.Item) throws(TaskFailure) -> Sending? {
        guard case .perform(let action) = item.task else { return nil }
        switch action.kind {
        case .forward(let forwarding): return try self.forwarding(item, forwarding)
        case .send(let dispatch):
            let address = dispatch.recipient.text
            // RFC 3461 §4.1: nobody is told of what becomes of a report or an answer.
            return Sending(
                item: item, what: "\(dispatch.purpose.rawValue) to \(address)",
                kind: dispatch.purpose.rawValue, target: address, sender: dispatch.sender,
                recipient: .init(address, notify: dispatch.sender.isEmpty ? "NEVER" : nil), returning: nil,
                envelopeID: nil, deliverBy: nil, routes: routes(to: address), isForwarded: false)
        case .store(let mailbox, _, _):
            return configuration.transport.local.isEmpty ? nil : handingOver(item, mailbox)
        case .pipe, .refuse, .discard: return nil
        }
    }

    private func forwarding(
        _ item: Progress.Item, _ forwarding: PlannedAction.Forwarding
    ) throws(TaskFailure) -> Sending {
        let address = forwarding.recipient.text
        let sender: String
        if let own = forwarding.sender {
            sender = own
        } else {
            sender = try courier.reversePath(for: envelope.senderText)
        }
        let notify = forwarding.notify
        return Sending(
            item: item, what: "forward to \(address)", kind: "forward", target: address, sender: sender,
            recipient: .init(
                address, notify: notify,
                original: notify == nil ? nil : (envelope.originalRecipient ?? envelope.recipient).text),
            returning: forwarding.returns,
            envelopeID: forwarding.sender == nil ? envelope.envelopeIdentifier : nil,
            deliverBy: forwarding.deliverBy, routes: routes(to: address), isForwarded: true)
    }

    /// A copy for the delivery agent behind this one, which is told the folder as the detail of the address
    /// (RFC 5233) if the site says so.
    private func handingOver(_ item: Progress.Item, _ mailbox: MailboxName) -> Sending {
        var address = envelope.recipient
        if configuration.transport.localDetail, !mailbox.isInbox,
            let delimiter = configuration.users.subaddressDelimiters.first,
            let detailed = MailAddress(
                localPart: "\(address.localPart)\(delimiter)\(mailbox.text)", domain: address.domain)
        {
            address = detailed
        }
        return Sending(
            item: item, what: "delivery to \(address.text)", kind: "store", target: mailbox.text,
            sender: envelope.senderText, recipient: .init(address.text), returning: nil, envelopeID: nil,
            deliverBy: nil, routes: configuration.transport.local, isForwarded: false)
    }

    private func routes(to address: String) -> [Route] {
        route.map { [$0] } ?? courier.table.routes(for: address)
    }

    /// One transaction.
    ///
    /// - Parameter mayLeaveUnrecorded: nothing else of the entry is left, so that its removal says all.
    mutating func send(
        _ group: [Sending], _ entry: inout OpenedEntry, in spool: borrowing SpoolDirectory,
        mayLeaveUnrecorded: Bool
    ) throws(SpoolError) {
        guard let first = group.first else { return }
        var mail = OutgoingMail(
            sender: first.sender, recipients: group.map(\.recipient), head: [], body: message.bytes)
        if first.isForwarded {
            let forwarded = ForwardedMessage(message, recipient: envelope.recipient)
            mail.head = forwarded.head
            mail.body = forwarded.body
        }
        mail.returning = first.returning
        mail.envelopeID = first.envelopeID
        mail.deliverBy = first.deliverBy
        do throws(SpoolError) {
            try entry.reserve()
        } catch {
            for sending in group { delay(sending.item, TaskFailure("\(error)", .systemFull, .disk)) }
            return
        }
        let results = courier.carrier.send(mail, by: first.routes)
        let isComplete = results.count == group.count
        let allAccepted = isComplete && results.allSatisfy { $0.failure == nil }
        var failure: SpoolError?
        for (index, sending) in group.enumerated() {
            // A carrier that does not answer for somebody has taken nothing for him.
            let result = isComplete ? results[index] : .temporaryFailure(Self.noAnswer)
            do throws(SpoolError) {
                try settle(
                    sending, result, &entry, in: spool,
                    mayLeaveUnrecorded: mayLeaveUnrecorded && allAccepted)
            } catch {
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
    }

    private static var noAnswer: TransportFailure {
        TransportFailure(status: "4.3.0", text: "no answer", cause: .route)
    }

    private mutating func settle(
        _ sending: Sending, _ result: TransportResult, _ entry: inout OpenedEntry,
        in spool: borrowing SpoolDirectory, mayLeaveUnrecorded: Bool
    ) throws(SpoolError) {
        let domain = sending.recipient.address.split(separator: "@").last.map(String.init)
        switch result {
        case .accepted(let receipt):
            let reply = receipt.reply.isEmpty ? "" : ": \(receipt.reply)"
            let verb = sending.kind == "store" ? "handed over" : "sent"
            actions.append((sending.kind, sending.target, "\(verb) to \(receipt.peer)\(reply)", ""))
            let child = try relayReport(sending, receipt, of: entry, in: spool)
            if mayLeaveUnrecorded, child == nil {
                outcome.unrecorded.append(sending.item.index)
            } else {
                let children = [child].compactMap { $0 }
                try record("done", sending.item.index, SpoolFields(children: children), in: &entry)
                published += try ChildEntry.publish(children, in: spool)
            }
        case .temporaryFailure(let failure):
            delay(sending.item, TaskFailure(failure, of: sending.what, to: domain, isPermanent: false))
        case .permanentFailure(let failure):
            let refusal = TaskFailure(failure, of: sending.what, to: domain, isPermanent: true)
            try record("refused", sending.item.index, refusal.fields, in: &entry)
        }
    }

    /// RFC 3461 §5.2.2: where the next server does not tell of success, this one tells that it handed the message
    /// on.
    private mutating func relayReport(
        _ sending: Sending, _ receipt: TransportReceipt, of entry: borrowing OpenedEntry,
        in spool: borrowing SpoolDirectory
    ) throws(SpoolError) -> ChildEntry? {
        guard sending.isForwarded, !receipt.takesNotifications,
            NotifyParameter(sending.recipient.notify).wantsSuccess
        else { return nil }
        var report = SenderReport(configuration: configuration)
        let child = try report.relayed(
            sending, receipt, of: entry.envelope, message: message.bytes, in: spool)
        warnings += report.warnings
        return child
    }
}
