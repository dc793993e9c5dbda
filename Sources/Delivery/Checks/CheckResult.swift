package import Settings

/// What one check said of a message, and what follows from it.
package struct CheckResult: Equatable, Sendable {
    /// The checks, in the order in which they are asked.
    package enum Check: String, Equatable, Sendable, CaseIterable {
        case clamd, icap, attachments, upstream, spamd, rspamd
    }

    package enum Outcome: String, Equatable, Sendable, CaseIterable {
        /// It was looked at, and nothing was found.
        case passed
        case found
        /// Nothing is known: neither that something is there, nor that nothing is.
        case unanswered
        /// It was not asked.
        case skipped
    }

    package let check: Check
    package let outcome: Outcome
    /// In words for a log: what was found, why there is no answer. Printable ASCII; may be empty.
    package let detail: String
    /// What the settings say to that; nil where nothing needs a policy.
    package var policy: CheckPolicy?
    /// How long it took.
    package var milliseconds: Int

    package init(
        _ check: Check, _ outcome: Outcome, _ detail: String = "", policy: CheckPolicy? = nil,
        milliseconds: Int = 0
    ) {
        self.check = check
        self.outcome = outcome
        self.detail = detail
        self.policy = policy
        self.milliseconds = milliseconds
    }
}

/// What becomes of a message for which a check has found something, or has no answer.
package enum CheckPolicy: String, Equatable, Sendable, CaseIterable {
    case reject, quarantine, discard, `defer`, tag, keep

    package init(_ finding: Configuration.Checks.Finding) {
        self =
            switch finding {
            case .reject: .reject
            case .quarantine: .quarantine
            case .tag: .tag
            case .discard: .discard
            case .keep: .keep
            }
    }

    package init(_ failure: Configuration.Checks.Failure) {
        self =
            switch failure {
            case .defer: .defer
            case .keep: .keep
            case .tag: .tag
            }
    }

    /// Whether the message is delivered by its rules.
    var proceeds: Bool { self == .tag || self == .keep }
    /// Whether header fields say what was found.
    var writesFields: Bool { self == .tag || self == .quarantine }
}
