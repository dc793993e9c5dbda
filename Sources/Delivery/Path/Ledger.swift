import DeliveryStatus
import Maildir
import Sieve

/// What has become of each planned action so far, while a Plan is carried out.
struct Ledger {
    private enum Entry {
        case open
        case stored(file: String)
        case postponed(reason: String)
        /// There is no room for it.
        case lackingRoom(reason: String)
        case discarded
        /// Nothing kept it from being done, but the spool does it.
        case handedOver
    }

    let plan: Plan
    private var entries: [Entry]
    private(set) var warnings: [String]
    /// The first reason for which something was postponed.
    private(set) var reason = ""
    private(set) var status = EnhancedStatus.mailboxTrouble
    /// Why what checks have found cannot be put where they want it; nil if it can.
    private(set) var quarantineObstacle: String?

    init(_ plan: Plan) {
        self.plan = plan
        warnings = plan.warnings
        entries = plan.actions.map { $0.kind.doesNothing ? .discarded : .open }
    }

    mutating func warn(_ text: String) { warnings.append(text) }

    mutating func postpone(_ indices: [Int], _ reason: String, _ status: EnhancedStatus = .mailboxTrouble) {
        if self.reason.isEmpty {
            self.reason = reason
            self.status = status
        }
        for index in indices where entries.indices.contains(index) {
            entries[index] = .postponed(reason: reason)
        }
    }

    mutating func cannotQuarantine(_ reason: String) { quarantineObstacle = reason }

    /// Postpones what its user has no room for.
    mutating func lackRoom(_ index: Int, _ reason: String) {
        postpone([index], reason, .mailboxFull)
        if entries.indices.contains(index) { entries[index] = .lackingRoom(reason: reason) }
    }

    mutating func stored(_ index: Int, as file: String) {
        if entries.indices.contains(index) { entries[index] = .stored(file: file) }
    }

    /// Leaves an action to the spool, which tries it at once.
    mutating func handOver(_ index: Int) {
        if entries.indices.contains(index) { entries[index] = .handedOver }
    }

    /// An action that another, equal one makes superfluous.
    mutating func merged(_ index: Int, into other: Int) {
        if entries.indices.contains(index) { entries[index] = .discarded }
    }

    /// How many copies were stored.
    var copies: Int {
        entries.count { if case .stored = $0 { true } else { false } }
    }

    func isStored(_ index: Int) -> Bool {
        guard entries.indices.contains(index), case .stored = entries[index] else { return false }
        return true
    }

    var hasPostponed: Bool {
        lacksRoom || entries.contains { if case .postponed = $0 { true } else { false } }
    }

    var lacksRoom: Bool {
        entries.contains { if case .lackingRoom = $0 { true } else { false } }
    }

    /// Whether nothing else of the Plan is left to do, or done.
    var lacksNothingButRoom: Bool {
        entries.allSatisfy {
            switch $0 {
            case .lackingRoom, .discarded: true
            case .open, .stored, .postponed, .handedOver: false
            }
        }
    }

    /// What became of the Plan, in a few words.
    var summary: String {
        guard hasPostponed else {
            guard needsSpool else { return "delivered" }
            return copies > 0 ? "delivered, and to be sent on" : "to be sent on"
        }
        let hasStored = entries.contains { if case .stored = $0 { true } else { false } }
        return "\(hasStored ? "deferred in part" : "deferred"): \(reason)"
    }

    /// What the spool has to take, those of one content together, since an entry holds one message.
    var tasksByContent: [(content: MessageContent?, tasks: [SpooledWork.Task])] {
        SpooledWork.group(tasks)
    }

    /// What the spool has to take: whatever was postponed, and whatever leaves the machine.
    var tasks: [SpooledWork.Task] {
        zip(plan.actions, entries).compactMap { action, entry in
            switch (action.kind, entry) {
            case (.forward, _), (.send, _), (.pipe, _), (_, .postponed), (_, .lackingRoom), (_, .handedOver):
                .perform(action)
            default: nil
            }
        }
    }

    var needsSpool: Bool { !tasks.isEmpty }

    /// Whether tasks of this number are not all that there is to do.
    func isPart(_ count: Int) -> Bool {
        count < entries.count { if case .discarded = $0 { false } else { true } }
    }

    /// The result of each action, once the spool has what it has to take.
    var results: [Outcome.ActionResult] {
        zip(plan.actions, entries).map { action, entry in
            switch entry {
            case .stored(let file): Outcome.ActionResult(action: action, result: .stored(file: file))
            case .postponed(let reason), .lackingRoom(let reason):
                Outcome.ActionResult(action: action, result: .spooled(reason: reason))
            case .discarded: Outcome.ActionResult(action: action, result: .discarded)
            case .open, .handedOver: Outcome.ActionResult(action: action, result: .spooled(reason: ""))
            }
        }
    }
}

extension PlannedAction.Kind {
    /// Whether there is nothing to carry out but the answer to the starter.
    fileprivate var doesNothing: Bool {
        switch self {
        case .discard, .refuse: true
        case .store, .forward, .send, .pipe: false
        }
    }
}
