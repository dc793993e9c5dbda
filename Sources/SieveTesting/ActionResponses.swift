import DeliveryStatus
import MailMessage
import Platform
import Sieve

/// What actions send because of a message, as far as the rules of each let them.
extension ActionWork {
    var context: ResponseContext {
        let identity = identity
        return ResponseContext(
            message: input.message, envelope: input.envelope,
            owner: ScriptOwner(address: bench.settings.userAddress, postmaster: postmaster),
            stamp: ResponseStamp(
                date: MailDate(seconds: Int64(identity.time), zoneOffset: 0), messageID: identity.messageID,
                boundarySeed: Host.random()),
            lineEnds: .crlf)
    }

    private var postmaster: MailAddress { MailAddress.system("postmaster", at: "example.com") }

    private var identity: MessageIdentity {
        MessageIdentity(
            host: "test.example.com", unique: String(Host.random(), radix: 36), time: WallTime.now().seconds)
    }

    func send(_ message: OutgoingMessage) {
        for recipient in message.recipients {
            bench.outbox.append(
                OutgoingMail(bytes: message.bytes, sender: message.sender, recipient: recipient))
        }
    }

    func answer(_ request: VacationRequest) {
        guard case .reply(let reply) = VacationDecision(request, context, bench.settings.vacation) else {
            return
        }
        send(reply.message)
        copy(reply.message, to: reply.copy)
    }

    mutating func notify(_ notification: Notification) {
        let decision = NotificationDecision(
            notification, context, sender: bench.settings.noticeSource, notified: notified)
        guard case .send(let notice) = decision else { return }
        notified += notice.message.recipients
        send(notice.message)
        copy(notice.message, to: notice.copy)
    }

    /// Nobody hands the message over who could be told no: the refusal goes out as a message.
    func reject(_ rejection: Rejection) {
        let route = rejection.route(
            sender: input.envelope.sender, message: input.message, canReply: false)
        guard let sender = MailAddress(path: input.envelope.sender) else { return }
        let refusal = Refusal(
            identity, from: postmaster, to: sender, recipient: input.envelope.recipient,
            reason: rejection.reason, original: input.message.bytes)
        switch route {
        case .deliveryReport:
            send(
                OutgoingMessage(
                    sender: "", recipients: [sender.text], bytes: refusal.deliveryReport(lineEnd: .crlf)))
        case .dispositionNotification:
            send(
                OutgoingMessage(
                    sender: "", recipients: [sender.text],
                    bytes: refusal.dispositionNotification(lineEnd: .crlf)))
        case .protocolReply, .silence:
            break
        }
    }

    /// RFC 8580: a copy of what was sent.
    private func copy(_ message: OutgoingMessage, to target: MailboxTarget?) {
        guard let target else { return }
        do throws(MailStoreFailure) {
            try bench.store.store(
                message.bytes, in: target.mailbox, flags: target.flags, creating: target.creates)
        } catch {
            // RFC 8580 §3.1: whatever becomes of the copy, the action was taken.
            bench.logError("failed to store into mailbox '\(target.mailbox)': \(error.reason)")
        }
    }
}
