import DeliveryStatus
import MailMessage
import Platform
import Settings

/// How large a message may be: by the user's own limit, else by the site's.
struct SizeLimits {
    /// Bytes; 0 is no limit.
    let message: Int
    let header: Int

    init(_ configuration: Configuration, _ destination: Destination) {
        message = destination.maximumMessageSize ?? configuration.mail.maxSize
        header = configuration.mail.maxHeaderSize
    }

    /// What is to be said of a message by the size that the message transfer agent declares; nil if nothing.
    func objection(declared size: Int) -> Outcome? {
        guard message > 0, size > message else { return nil }
        return Outcome(
            .refused, .tooLongForMailbox, "message of \(size) bytes is too large, \(message) allowed")
    }

    /// What is to be said of a message that is here; nil if nothing.
    func objection(to arrived: Message) -> Outcome? {
        if let objection = objection(declared: arrived.bytes.count) { return objection }
        guard header > 0 else { return nil }
        // Where the index stopped at a limit, the header goes on: it has at least these bytes.
        let size = arrived.header.bodyStart
        guard size > header || arrived.header.exceeded == .headerBytes && arrived.limits.headerBytes >= header
        else { return nil }
        return Outcome(
            .refused, .tooLongForMailbox, "message header of \(size) bytes is too large, \(header) allowed")
    }
}
