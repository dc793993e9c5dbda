package import DeliveryStatus
import MailLog
import Platform
package import Spool

/// How a delivery ended. Assumed to have failed until the last step says otherwise.
package struct Outcome: Equatable, Sendable {
    /// What became of one planned action.
    package struct ActionResult: Equatable, Sendable {
        package enum Result: Equatable, Sendable {
            /// A copy is on disk under this name.
            case stored(file: String)
            /// In the spool, to be done later.
            case spooled(reason: String)
            case discarded
        }

        package let action: PlannedAction
        package let result: Result
    }

    package var verdict: DeliveryVerdict
    package var status: EnhancedStatus
    /// One line for the message transfer agent and the log.
    package var text: String
    package var results: [ActionResult] = []
    package var warnings: [String] = []
    /// The spool entries that hold what is left to do.
    package var spoolEntries: [EntryReference] = []

    package init(_ verdict: DeliveryVerdict, _ status: EnhancedStatus, _ text: String) {
        self.verdict = verdict
        self.status = status
        self.text = text
    }

    /// Nobody's verdict on the message: it is to be tried again.
    package static func tryAgain(_ text: String, status: EnhancedStatus = .systemTrouble) -> Outcome {
        Outcome(.tryAgain, status, text)
    }

    /// The entries that hold nothing but what leaves the machine: they are worth an attempt at once.
    var entriesToAttempt: [EntryReference] {
        spoolEntries.filter { ($0.due?.seconds ?? .max) <= WallTime.now().seconds }
    }

    /// What the log calls it.
    var recordOutcome: DeliveryRecord.Outcome {
        switch verdict {
        case .accepted where !spoolEntries.isEmpty: .spooled
        case .accepted where !results.isEmpty && results.allSatisfy({ $0.result == .discarded }): .discarded
        case .accepted: .delivered
        case .tryAgain: .deferred
        case .unknownUser, .malformed, .refused: .rejected
        }
    }
}
