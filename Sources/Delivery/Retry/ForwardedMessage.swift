import MailMessage
import Platform

/// A message as it is sent on: our `Delivered-To` on top, by which a loop is found when it comes back
/// (RFC 5228 §4.2), and no `Return-Path`, which final delivery writes (RFC 5321 §4.4). The body, and every
/// other field, is what came.
struct ForwardedMessage {
    let head: [UInt8]
    let body: SharedBytes

    init(_ message: Message, recipient: MailAddress) {
        let trace = TraceFields(returnPath: false, deliveredTo: true)
        var head = trace.deliveredTo(recipient, before: message)
        guard message.header.exceeded == nil else {
            self.head = head
            body = message.bytes
            return
        }
        for field in message.header.fields where !Self.isReturnPath(field, in: message) {
            head += message.bytes.array(field.name.lowerBound..<field.end)
        }
        self.head = head
        // From the empty line on.
        body = message.bytes.dropping(first: message.header.fields.last?.end ?? 0)
    }

    private static func isReturnPath(_ field: HeaderField, in message: Message) -> Bool {
        guard field.name.count == 11 else { return false }
        return message.bytes.array(field.name).map { $0 | 0x20 }
            == Array("return-path".utf8).map { $0 | 0x20 }
    }
}
