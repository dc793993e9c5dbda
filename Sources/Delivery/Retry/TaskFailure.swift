import DeliveryStatus
import MailTransport
import Spool

/// Why something of an entry was not done, as the journal keeps it and reports tell it.
struct TaskFailure: Error, Equatable {
    /// In a sentence; it goes to the log, and to the sender.
    let reason: String
    let status: EnhancedStatus
    let cause: DelayCause
    /// Where it was going; nil for what stays here.
    var domain: String?
    /// Who was asked, and what that said (RFC 3464 §2.3.5, §2.3.6).
    var peer: String?
    var reply: String?

    init(_ reason: String, _ status: EnhancedStatus, _ cause: DelayCause) {
        self.reason = reason
        self.status = status
        self.cause = cause
    }

    /// - Parameter what: what was being done: `forward to a@example.org`.
    init(_ failure: TransportFailure, of what: String, to domain: String?, isPermanent: Bool) {
        let status = EnhancedStatus(failure.status) ?? (isPermanent ? .refused : .systemTrouble)
        self.init(
            "\(what): \(failure.text)", isPermanent ? status.asPermanent : status.asTransient,
            DelayCause(failure.cause))
        self.domain = domain
        peer = failure.peer
        reply = failure.reply
    }
}

extension TaskFailure {
    /// As fields of a record.
    var fields: SpoolFields {
        var fields: SpoolFields = ["reason": reason, "status": "\(status)", "cause": cause.rawValue]
        for (name, value) in [("domain", domain), ("peer", peer), ("reply", reply)] {
            if let value { fields.append(name, value) }
        }
        return fields
    }

    init(_ fields: SpoolFields) {
        self.init(
            fields.first("reason") ?? "", fields.first("status").flatMap { EnhancedStatus($0) } ?? .refused,
            fields.first("cause").flatMap { DelayCause(rawValue: $0) } ?? .system)
        domain = fields.first("domain")
        peer = fields.first("peer")
        reply = fields.first("reply")
    }
}
