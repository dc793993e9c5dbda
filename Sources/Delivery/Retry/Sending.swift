import MailMessage
import MailTransport
import Maildir
import Settings

/// Something of an entry that leaves: for whom, from whom, and which way.
struct Sending {
    let item: Progress.Item
    /// For logs: `forward to a@example.org`.
    let what: String
    /// The kind and the target in the log's record.
    let kind: String
    let target: String
    let sender: String
    let recipient: OutgoingMail.Recipient
    let returning: String?
    let envelopeID: String?
    let deliverBy: String?
    let routes: [Route]
    /// Whether it is a message of somebody's, which gets our trace field on top; else it is one of ours.
    let isForwarded: Bool

    /// How many recipients one transaction has at the most: RFC 5321 §4.5.3.1.8 promises 100.
    private static var maximumRecipients: Int { 100 }

    /// What can go together, in one transaction each, in the order of the first ones.
    static func transactions(_ sendings: [Sending]) -> [[Sending]] {
        var groups: [[Sending]] = []
        for sending in sendings {
            let index = groups.firstIndex { group in
                group.count < maximumRecipients && (group.first?.goesTogether(with: sending) ?? false)
            }
            if let index { groups[index].append(sending) } else { groups.append([sending]) }
        }
        return groups
    }

    /// Whether both can be recipients of one transaction. A program tells one fate for all: it gets one at a time.
    private func goesTogether(with other: Sending) -> Bool {
        sender == other.sender && returning == other.returning && envelopeID == other.envelopeID
            && deliverBy == other.deliverBy && routes == other.routes && isForwarded == other.isForwarded
            && !routes.contains(where: \.isLocalProgram)
            && recipient.address != other.recipient.address
    }
}
