import MailMessage

/// Stops a message that goes in circles (RFC 5321 §6.3).
///
/// A `Delivered-To` field with our recipient means that the message was here before, unless it stands above
/// the first `Received`: that one the message transfer agent wrote for this very delivery.
struct LoopGuard {
    let recipient: MailAddress
    /// How many `Received` fields are too many.
    let maxReceived: Int
    /// Whether our own field counts: only where deliveries write it.
    var looksForOwnField = true

    /// Why the message must not be delivered again; nil if it may.
    func reason(against message: Message) -> String? {
        let received = message.fields(named: "Received")
        if received.count > maxReceived {
            return "too many hops: \(received.count) Received fields, \(maxReceived) allowed"
        }
        guard looksForOwnField, let hop = received.first else { return nil }
        let own = message.fields(named: "Delivered-To").contains { field in
            field.name.lowerBound > hop.name.lowerBound && names(field, in: message)
        }
        return own ? "mail forwarding loop: already delivered to \(recipient.text)" : nil
    }

    private func names(_ field: HeaderField, in message: Message) -> Bool {
        let text = String(decoding: message.unfoldedBody(field), as: UTF8.self)
        guard let address = MailAddress(path: text) else { return false }
        // Postfix pipe(8) and OpenSMTPD compare without case, too.
        return address.text.lowercased() == recipient.text.lowercased()
    }
}
