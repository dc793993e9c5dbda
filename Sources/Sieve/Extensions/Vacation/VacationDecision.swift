package import MailMessage

/// Whether a message is answered, and with what (RFC 5230 §4, RFC 3834 §2).
///
/// Pure: what was answered before is for the caller to know, with ``VacationReply/key``.
package enum VacationDecision: Sendable, Equatable {
    case reply(VacationReply)
    case suppressed(VacationSuppression)

    package init(_ request: VacationRequest, _ context: ResponseContext, _ settings: VacationSettings) {
        do {
            let judgement = VacationJudgement(request: request, context: context, settings: settings)
            let (sender, answering) = try judgement.outcome()
            self = .reply(
                VacationReply(
                    message: request.composed(to: sender, from: answering, context, settings),
                    key: VacationReply.key(sender: sender, handle: request.handle), seconds: request.seconds,
                    copy: request.copy))
        } catch {
            self = .suppressed(error)
        }
    }
}

/// An answer that may be sent, unless the same sender has had it.
package struct VacationReply: Sendable, Equatable {
    /// To one recipient.
    package let message: OutgoingMessage
    /// What is remembered once the answer has been sent: the sender and what the answer says (RFC 5230 §4.2). It may be
    /// long, and holds any octets.
    package let key: [UInt8]
    /// For how long it is remembered; 0 for not at all.
    package let seconds: Int
    /// Where a copy of the answer goes (RFC 8580).
    package let copy: MailboxTarget?

    /// The handle with its length, and the sender in lower case: no two pairs make the same key.
    static func key(sender: MailAddress, handle: [UInt8]) -> [UInt8] {
        [UInt8]("vacation:\(handle.count):".utf8) + handle + [UInt8](sender.text.utf8).lowercasedASCII
    }
}

/// Why a message is not answered.
package enum VacationSuppression: Error, Sendable, Equatable {
    /// There is no recipient that an answer could come from.
    case noRecipient
    /// RFC 5230 §4.6: the null reverse path.
    case nullSender
    /// The reverse path is no address.
    case invalidSender(String)
    /// It is the user's own.
    case ownAddress(MailAddress)
    /// This field, which lists add, is there (RFC 2369, RFC 2919).
    case listMessage(field: String)
    /// RFC 3834 §5.
    case autoSubmitted
    /// `Precedence` has this value.
    case precedence(String)
    /// `X-Auto-Response-Suppress` has this value.
    case unwanted(String)
    /// A program has that address (RFC 5230 §4.6).
    case systemAddress(MailAddress)
    /// No field names an address that is known to be the user's (RFC 5230 §4.5).
    case notAddressed
}

extension VacationSuppression: CustomStringConvertible {
    package var description: String {
        switch self {
        case .noRecipient: "the recipient of the envelope is no address"
        case .nullSender: "the message has the null sender"
        case .invalidSender(let sender): "the sender \(sender.onOneLine) is no address"
        case .ownAddress(let address): "the sender <\(address.text)> is the user"
        case .listMessage(let field): "the message is from a mailing list: it has \(field)"
        case .autoSubmitted: "the message was sent by a program: see its Auto-Submitted"
        case .precedence(let value): "the message has Precedence: \(value)"
        case .unwanted(let value): "the message asks for no answer: X-Auto-Response-Suppress: \(value)"
        case .systemAddress(let address): "<\(address.text)> is the address of a program"
        case .notAddressed: "no To, Cc or Bcc field names an address of the user; see :addresses"
        }
    }
}
