import MailMessage
import Platform

/// What the log needs to know of a message when the message itself is gone.
struct ArrivalFacts {
    let envelope: Envelope
    let messageIdentifier: [UInt8]
    /// Bytes, as it came.
    let size: Int

    init(_ arrival: borrowing Arrival) {
        envelope = arrival.envelope
        let message = arrival.message
        messageIdentifier = message.firstField(named: "Message-ID").map { message.unfoldedBody($0) } ?? []
        size = message.bytes.count
    }
}
