/// The commands of one mail's envelope, with the parameters that the server offers to understand.
///
/// Invariant: no command has a CR or an LF but its line end, since all parts of it are encoded or were looked at.
struct EnvelopeCommands: Sendable {
    private let mail: OutgoingMail
    private let survey: MessageSurvey
    private let offered: Capabilities
    private let isInternational: Bool

    /// - Parameter isInternational: whether the sender or a recipient that is said needs SMTPUTF8.
    init(_ mail: OutgoingMail, _ survey: MessageSurvey, _ offered: Capabilities, isInternational: Bool) {
        self.mail = mail
        self.survey = survey
        self.offered = offered
        self.isInternational = isInternational
    }

    /// MAIL, with its line end.
    ///
    /// - Parameter path: the sender's; nil for the null reverse path.
    func mailFrom(_ path: EnvelopePath?) -> [UInt8] {
        var line = Array("MAIL FROM:<\(path?.text ?? "")>".utf8)
        if offered.size { line += Array(" SIZE=\(survey.count)".utf8) }
        // Where 8BITMIME is not offered the octets go out all the same, as with Exim and qmail: an encoding of our own
        // would break signatures, and what has eight bits gets through nearly everywhere.
        if offered.eightBit, survey.hasEightBit { line += Array(" BODY=8BITMIME".utf8) }
        if offered.internationalized, isInternational { line += Array(" SMTPUTF8".utf8) }
        if offered.notifications {
            if let returning = mail.returning?.uppercased(), returning == "FULL" || returning == "HDRS" {
                line += Array(" RET=\(returning)".utf8)
            }
            // RFC 3461 §4.4: at most 100 characters.
            if let envelopeID = mail.envelopeID.map(Xtext.encode), 1...100 ~= envelopeID.count {
                line += Array(" ENVID=".utf8) + envelopeID
            }
        }
        if offered.deliverBy, let time = mail.deliverBy, Self.isDeliverBy(time) {
            line += Array(" BY=\(time)".utf8)
        }
        return line + Self.lineEnd
    }

    /// RCPT, with its line end.
    func recipientTo(_ path: EnvelopePath, _ recipient: OutgoingMail.Recipient) -> [UInt8] {
        var line = Array("RCPT TO:<\(path.text)>".utf8)
        if offered.notifications {
            if let notify = recipient.notify.flatMap(Self.notify) { line += Array(" NOTIFY=\(notify)".utf8) }
            // RFC 3461 §4.2: at most 500 characters.
            if let original = recipient.original.map(Xtext.address), 8...500 ~= original.count {
                line += Array(" ORCPT=".utf8) + original
            }
        }
        return line + Self.lineEnd
    }

    /// RFC 3461 §4.1: `NEVER`, or some of the others. Nil for anything else.
    private static func notify(_ text: String) -> String? {
        let text = text.uppercased()
        guard text != "NEVER" else { return text }
        let words = text.split(separator: ",", omittingEmptySubsequences: false)
        let known = words.allSatisfy { $0 == "SUCCESS" || $0 == "FAILURE" || $0 == "DELAY" }
        return known && words.count <= 3 && !words.isEmpty ? text : nil
    }

    /// RFC 2852 §4: `120;R`, `-5;NT`
    private static func isDeliverBy(_ text: String) -> Bool {
        let parts = text.split(separator: ";", omittingEmptySubsequences: false)
        guard parts.count == 2, let digits = parts.first.map({ $0.hasPrefix("-") ? $0.dropFirst() : $0 })
        else {
            return false
        }
        return 1...9 ~= digits.utf8.count && digits.utf8.allSatisfy { 0x30...0x39 ~= $0 }
            && ["N", "R", "NT", "RT"].contains(parts[1].uppercased())
    }

    private static let lineEnd: [UInt8] = [13, 10]
}
