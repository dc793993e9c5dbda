import MailMessage
import Platform

extension Refusal {
    /// As a notification that the message was deleted without having been read, for `reject` (RFC 5429 §2.2.1,
    /// RFC 8098 §3).
    ///
    /// - Parameter boundarySeed: any number; another one makes other MIME boundaries.
    package func dispositionNotification(lineEnd: LineEnd = .lf, boundarySeed: UInt64 = 0) -> [UInt8] {
        let message = Message(original)
        var composition = MessageComposition()
        composition.addDate(MailDate(seconds: Int64(identity.time), zoneOffset: identity.zoneOffset))
        composition.addAddresses("From", [from])
        composition.addAddresses("To", [to])
        composition.addText("Subject", subject(of: message))
        composition.addMessageID(identity.messageID)
        composition.addThread(ReplyThread(replyingTo: message))
        composition.addStructured("Auto-Submitted", "auto-replied (rejected)")
        let returned =
            original.count <= max(sizeLimit, 0)
            ? ComposedEntity.message(message) : ComposedEntity.headers(of: message)
        let entity = ComposedEntity.multipart(
            "report", parameters: [("report-type", "disposition-notification")],
            [.text(explanation, allows8Bit: true), .fields(type: type, fields(message)), returned])
        return composition.composed(
            entity, boundarySeed: boundarySeed, lineEnds: lineEnd == .lf ? .lf : .crlf)
    }

    private var type: String { "message/disposition-notification" }

    private func subject(of message: Message) -> String {
        guard let field = message.firstField(named: "Subject") else { return "Rejected message" }
        let subject = String(decoding: message.decodedBody(field), as: UTF8.self)
        return "Rejected: " + PrintableText.unicode(subject, limit: 500)
    }

    /// What a person reads: the reason with not a character changed.
    private var explanation: [UInt8] {
        let recipient = PrintableText.unicode(recipient, limit: 500)
        return Array(
            """
            Your message to <\(recipient)> was refused by the recipient's mail filter, and deleted.
            The reason given was as follows:


            """.utf8) + Array(reason.utf8)
    }

    /// RFC 8098 §3.2. A deletion without anybody's doing is told of in these words (RFC 5429 §2.2.1).
    private func fields(_ message: Message) -> [(name: String, value: String)] {
        var fields = [(name: "Reporting-UA", value: "\(identity.host); Postmaster")]
        if let originalRecipient, !originalRecipient.isEmpty {
            fields.append(("Original-Recipient", "rfc822; \(originalRecipient)"))
        }
        fields.append(("Final-Recipient", "rfc822; \(recipient)"))
        if let identifier = ReplyThread(replyingTo: message).inReplyTo {
            fields.append(("Original-Message-ID", identifier))
        }
        fields.append(("Disposition", "automatic-action/MDN-sent-automatically; deleted"))
        return fields
    }
}
