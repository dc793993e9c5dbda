import Platform
import Spool

/// What of an entry is done and what is left, read from its journal.
///
/// Records are written before and after each step: `begun` with the name that the copy will have, then
/// `done`, or `refused` where trying again is of no use. A task without either is open; one that has `begun` may be
/// done all the same, and the name tells. What an entry gives rise to is named by `child` fields of the record that
/// makes it count.
struct Progress {
    /// Something of an entry, by its number: the envelope's tasks first, then what `planned` records added.
    struct Item {
        let index: Int
        let task: SpooledWork.Task
        /// The unique name that an earlier attempt was about to give to the copy.
        var begunName: String?
        var hasBegun = false
        /// Why it will never be done.
        var refusal: TaskFailure?
    }

    /// What can still be done.
    private(set) var open: [Item] = []
    /// What will never be done, and nobody was told so.
    private(set) var refused: [Item] = []
    /// How many attempts have failed.
    private(set) var attempts = 0
    /// Whether the sender was told of the delay.
    private(set) var hasWarned = false
    /// Whether the sender was told of the failure of all of it.
    private(set) var hasBounced = false
    /// Whether the person in charge was told.
    private(set) var hasToldPostmaster = false
    /// Whether somebody was told that some of it was not done.
    private(set) var wasReported = false
    /// The mailboxes that have their copy, as far as the records name them.
    private(set) var storedIn: [String] = []
    /// Whether some of what was asked for is done, or in another entry.
    private(set) var isPart: Bool
    /// The entries that this one has made.
    private(set) var children: [ChildEntry] = []
    /// The route that a person has chosen for what leaves; nil for that of the settings.
    private(set) var route: String?

    /// Nil if the entry asks for something that this version does not understand.
    init?(_ envelope: SpoolEnvelope, _ journal: [JournalRecord]) {
        var items: [Item?] = []
        isPart = envelope.fields.first(SpooledWork.part) == "yes"
        for fields in envelope.actions {
            guard let task = SpooledWork.task(fields) else { return nil }
            items.append(Item(index: items.count, task: task))
        }
        // Planned items count only once `expanded` says that all of them are there.
        var planned: [SpooledWork.Task] = []
        for record in journal {
            children += record.fields.all("child").compactMap { ChildEntry(text: $0) }
            switch record.kind {
            case "planned":
                guard let task = SpooledWork.task(record.fields) else { return nil }
                planned.append(task)
            case "planning": planned = []
            case "expanded":
                for task in planned { items.append(Item(index: items.count, task: task)) }
                planned = []
                if record.fields.first("child") != nil { isPart = true }
                Self.change(record.action, &items) { $0 = nil }
            case "begun":
                Self.change(record.action, &items) {
                    $0?.hasBegun = true
                    $0?.begunName = record.fields.first("name")
                }
            case "done":
                Self.change(record.action, &items) { $0 = nil }
                isPart = true
                storedIn += record.fields.all("mailbox")
            case "refused":
                Self.change(record.action, &items) { $0?.refusal = TaskFailure(record.fields) }
            case "reopened":
                for index in items.indices { items[index]?.refusal = nil }
            case "reported":
                wasReported = true
                for action in record.fields.all("action") {
                    Self.change(Int(action), &items) { $0 = nil }
                }
            case "failed": attempts += 1
            case "warned": hasWarned = true
            case "postmaster": hasToldPostmaster = true
            case "bounced": hasBounced = true
            case "routed": route = record.fields.first("route")
            default: break
            }
        }
        for item in items.compactMap({ $0 }) {
            if item.refusal == nil { open.append(item) } else { refused.append(item) }
        }
    }

    private static func change(_ index: Int?, _ items: inout [Item?], _ change: (inout Item?) -> Void) {
        if let index, items.indices.contains(index) { change(&items[index]) }
    }
}
