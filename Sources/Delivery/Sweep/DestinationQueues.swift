import Spool

/// Entries that wait for a worker, in a queue for each destination; the queues take turns.
///
/// Invariants: of one destination no more than ``concurrency`` are taken and not finished, unless it is this machine;
/// within a destination the order is that of adding.
struct DestinationQueues: Sendable {
    /// An entry, and where it goes.
    struct Item: Sendable {
        let reference: EntryReference
        /// Which queue it was in.
        fileprivate let queue: Int
    }

    private struct Queue: Sendable {
        let limit: Int
        var waiting: [EntryReference] = []
        /// How many of `waiting` are gone already.
        var taken = 0
        var running = 0

        var count: Int { waiting.count - taken }

        mutating func popFirst() -> EntryReference? {
            guard taken < waiting.count else { return nil }
            let first = waiting[taken]
            taken += 1
            if taken == waiting.count {
                waiting.removeAll(keepingCapacity: true)
                taken = 0
            } else if taken > 1024, taken * 2 > waiting.count {
                waiting.removeFirst(taken)
                taken = 0
            }
            return first
        }
    }

    /// What goes to this machine's own mailboxes.
    static let local = ""

    private let concurrency: Int
    private var queues: [Queue] = []
    private var index: [String: Int] = [:]
    private var turn = 0
    /// How many wait.
    private(set) var count = 0

    /// - Parameter concurrency: how many for one destination may be worked at together.
    init(concurrency: Int) {
        self.concurrency = max(concurrency, 1)
    }

    /// How many wait for a destination.
    func count(for destination: String) -> Int {
        index[destination].map { queues[$0].count } ?? 0
    }

    mutating func add(_ reference: EntryReference, to destination: String) {
        let number: Int
        if let known = index[destination] {
            number = known
        } else {
            number = queues.count
            queues.append(Queue(limit: destination == Self.local ? .max : concurrency))
            index[destination] = number
        }
        queues[number].waiting.append(reference)
        count += 1
    }

    /// The next one that may be worked at; nil if there is none now.
    mutating func take() -> Item? {
        guard count > 0 else { return nil }
        for step in 0..<queues.count {
            let number = (turn + step) % queues.count
            guard queues[number].running < queues[number].limit, let reference = queues[number].popFirst()
            else { continue }
            queues[number].running += 1
            count -= 1
            turn = (number + 1) % queues.count
            return Item(reference: reference, queue: number)
        }
        return nil
    }

    /// Takes note that work at an entry has ended.
    mutating func finish(_ item: Item) {
        queues[item.queue].running -= 1
    }

    /// Forgets all that wait, and gives them.
    mutating func removeAll() -> [EntryReference] {
        var removed: [EntryReference] = []
        for number in queues.indices {
            removed += queues[number].waiting.dropFirst(queues[number].taken)
            queues[number].waiting = []
            queues[number].taken = 0
        }
        count = 0
        return removed
    }
}
