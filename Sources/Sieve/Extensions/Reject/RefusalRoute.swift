package import MailMessage

/// The way on which a refusal reaches whoever sent the message (RFC 5429 §2).
package enum RefusalRoute: Sendable, Equatable {
    /// A reply of the protocol, 550 with 5.7.1: these lines, ASCII without controls, each short enough for SMTP.
    case protocolReply([String])
    /// A message of its own: a report of the delivery that failed (RFC 3464).
    case deliveryReport
    /// A message of its own: a notification that the message was deleted (RFC 8098).
    case dispositionNotification
    /// None: the message is only discarded.
    case silence(Silence)

    /// Why nobody is told.
    package enum Silence: Sendable, Equatable {
        /// There is no address to send to (RFC 5429 §2.1.2, §2.2.1).
        case nullSender
        /// A program sent it, which would be told by a program (RFC 3834 §2).
        case autoSubmitted
    }
}

extension Rejection {
    /// Octets of a line of a reply: RFC 5321 §4.5.3.1.5 has 512, with the codes and the line end.
    private static var lineLimit: Int { 480 }
    /// Lines of a reply.
    private static var replyLimit: Int { 20 }

    /// The way that is best here.
    ///
    /// `ereject` goes over the protocol where there is one; a reason that cannot go there is replaced (§2.1.1).
    /// `reject` goes there only with its exact text (§2.2), and is never made an `ereject` (§2.3).
    /// - Parameters:
    ///   - sender: the reverse path; empty for the null one.
    ///   - message: the original.
    ///   - canReply: whether whoever hands the message over takes a refusal of this recipient alone.
    package func route(sender: String, message: Message, canReply: Bool) -> RefusalRoute {
        if canReply {
            if let lines = protocolLines { return .protocolReply(lines) }
            if isExtended { return .protocolReply(["The recipient's mail filter refuses this message"]) }
        }
        if sender.isEmpty { return .silence(.nullSender) }
        if message.isAutoSubmitted { return .silence(.autoSubmitted) }
        return isExtended ? .deliveryReport : .dispositionNotification
    }

    /// The reason in lines that a reply can have; nil where the text cannot go there as it is.
    private var protocolLines: [String]? {
        let text = [UInt8](reason.utf8)
        guard text.allSatisfy({ $0 &- 0x20 < 95 || $0 == 0x0D || $0 == 0x0A || $0 == 0x09 }) else {
            return nil
        }
        var lines: [String] = []
        for line in text.split(separator: 0x0A, omittingEmptySubsequences: false) {
            var rest = line.map { $0 == 0x09 ? 0x20 : $0 }.filter { $0 != 0x0D }[...]
            repeat {
                // RFC 5429 §2.5: line ends may be put in, best where there is a space.
                var end = rest.endIndex
                if rest.count > Self.lineLimit {
                    end = rest.startIndex + Self.lineLimit
                    if let space = rest[..<end].lastIndex(of: 0x20), space > rest.startIndex {
                        end = space + 1
                    }
                }
                lines.append([UInt8](rest[..<end]).text)
                rest = rest[end...]
                guard lines.count <= Self.replyLimit + 1 else { return nil }
            } while !rest.isEmpty
        }
        while let last = lines.last, last.allSatisfy({ $0 == " " }) { lines.removeLast() }
        return lines.isEmpty || lines.count > Self.replyLimit ? nil : lines
    }
}
