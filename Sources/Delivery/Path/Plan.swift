package import MailMessage
package import Maildir

/// What is to become of a message: an ordered list of actions, each with the rule that asked for it.
package struct Plan: Equatable, Sendable {
    package var actions: [PlannedAction]
    /// What the rules could not do as they said, in words for the log.
    package var warnings: [String]
    /// What the owner of a broken script is to be told; nil if every script is sound.
    package var notice: ScriptNotice?

    package init(actions: [PlannedAction], warnings: [String] = [], notice: ScriptNotice? = nil) {
        self.actions = actions
        self.warnings = warnings
        self.notice = notice
    }

    /// The same with more to warn of.
    func warning(of more: [String]) -> Plan {
        Plan(actions: actions, warnings: more + warnings, notice: notice)
    }
}

/// One thing to do with a message.
package struct PlannedAction: Equatable, Sendable {
    package enum Kind: Equatable, Sendable {
        /// Store a copy. Flags and keywords are IMAP's names.
        case store(mailbox: MailboxName, flags: [String], creating: Bool)
        /// Send it on to an address, with the reverse path it came with.
        case forward(to: MailAddress)
        /// Nothing; the message is not wanted.
        case discard
    }

    /// The rule that asked for an action.
    package struct Origin: Equatable, Sendable {
        /// What the script is called in logs; nil for what no script asked for.
        package let script: String?
        package let line: Int?

        package init(script: String?, line: Int?) {
            self.script = script
            self.line = line
        }

        package static var none: Origin { Origin(script: nil, line: nil) }
    }

    package let kind: Kind
    package let origin: Origin

    package init(_ kind: Kind, origin: Origin = .none) {
        self.kind = kind
        self.origin = origin
    }
}

/// A script that does not work, and why.
package struct ScriptNotice: Equatable, Sendable {
    /// The script's name.
    package let script: String
    /// The diagnostics, as lines of text.
    package let text: String
    /// A digest of what is wrong: the owner is told once for each.
    package let digest: String

    package init(script: String, text: String, digest: String) {
        self.script = script
        self.text = text
        self.digest = digest
    }
}
