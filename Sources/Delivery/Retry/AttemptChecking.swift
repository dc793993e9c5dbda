import ContentChecks
import DeliveryStatus
import MailMessage
import Platform
import Settings
import Sieve
import Spool

/// A message of the spool whose checks have been asked.
struct CheckedMessage {
    /// With a header that says what was found.
    let message: Message
    /// Nil if nothing is to be asked.
    var verdicts: Verdicts?
    /// What is stored and sent in place of the entry's message; nil for that.
    var content: MessageContent?
    /// Line ends without CR that the header has more than before.
    var moreBareLineEnds = 0
}

/// Asking the checks about a message for which that could not be done when it came.
extension Attempt {
    /// For how long an answer is waited for, in seconds: four fifths of an entry's life. After that a message is
    /// delivered without one, and its header says so: no mail is returned for a scanner, and what else keeps it from
    /// being stored then has a while to pass.
    private var patience: Int {
        let life = configuration.retry.expire
        return life - life / 5
    }

    /// - Parameter age: of the entry, in seconds.
    /// - Throws: why the message has to wait.
    mutating func check(
        age: Int, of entry: borrowing OpenedEntry, in spool: borrowing SpoolDirectory
    ) throws(TaskFailure) -> CheckedMessage {
        guard let checks else { return CheckedMessage(message: message) }
        var circumstances = Checks.Circumstances()
        circumstances.isPatient = age < patience
        circumstances.isReleased = entry.wasQuarantined
        let verdicts = checks.ask(
            message, ScannedMessage(message.bytes),
            ScannedEnvelope(envelope, user: destination.userName), circumstances)
        self.verdicts = verdicts
        if case .defer(let reason) = verdicts.decision {
            throw TaskFailure(reason, .systemTrouble, .scanner)
        }
        guard let header = verdicts.marks.applied(to: message) else {
            return CheckedMessage(message: message, verdicts: verdicts)
        }
        do {
            let memory = max(configuration.delivery.memory, 1024)
            let marked = try header.message(replacing: message, memory: memory) { () throws(SpoolError) in
                try spool.scratchFile()
            }
            return CheckedMessage(
                message: marked, verdicts: verdicts, content: MessageContent(whole: marked),
                moreBareLineEnds: header.addedBareLineEnds(since: message))
        } catch {
            throw TaskFailure("header: \(error)", .systemTrouble, .system)
        }
    }
}

extension Plan {
    /// Has what was to be done with the message done with this content.
    mutating func use(_ content: MessageContent) {
        for (index, action) in actions.enumerated() where action.content == nil {
            switch action.kind {
            case .store, .forward, .pipe:
                actions[index] = PlannedAction(action.kind, origin: action.origin, content: content)
            case .send, .refuse, .discard: break
            }
        }
    }
}

extension OpenedEntry {
    /// Whether checks have put the message on hold once, so that somebody must have released it.
    var wasQuarantined: Bool {
        envelope.fields.first(Self.quarantined) != nil || journal.contains { $0.kind == Self.quarantined }
    }

    /// A field of an entry that was on hold from its beginning, and the record of one that was put there later.
    static var quarantined: String { "quarantined" }
}

extension SpoolDirectory {
    /// Puts an entry on hold for what checks have found. The record comes last: without it, who releases the entry
    /// has it checked once more.
    func quarantine(_ entry: consuming OpenedEntry, reason: String) throws(SpoolError) {
        let held = try entry.hold()
        guard var again = try open(held) else { return }
        try again.append(
            JournalRecord(
                time: .now(), action: nil, kind: OpenedEntry.quarantined, fields: ["reason": reason]))
    }
}
