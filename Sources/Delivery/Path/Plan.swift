package import MailMessage
package import Maildir
package import Sieve

/// What is to become of a message: an ordered list of actions, each with the rule that asked for it.
package struct Plan: Equatable, Sendable {
    package var actions: [PlannedAction]
    /// What the rules could not do as they said, in words for the log.
    package var warnings: [String]
    /// What the owner of a broken script is to be told; nil if every script is sound.
    package var notice: ScriptNotice?
    /// What is to be remembered of this message once all of it is on disk.
    package var memories: [Memory] = []
    /// Whether the message would have gone in circles, and is kept instead of being sent on.
    package var breaksCircle = false
    /// What rules asked for and did not get, and why; for those who ask.
    package var refusals: [String] = []
    /// What the checks said; nil if none was asked.
    package var verdicts: Verdicts?

    package init(actions: [PlannedAction], warnings: [String] = [], notice: ScriptNotice? = nil) {
        self.actions = actions
        self.warnings = warnings
        self.notice = notice
    }

    /// The same with more to warn of.
    func warning(of more: [String]) -> Plan {
        var plan = self
        plan.warnings = more + warnings
        return plan
    }
}

extension Plan {
    /// What is stored first of all: the message as it came in if that is stored at all, else as the first action that
    /// stores has it.
    var storedContent: MessageContent? {
        var first: MessageContent?
        for action in actions {
            guard case .store = action.kind else { continue }
            guard let content = action.content else { return nil }
            if first == nil { first = content }
        }
        return first
    }

    /// Why the message is refused; nil if it is not.
    var refusal: String? {
        for action in actions {
            if case .refuse(let reason) = action.kind { return reason }
        }
        return nil
    }
}

/// Something to remember across deliveries, under a key and until a time.
package struct Memory: Equatable, Sendable {
    package enum Kind: Equatable, Sendable {
        /// An answer went to this sender (RFC 5230 §4.2).
        case vacation
        /// The message was seen (RFC 7352).
        case duplicate
        /// The message was sent on to this address.
        case redirect
        /// Something was sent of our own accord to this address.
        case reply
    }

    package let kind: Kind
    package let key: [UInt8]
    /// For how long, in seconds from the delivery.
    package let seconds: Int

    package init(_ kind: Kind, key: [UInt8], seconds: Int) {
        self.kind = kind
        self.key = key
        self.seconds = seconds
    }
}

/// One thing to do with a message.
package struct PlannedAction: Equatable, Sendable {
    package enum Kind: Equatable, Sendable {
        /// Store a copy. Flags and keywords are IMAP's names.
        case store(mailbox: MailboxName, flags: [String], creating: Bool)
        /// Send it on to an address.
        case forward(Forwarding)
        /// Send a message that was written here: an answer, a notice, a report.
        case send(Dispatch)
        /// Give the message to a program of the site.
        case pipe(PipeRequest)
        /// Say that the message is refused, and why.
        case refuse(reason: String)
        /// Nothing; the message is not wanted.
        case discard
    }

    /// Where a message is sent on to, and what is asked of the way there.
    package struct Forwarding: Equatable, Sendable {
        package let recipient: MailAddress
        /// The reverse path, empty for the null one; nil for that with which the message came.
        package var sender: String?
        /// NOTIFY and RET (RFC 3461 §4.1, §4.3).
        package var notify: String?
        package var returns: String?
        /// BY (RFC 2852 §4).
        package var deliverBy: String?

        package init(to recipient: MailAddress, sender: String? = nil) {
            self.recipient = recipient
            self.sender = sender
        }
    }

    /// What is sent of our own accord. Nobody is told if it cannot be delivered.
    package struct Dispatch: Equatable, Sendable {
        /// What it is for: a word for logs.
        package enum Purpose: String, Equatable, Sendable {
            case reply, notice, report, rejection
            /// What a sender is told of a message: that it failed, is late, or was handed on.
            case bounce, delay, success
            /// What the person in charge is told: that a report reaches nobody.
            case postmaster
        }

        package let purpose: Purpose
        /// Empty for the null reverse path.
        package let sender: String
        package let recipient: MailAddress

        package init(_ purpose: Purpose, sender: String, recipient: MailAddress) {
            self.purpose = purpose
            self.sender = sender
            self.recipient = recipient
        }
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
    /// What is stored or sent; nil for the message as it came in.
    package let content: MessageContent?

    package init(_ kind: Kind, origin: Origin = .none, content: MessageContent? = nil) {
        self.kind = kind
        self.origin = origin
        self.content = content
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
