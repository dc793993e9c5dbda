import Delivery
import Diagnosis
import MailLog
import MailMessage
import Maildir
import Platform
import Sieve

extension Explanation {
    /// Why the rehearsed delivery comes out as it does.
    ///
    /// - Parameter separator: between the levels of a mailbox name.
    init(_ delivery: RehearsedDelivery, user: String, separator: UInt8) {
        self.init(
            delivery.scripts.map(ScriptText.init), result: delivery.result, separator: separator,
            library: { name in delivery.included(name).map(ScriptText.init) })
        message = MessageFacts(delivery.message)
        message.envelopeSender = delivery.envelope.senderText
        message.envelopeRecipient = delivery.envelope.recipient.text
        message.user = user
        outcomes = delivery.plan.actions.map(Outcome.init)
        if let verdicts = delivery.plan.verdicts {
            checks = verdicts.results.map(DeliveryRecord.Check.init)
            decision = Decision(word: verdicts.decision.word, reason: verdicts.decision.reason)
        }
        add(notDone: delivery.plan.refusals, warnings: delivery.plan.warnings)
    }

    /// Adds what the log says of the delivery, and whether the scripts have changed since.
    mutating func add(_ record: LoggedDelivery, others: [LoggedDelivery]) {
        logged = record.shown
        for script in scripts {
            guard let path = script.path, let status = try? FileStatus.of(path),
                record.isOlder(than: WallTime(seconds: status.modified))
            else { continue }
            remarks.append(
                "the script \(script.name) is newer than the delivery: what is shown is what it would do now")
        }
        if !others.isEmpty {
            let ids = others.compactMap { $0["id"] }.joined(separator: ", ")
            remarks.append("the log has other records of it: \(ids)")
        }
    }
}

extension ScriptText {
    fileprivate init(_ script: RehearsedDelivery.Script) {
        self.init(
            name: script.name, path: script.path, source: script.source, listing: script.listing,
            diagnostics: script.diagnostics)
    }
}

extension Explanation.MessageFacts {
    fileprivate init(_ message: Message) {
        self.init()
        func text(_ name: String) -> String {
            message.firstField(named: name).map { String(decoding: message.decodedBody($0), as: UTF8.self) }
                ?? ""
        }
        from = text("from")
        to = text("to")
        subject = text("subject")
        date = text("date")
        messageID = text("message-id")
        size = message.bytes.count
    }
}

extension Explanation.Outcome {
    fileprivate init(_ action: PlannedAction) {
        var flags: [String] = []
        var text: String
        switch action.kind {
        case .store(let mailbox, let asked, let creating):
            flags = asked
            text = "stored in \(mailbox.text)"
            if !asked.isEmpty { text += " with \(asked.joined(separator: " "))" }
            if creating, !mailbox.isInbox { text += ", which is made if it is missing" }
        case .forward(let forwarding): text = "sent on to \(forwarding.recipient.text)"
        case .send(let dispatch): text = "a \(dispatch.purpose.rawValue) sent to \(dispatch.recipient.text)"
        case .pipe(let request): text = "given to the program \(request.program.name)"
        case .refuse(let reason): text = "refused: \(reason)"
        case .discard: text = "thrown away"
        }
        self.init(
            kind: action.kind.word, text: text, target: action.kind.target, flags: flags,
            script: action.origin.script, line: action.origin.line)
    }
}
