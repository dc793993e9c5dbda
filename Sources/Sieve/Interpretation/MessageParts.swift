import MailMessage
import Platform

/// The MIME entities of the message as it is now, found once for all who ask for them.
struct MessageParts: ExtensionState {
    private var list: MIMEPartList?
    private var source: SharedBytes?

    fileprivate func list(of message: Message) -> MIMEPartList? {
        source === message.bytes ? list : nil
    }

    fileprivate mutating func find(in message: Message) -> MIMEPartList {
        let found = MIMEPartList(message.structure())
        list = found
        source = message.bytes
        return found
    }
}

extension Interpretation {
    /// What octets count for that are only searched for delimiters, line by line.
    private static let octetsPerStep = 16

    /// The entities of the message, the first of which is the message itself.
    mutating func parts() throws(RuntimeFailure) -> MIMEPartList {
        if let known = self[MessageParts.self].list(of: wholeMessage) { return known }
        try spend(wholeMessage.bytes.count / Self.octetsPerStep)
        let list = self[MessageParts.self].find(in: wholeMessage)
        if list.entries.first?.part.exceeded != nil {
            record(.note("the message has more parts than are looked at"))
        }
        return list
    }
}
