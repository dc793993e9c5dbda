import MailMessage
import Platform

extension DeliveryReport {
    /// The report as a message (RFC 6522); where the sender used an address that is not ASCII, as one of RFC 6533.
    package func composed(lineEnd: LineEnd = .lf) -> [UInt8] {
        let parts = [textPart(lineEnd), statusPart(lineEnd), returnedPart(lineEnd)]
        let boundary = boundary(avoiding: parts)
        var message = GeneratedMessage(lineEnd: lineEnd)
        message.header(
            identity, from: from, to: to, subject: wording.subject,
            autoSubmitted: kind == .postmaster ? "auto-generated" : "auto-replied")
        message.field(
            "Content-Type", "multipart/report; report-type=delivery-status; boundary=\"\(boundary)\"")
        if !parts.allSatisfy(\.isASCII) { message.field("Content-Transfer-Encoding", "8bit") }
        message.emptyLine()
        message.line("This is a delivery report in MIME format.")
        for part in parts {
            message.emptyLine()
            message.line("--\(boundary)")
            message.field("Content-Type", part.type)
            message.field("Content-Description", part.description)
            if !part.isASCII { message.field("Content-Transfer-Encoding", "8bit") }
            message.emptyLine()
            message.content(part.bytes.span)
        }
        message.emptyLine()
        message.line("--\(boundary)--")
        return message.bytes
    }

    /// One part of the report, its lines ending as they will.
    private struct Part {
        let type: String
        let description: String
        let bytes: [UInt8]
        let isASCII: Bool

        init(_ type: String, _ description: String, _ content: GeneratedMessage) {
            self.type = type
            self.description = description
            bytes = content.bytes
            isASCII = content.bytes.allSatisfy { $0 < 0x80 }
        }
    }

    private func textPart(_ lineEnd: LineEnd) -> Part {
        var content = GeneratedMessage(lineEnd: lineEnd)
        writeText(to: &content)
        return Part("text/plain; charset=utf-8", "Notification", content)
    }

    private func statusPart(_ lineEnd: LineEnd) -> Part {
        var content = GeneratedMessage(lineEnd: lineEnd)
        writeMessageFields(to: &content)
        for recipient in recipients { write(recipient, to: &content) }
        let type = isInternational ? "message/global-delivery-status" : "message/delivery-status"
        return Part(type, "Delivery report", content)
    }

    private func returnedPart(_ lineEnd: LineEnd) -> Part {
        let returned = ReturnedMessage(
            original, returning: returning, sizeLimit: sizeLimit,
            isInternational: isInternational)
        var content = GeneratedMessage(lineEnd: lineEnd)
        let bytes = original.span
        content.content(bytes.extracting(returned.range))
        return Part(returned.mediaType, returned.description, content)
    }

    /// Whether the sender has shown to know addresses that are not ASCII (RFC 6533 §4): by having one, or by
    /// having written to one.
    private var isInternational: Bool {
        !to.text.isASCII || recipients.contains { !($0.original ?? $0.final).isASCII }
    }

    private func writeText(to message: inout GeneratedMessage) {
        let until = recipients.lazy.compactMap(\.willRetryUntil).max()
        let reason = refusal.isEmpty ? flat(recipients.first?.reason ?? "") : refusal
        message.paragraphs(
            wording.filled([
                "host": identity.host, "sender": flat(to.text), "recipient": recipientNames,
                "arrival": arrival.map(date) ?? "an unknown time",
                "until": until.map(date) ?? "further notice",
                "postmaster": postmaster.map { flat($0.text) } ?? "postmaster@\(identity.host)",
                "reason": reason,
            ]))
        for recipient in recipients {
            message.emptyLine()
            let status = recipient.agreeingStatus
            let reason = recipient.reason.isEmpty ? recipient.action.rawValue : flat(recipient.reason)
            message.paragraphs("<\(flat(recipient.final))>: \(reason) (\(status))")
            if let reply = recipient.remoteReply, !reply.text.isEmpty {
                message.paragraphs(
                    "\(reply.name.map { "Host \($0)" } ?? "Who was asked") said: \(flat(reply.text))")
            }
        }
    }

    private var recipientNames: String {
        let names = recipients.prefix(10).map { flat($0.final) }.joined(separator: ", ")
        return recipients.count > 10 ? names + ", ..." : names
    }

    /// RFC 3464 §2.2
    private func writeMessageFields(to message: inout GeneratedMessage) {
        message.field("Reporting-MTA", "dns; \(identity.host)")
        if let envelopeID, !envelopeID.isEmpty {
            message.unfoldedField("Original-Envelope-Id", exact(envelopeID))
        }
        if let queueID, !queueID.isEmpty { message.field("X-Postmaster-Queue-ID", text(queueID)) }
        message.unfoldedField("X-Postmaster-Sender", address(to.text))
        if let arrival { message.field("Arrival-Date", date(arrival)) }
    }

    /// RFC 3464 §2.3
    private func write(_ recipient: Recipient, to message: inout GeneratedMessage) {
        message.emptyLine()
        if let original = recipient.original, !original.isEmpty {
            message.unfoldedField("Original-Recipient", address(original))
        }
        message.unfoldedField("Final-Recipient", address(recipient.final))
        message.field("Action", recipient.action.rawValue)
        message.field("Status", recipient.agreeingStatus.description)
        if let system = recipient.remoteReply?.mailSystem { message.field("Remote-MTA", system) }
        if let reply = recipient.remoteReply, !reply.text.isEmpty {
            message.field(
                "Diagnostic-Code", "\(reply.hasCode ? "smtp" : "x-postmaster"); \(text(reply.text))")
        } else if !recipient.reason.isEmpty {
            message.field("Diagnostic-Code", "x-postmaster; \(text(recipient.reason))")
        }
        if let lastAttempt = recipient.lastAttempt { message.field("Last-Attempt-Date", date(lastAttempt)) }
        if recipient.action == .delayed, let until = recipient.willRetryUntil {
            message.field("Will-Retry-Until", date(until))
        }
    }

    private func date(_ seconds: Int) -> String {
        MailDate.format(seconds: Int64(seconds), zoneOffset: identity.zoneOffset)
    }

    private func address(_ address: String) -> String {
        // No address is longer (RFC 5321 §4.5.3.1).
        let clean = PrintableText.exact(address, keepsNonASCII: true, limit: 320)
        return AddressNotation.typed(clean, isInternational: isInternational)
    }

    private func exact(_ text: String) -> String {
        PrintableText.exact(text, keepsNonASCII: isInternational, limit: 320)
    }

    /// RFC 3464 §2.1: these fields are ASCII, unless the whole part is of RFC 6533.
    private func text(_ text: String) -> String {
        isInternational ? PrintableText.unicode(text, limit: 2000) : PrintableText.ascii(text, limit: 2000)
    }

    private func flat(_ text: String) -> String { PrintableText.unicode(text, limit: 2000) }

    /// A boundary that is nowhere in the parts.
    private func boundary(avoiding parts: [Part]) -> String {
        let base = "report-" + String(decoding: identity.unique.utf8.prefix(50), as: UTF8.self)
        // Content would have to be made for this report to hold even one of them.
        for number in 0..<1000 {
            let boundary = "\(base)-\(number)"
            let delimiter = Array("--\(boundary)".utf8)
            if !parts.contains(where: { $0.bytes.span.contains(delimiter) }) { return boundary }
        }
        return base
    }
}

extension DeliveryReport.Recipient {
    /// RFC 3464 §2.3.4, RFC 3463 §2: the class says what the action says.
    fileprivate var agreeingStatus: EnhancedStatus {
        switch action {
        case .failed: status.class == .success ? status.asPermanent : status
        case .delayed: status.asTransient
        case .delivered, .relayed: status.asSuccess
        }
    }
}

extension String {
    fileprivate var isASCII: Bool { utf8.allSatisfy { $0 < 0x80 } }
}

extension Span<UInt8> {
    /// Whether `pattern`, which is not empty, is somewhere in it.
    func contains(_ pattern: [UInt8]) -> Bool {
        guard let first = pattern.first, pattern.count <= count else { return false }
        for start in 0...(count - pattern.count) where self[start] == first {
            var length = 1
            while length < pattern.count, self[start + length] == pattern[length] { length += 1 }
            if length == pattern.count { return true }
        }
        return false
    }
}
