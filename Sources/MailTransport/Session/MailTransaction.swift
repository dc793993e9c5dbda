/// One mail on its way through a session: what was said of it, and what is known of each recipient.
///
/// Invariant: a recipient's fate, once decided, stays.
struct MailTransaction: Sendable {
    /// Something that the peer owes a reply to.
    enum Command: Equatable, Sendable {
        case mail
        case recipient(Int)
        case data
        /// BDAT without LAST.
        case chunk
        /// The end of the message, for this recipient (LMTP) or for all.
        case end(recipient: Int?)
        /// A dot after a 354 that comes though there is nobody to get the message (RFC 2920 §3.1).
        case nothing
    }

    let mail: OutgoingMail
    private(set) var fates: [TransportResult?]
    /// Whether something that concerns this message is known.
    private(set) var isAnswered = false
    /// Commands that were said, and have no reply yet, in order.
    var awaited: [Command] = []
    /// Commands that were not said yet, in order.
    var unsaid: [Command] = []
    /// Whether MAIL was refused.
    var isRefused = false
    /// Whom the peer will take the message for, in order.
    private(set) var accepted: [Int] = []
    var commands: EnvelopeCommands?
    var sender: EnvelopePath?
    var paths: [EnvelopePath?]
    var survey: MessageSurvey?
    var transfer: MessageTransfer?

    init(_ mail: OutgoingMail) {
        self.mail = mail
        fates = Array(repeating: nil, count: mail.recipients.count)
        paths = Array(repeating: nil, count: mail.recipients.count)
    }

    /// Whether the peer takes everything we say for a part of the message.
    var isTransferring: Bool { transfer?.isWithinMessage == true }

    var undecided: [Int] { fates.indices.filter { fates[$0] == nil } }

    mutating func accept(_ recipient: Int) { accepted.append(recipient) }

    mutating func decide(_ recipient: Int, _ result: TransportResult) {
        isAnswered = true
        if fates[recipient] == nil { fates[recipient] = result }
    }

    mutating func decideAll(_ result: TransportResult) {
        for recipient in undecided { decide(recipient, result) }
    }

    /// The whole message was handed out: from now on the peer may have it.
    mutating func handOver() { isAnswered = true }

    func outcome(undecided result: TransportResult) -> MailOutcome {
        MailOutcome(results: fates.map { $0 ?? result }, isAnswered: isAnswered)
    }

    /// What is waited for, for a reason.
    var step: String {
        switch awaited.first {
        case .mail: "after MAIL"
        case .recipient: "after RCPT"
        case .data: "after DATA"
        case .chunk: "after a part of the message"
        case .end, .nothing: "after the end of the message"
        case nil: "while sending the message"
        }
    }
}
