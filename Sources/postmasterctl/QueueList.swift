import ArgumentParser
import Platform
import Spool

struct QueueList: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "list", abstract: "List the entries.")
    }

    /// What a listing may be sorted by.
    enum Order: String, ExpressibleByArgument, CaseIterable {
        /// Oldest first.
        case age
        /// Largest first.
        case size
        /// What is tried soonest first.
        case next
    }

    @OptionGroup var options: ConfigurationOptions
    @OptionGroup var filter: QueueFilterOptions

    @Option(help: "Sort by age, size or next attempt; else they come as they lie, nearly by next attempt.")
    var by: Order?

    @Flag(help: "Only say how many there are.")
    var count = false

    @Flag(help: "A JSON array, with an entry on each line.")
    var json = false

    func run() throws {
        let parts = SpoolParts(configuration: try options.configuration())
        let filter = QueueFilter(filter, rooms: Set(QueueFilter.Room.allCases))
        let isSound: Bool
        if count {
            isSound = try showCount(parts, filter)
        } else {
            var listing = Listing(isJSON: json, now: filter.now)
            isSound =
                try by.map { try show(parts, filter, by: $0, &listing) }
                ?? parts.forEachRow(filter) { listing.show($0) }
            listing.finish()
        }
        guard isSound else { throw ExitCode(75) }
    }

    private func showCount(_ parts: SpoolParts, _ filter: QueueFilter) throws -> Bool {
        var found = 0
        let isSound: Bool
        if filter.needsContents {
            isSound = try parts.forEachRow(filter) { _ in
                found += 1
                return true
            }
        } else {
            isSound = try parts.forEachEntry { reference, _, _ in
                if filter.passes(reference) { found += 1 }
                return true
            }
        }
        Terminal.show("\(found)\n")
        return isSound
    }

    /// In order: what is kept of each entry meanwhile is where it is, and its key; it is read once more.
    private func show(
        _ parts: SpoolParts, _ filter: QueueFilter, by order: Order, _ listing: inout Listing
    ) throws -> Bool {
        var keyed: [(key: Int, owner: UInt32, reference: EntryReference)] = []
        let isSound = try parts.forEachRow(filter) { row in
            keyed.append((Self.key(row, order), row.owner, row.reference))
            return true
        }
        keyed.sort { ($0.key, $0.reference.id) < ($1.key, $1.reference.id) }
        var spool: SpoolDirectory?
        var opened: UInt32?
        for item in keyed {
            if opened != item.owner { spool = try parts.open(item.owner) }
            opened = item.owner
            guard let row = try spool?.row(item.reference) else { continue }
            guard listing.show(row) else { break }
        }
        return isSound
    }

    private static func key(_ row: QueueRow, _ order: Order) -> Int {
        switch order {
        case .age: row.created?.seconds ?? .max
        case .size: -row.size
        case .next: row.reference.due?.seconds ?? .max
        }
    }
}

/// A listing on its way out, with its summary at the end.
private struct Listing {
    private let isJSON: Bool
    private let now: WallTime
    private var output = PagedOutput()
    private var entries = 0
    private var bytes = 0

    init(isJSON: Bool, now: WallTime) {
        self.isJSON = isJSON
        self.now = now
    }

    /// - Returns: whether anybody reads on.
    mutating func show(_ row: QueueRow) -> Bool {
        entries += 1
        bytes = bytes.addingReportingOverflow(row.size).partialValue
        guard isJSON else { return output.write(Array(row.text(at: now).utf8)) }
        let start = Array((entries == 1 ? "[" : ",\n").utf8)
        return output.write(start + row.jsonLine.dropLast())
    }

    mutating func finish() {
        if isJSON {
            output.write(Array((entries == 0 ? "[]\n" : "]\n").utf8))
        } else {
            let count = entries == 1 ? "1 entry" : "\(entries) entries"
            output.write(Array((entries == 0 ? "no entries\n" : "\(count), \(bytes.shownSize) bytes\n").utf8))
        }
        output.flush()
    }
}

/// Standard output, written in large pieces, by which much goes fast; whoever reads it may go away.
struct PagedOutput {
    private var pending: [UInt8] = []
    private var isOpen = true

    private static let page = 1 << 16

    /// - Returns: false once nobody reads any more.
    @discardableResult
    mutating func write(_ bytes: [UInt8]) -> Bool {
        pending += bytes
        if pending.count >= Self.page { flush() }
        return isOpen
    }

    mutating func flush() {
        if isOpen { isOpen = StandardStream.write(pending, to: 1) }
        pending.removeAll(keepingCapacity: true)
    }
}
