import DeliveryStatus
import Maildir

/// What has become of each planned action so far, while a Plan is carried out.
struct Ledger {
    private enum Entry {
        case open
        case stored(file: String)
        case postponed(reason: String)
        case discarded
    }

    let plan: Plan
    private var entries: [Entry]
    private(set) var warnings: [String]
    /// The first reason for which something was postponed.
    private(set) var reason = ""
    private(set) var status = EnhancedStatus.mailboxTrouble

    init(_ plan: Plan) {
        self.plan = plan
        warnings = plan.warnings
        entries = plan.actions.map { $0.kind == .discard ? .discarded : .open }
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

    mutating func stored(_ index: Int, as file: String) {
        if entries.indices.contains(index) { entries[index] = .stored(file: file) }
    }

    /// An action that another, equal one makes superfluous.
    mutating func merged(_ index: Int, into other: Int) {
        if entries.indices.contains(index) { entries[index] = .discarded }
    }

    /// How many copies were stored.
    var copies: Int {
        entries.count { if case .stored = $0 { true } else { false } }
    }

    var hasPostponed: Bool {
        entries.contains { if case .postponed = $0 { true } else { false } }
    }

    /// What became of the Plan, in a few words.
    var summary: String {
        guard hasPostponed else { return needsSpool ? "delivered, and to be sent on" : "delivered" }
        let hasStored = entries.contains { if case .stored = $0 { true } else { false } }
        return "\(hasStored ? "deferred in part" : "deferred"): \(reason)"
    }

    /// What the spool has to take: whatever was postponed, and whatever leaves the machine.
    var tasks: [SpooledWork.Task] {
        zip(plan.actions, entries).compactMap { action, entry in
            switch (action.kind, entry) {
            case (.forward, _), (_, .postponed): .perform(action)
            default: nil
            }
        }
    }

    var needsSpool: Bool { !tasks.isEmpty }

    /// The result of each action, once the spool has what it has to take.
    var results: [Outcome.ActionResult] {
        zip(plan.actions, entries).map { action, entry in
            switch entry {
            case .stored(let file): Outcome.ActionResult(action: action, result: .stored(file: file))
            case .postponed(let reason):
                Outcome.ActionResult(action: action, result: .spooled(reason: reason))
            case .discarded: Outcome.ActionResult(action: action, result: .discarded)
            case .open: Outcome.ActionResult(action: action, result: .spooled(reason: ""))
            }
        }
    }
}
