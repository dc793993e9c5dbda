package import MailLog
package import Sieve

/// Why a message went where it went: the scripts that ran on it, with what each test looked at and found, what they
/// asked for, what came of that, and what was left undone and why.
package struct Explanation: Sendable {
    /// What a person knows the message by.
    package struct MessageFacts: Sendable {
        package var from = ""
        package var to = ""
        package var subject = ""
        package var date = ""
        package var messageID = ""
        /// Octets.
        package var size = 0
        package var envelopeSender = ""
        package var envelopeRecipient = ""
        package var user = ""

        package init() {}
    }

    /// What is done with the message in the end.
    package struct Outcome: Sendable {
        /// `store`, `forward` and so on.
        package let kind: String
        /// In words, such as `stored in Lists`.
        package let text: String
        /// A mailbox or an address; empty where there is none.
        package let target: String
        package let flags: [String]
        /// The script that asked for it, and the line; nil where none did.
        package let script: String?
        package let line: Int?

        package init(
            kind: String, text: String, target: String = "", flags: [String] = [], script: String? = nil,
            line: Int? = nil
        ) {
            self.kind = kind
            self.text = text
            self.target = target
            self.flags = flags
            self.script = script
            self.line = line
        }
    }

    /// Whether the message is kept though no command says so, and why, or why not.
    package struct ImplicitKeep: Sendable {
        package let isInEffect: Bool
        /// The actions that cancelled it, by their places in ``Explanation/actions``.
        package let cancelledBy: [Int]
        package let reason: String
    }

    /// What is to become of the message because of its checks, whatever rules say.
    package struct Decision: Sendable {
        /// `quarantine`, `hold`, `reject`, `discard` or `defer`; `proceed` where rules run.
        package let word: String
        package let reason: String

        package init(word: String, reason: String) {
            self.word = word
            self.reason = reason
        }
    }

    package var message = MessageFacts()
    /// What the checks said, before any script ran.
    package var checks: [DeliveryRecord.Check] = []
    /// Nil if no check was asked.
    package var decision: Decision?
    /// In the order in which they run; those that others include stand with the command that includes them.
    package internal(set) var scripts: [ExplainedScript] = []
    /// All that scripts asked for, in the order of their asking.
    package internal(set) var actions: [ExplainedAction] = []
    package internal(set) var implicitKeep = ImplicitKeep(
        isInEffect: true, cancelledBy: [], reason: "no script ran")
    package var outcomes: [Outcome] = []
    /// What was asked for and not done, and why.
    package var notDone: [String] = []
    package var warnings: [String] = []
    /// Why a script was stopped, and where, if one was.
    package internal(set) var failure: RuntimeFailure?
    /// Whether more happened than a trace holds.
    package internal(set) var isCut = false
    /// What is to be said before all else, such as that the scripts are newer than the delivery.
    package var remarks: [String] = []
    /// What the log says of the delivery, as names and values.
    package var logged: [(name: String, value: String)] = []

    package init() {}
}

extension DeliveryRecord.Check {
    /// In words: `found Eicar-Signature, quarantine`.
    package var sentence: String {
        let detail = detail.isEmpty ? "" : ": \(detail)"
        return "\(result)\(detail)\(policy.isEmpty ? "" : " (policy: \(policy))")"
    }
}

/// One script, as it ran or did not run.
package struct ExplainedScript: Sendable {
    package let name: String
    /// The file; nil where it is not known.
    package let path: String?
    package let source: [UInt8]
    /// Why it did not run; nil if it ran.
    package internal(set) var notRun: String?
    package internal(set) var commands: [ExplainedCommand] = []
    package internal(set) var diagnostics: [Diagnostic] = []
}

/// A command, with what came of it.
package struct ExplainedCommand: Sendable {
    package enum State: Sendable, Equatable {
        case executed
        /// Only the compiler looks at it.
        case declaration
        /// Why it was not executed.
        case skipped(String)
    }

    package let name: String
    package let place: Place
    /// As the script has it, without tests and block, on one line.
    package let text: String
    /// What the comment above says, if there is one.
    package let label: String?
    package internal(set) var state = State.executed
    package internal(set) var tests: [ExplainedTest] = []
    /// Nil where there are no braces.
    package internal(set) var block: [ExplainedCommand]?
    /// What it asked for, by places in ``Explanation/actions``.
    package internal(set) var actions: [Int] = []
    /// The values that it gave its variable, the last ones.
    package internal(set) var values: [TracedText] = []
    package internal(set) var notes: [String] = []
    package internal(set) var failure: String?
    /// The script that it included, once for each time.
    package internal(set) var included: [ExplainedScript] = []
}

/// Where something stands in a script.
package struct Place: Sendable, Hashable {
    /// Counted from 1.
    package let line: Int
    /// Counted from 1 in characters.
    package let column: Int

    package init(line: Int, column: Int) {
        self.line = line
        self.column = column
    }
}

extension Place: CustomStringConvertible {
    package var description: String { "\(line):\(column)" }
}

/// A test, with what came of it.
package struct ExplainedTest: Sendable {
    package enum State: Sendable {
        /// Each evaluation; more than one in loops.
        case evaluated([TestTrace])
        /// Why it was not.
        case skipped(String)
    }

    package let name: String
    package let place: Place
    /// As the script has it, without the tests within, on one line.
    package let text: String
    package internal(set) var state: State
    package internal(set) var tests: [ExplainedTest] = []
    /// What its author may have meant.
    package internal(set) var hints: [String] = []

    /// What came of it last; nil if it was not evaluated.
    package var outcome: Bool? {
        if case .evaluated(let traces) = state { traces.last?.outcome } else { nil }
    }
}

/// Something that a script asked for, and what became of it.
package struct ExplainedAction: Sendable {
    package enum Fate: Sendable, Equatable {
        case inEffect
        /// Another action stands for both.
        case merged(script: String, line: Int)
        /// Why it is not done.
        case dropped(String)
    }

    /// As the language calls it.
    package let name: String
    /// With what it asks for, such as `fileinto "Lists"`.
    package let text: String
    package let script: String
    package let place: Place
    /// What the comment above its rule says.
    package let label: String?
    package let cancelsImplicitKeep: Bool
    package internal(set) var fate: Fate
    /// What was not done of it, or not as it says, and why.
    package internal(set) var remarks: [String] = []
    package internal(set) var hints: [String] = []
}
