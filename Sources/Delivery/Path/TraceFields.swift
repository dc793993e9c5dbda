import MailMessage

/// The header fields that final delivery puts before the message (RFC 5321 §4.4): `Return-Path` and
/// `Delivered-To`.
///
/// One that the message transfer agent wrote already, above the first `Received`, is not written again.
struct TraceFields {
    let returnPath: Bool
    let deliveredTo: Bool

    /// The fields, each with its line end, in the line ends of the message.
    func bytes(for envelope: Envelope, before message: Message) -> [UInt8] {
        let lineEnd: [UInt8] = endsLinesWithCRLF(message) ? [13, 10] : [10]
        var bytes: [UInt8] = []
        if returnPath, !stands("Return-Path", "<\(envelope.senderText)>", in: message) {
            bytes += Array("Return-Path: <\(envelope.senderText)>".utf8) + lineEnd
        }
        if deliveredTo { bytes += self.deliveredTo(envelope.recipient, before: message) }
        return bytes
    }

    /// `Delivered-To` alone, unless it stands there already.
    func deliveredTo(_ recipient: MailAddress, before message: Message) -> [UInt8] {
        guard !stands("Delivered-To", recipient.text, in: message) else { return [] }
        let lineEnd: [UInt8] = endsLinesWithCRLF(message) ? [13, 10] : [10]
        return Array("Delivered-To: \(recipient.text)".utf8) + lineEnd
    }

    private func stands(_ name: String, _ value: String, in message: Message) -> Bool {
        let firstHop = message.fields(named: "Received").first?.name.lowerBound ?? .max
        return message.fields(named: name).contains { field in
            field.name.lowerBound < firstHop
                && String(decoding: message.unfoldedBody(field), as: UTF8.self).lowercased()
                    == value.lowercased()
        }
    }

    private func endsLinesWithCRLF(_ message: Message) -> Bool {
        guard let first = message.header.fields.first else { return false }
        return first.end - first.body.upperBound == 2
    }
}
