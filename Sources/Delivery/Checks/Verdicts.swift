package import ContentChecks
package import Maildir

/// What the checks of a message came to: handed on from them to its rules.
package struct Verdicts: Equatable, Sendable {
    /// What is to become of the message, as far as checks have a say in it. The reasons are for logs, and for senders.
    package enum Decision: Equatable, Sendable {
        /// Its rules run.
        case proceed
        /// Stored in a mailbox of its own; no rule runs.
        case quarantine(MailboxName, reason: String)
        /// Kept in the spool until a person releases it.
        case hold(reason: String)
        case reject(reason: String)
        case discard(reason: String)
        /// Asked again later.
        case `defer`(reason: String)
    }

    /// What all virus scanners together say.
    package enum Virus: Equatable, Sendable {
        /// None was asked.
        case untested
        case clean
        /// One of those that were asked has no answer, and none has found anything.
        case unknown
        /// The first that was found.
        case found(name: String)
    }

    /// In the order in which the checks were asked.
    package internal(set) var results: [CheckResult] = []
    package internal(set) var decision = Decision.proceed
    package internal(set) var virus = Virus.untested
    /// Of the spam scanner that is surest; nil if none has an answer.
    package internal(set) var spam: SpamAnswer?
    /// Words for what attachments are: `forbidden`, and those of ``AttachmentFinding``; nil if nobody has looked.
    package internal(set) var attachments: [String]?
    /// What the message's header is to say of all that.
    var marks = HeaderMarks()

    package init() {}
}

extension Verdicts.Decision {
    /// One word for listings.
    package var word: String {
        switch self {
        case .proceed: "proceed"
        case .quarantine: "quarantine"
        case .hold: "hold"
        case .reject: "reject"
        case .discard: "discard"
        case .defer: "defer"
        }
    }

    /// What is done with the message, in one word for the log.
    var participle: String {
        switch self {
        case .proceed: "delivered"
        case .quarantine: "quarantined"
        case .hold: "on hold"
        case .reject: "rejected"
        case .discard: "discarded"
        case .defer: "deferred"
        }
    }

    /// Empty for ``proceed``.
    package var reason: String {
        switch self {
        case .proceed: ""
        case .quarantine(_, let reason), .hold(let reason), .reject(let reason), .discard(let reason),
            .defer(let reason):
            reason
        }
    }
}

extension Verdicts.Virus {
    /// With the answer of one more scanner; nil for none.
    mutating func add(_ answer: VirusAnswer?) {
        switch (self, answer) {
        case (.found, _): break
        case (_, .found(let name)): self = .found(name: name)
        case (_, nil): self = .unknown
        case (.untested, .clean): self = .clean
        case (.clean, .clean), (.unknown, .clean): break
        }
    }
}
