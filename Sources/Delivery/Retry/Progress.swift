import Spool

/// What of an entry is done and what is left, read from its journal.
///
/// Records are written before and after each step: `begun` with the name that the copy will have, then
/// `done`. A task without `done` is open; one that has `begun` may be done all the same, and the name tells.
struct Progress {
    /// Something of an entry, by its number: the envelope's tasks first, then what `planned` records added.
    struct Item {
        let index: Int
        let task: SpooledWork.Task
        /// The unique name that an earlier attempt was about to give to the copy.
        var begunName: String?
        var hasBegun = false
    }

    private(set) var open: [Item] = []
    /// How many attempts have failed.
    private(set) var attempts = 0
    /// Whether the sender was told of the delay.
    private(set) var hasWarned = false
    /// Whether the sender was told of the failure.
    private(set) var hasBounced = false
    /// The mailboxes that have their copy, as far as the records name them.
    private(set) var storedIn: [String] = []

    /// Nil if the entry asks for something that this version does not understand.
    init?(_ envelope: SpoolEnvelope, _ journal: [JournalRecord]) {
        var items: [Item?] = []
        for fields in envelope.actions {
            guard let task = SpooledWork.task(fields) else { return nil }
            items.append(Item(index: items.count, task: task))
        }
        // Planned items count only once `expanded` says that all of them are there.
        var planned: [SpooledWork.Task] = []
        for record in journal {
            switch record.kind {
            case "planned":
                guard let task = SpooledWork.task(record.fields) else { return nil }
                planned.append(task)
            case "planning": planned = []
            case "expanded":
                for task in planned { items.append(Item(index: items.count, task: task)) }
                planned = []
                Self.close(record.action, &items)
            case "begun":
                guard let index = record.action, items.indices.contains(index) else { continue }
                items[index]?.hasBegun = true
                items[index]?.begunName = record.fields.first("name")
            case "done":
                Self.close(record.action, &items)
                storedIn += record.fields.all("mailbox")
            case "failed": attempts += 1
            case "warned": hasWarned = true
            case "bounced": hasBounced = true
            default: break
            }
        }
        open = items.compactMap { $0 }
    }

    private static func close(_ index: Int?, _ items: inout [Item?]) {
        if let index, items.indices.contains(index) { items[index] = nil }
    }
}
