import ArgumentParser
import Platform
import Settings
import Spool

/// Which entries are to be changed: those that are named, or those that a filter finds.
struct SelectionArguments: ParsableArguments {
    @OptionGroup var options: ConfigurationOptions
    @OptionGroup var filter: QueueFilterOptions

    @Flag(help: "All of them that this can be done to, but damaged ones.")
    var all = false

    @Option(help: .hidden)
    var asOwner: UInt32?

    @Argument(
        help: ArgumentHelp(
            "Entries; - reads their names from standard input, one a line.", valueName: "entry-id"))
    var entries: [String] = []

    func validate() throws {
        if asOwner != nil { return }
        if entries.isEmpty, filter.isEmpty, !all {
            throw ValidationError("Name entries, say which ones with options, or say --all.")
        }
        if !entries.isEmpty, !filter.isEmpty || all {
            throw ValidationError("Either name entries, or say with options which ones.")
        }
    }

    /// The entries' names as they were given.
    func names() throws -> [String] {
        guard entries.contains("-") else { return entries }
        return entries.filter { $0 != "-" } + (try StandardInput.lines())
    }
}

/// Words that come on standard input, one a line.
enum StandardInput {
    /// Bytes.
    private static let limit = 256 << 20

    static func lines() throws -> [String] {
        let input = OwnedFileDescriptor(raw: 0)
        let bytes = try input.readAll(limit: limit, path: "standard input")
        return String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline).map {
            String($0).trimmed
        }.filter { !$0.isEmpty }
    }
}

extension String {
    /// Without blanks around it.
    fileprivate var trimmed: String {
        String(drop { $0 == " " || $0 == "\t" }.reversed().drop { $0 == " " || $0 == "\t" }.reversed())
    }
}

/// Entries, by whose they are.
struct QueueSelection {
    private(set) var parts: [(owner: UInt32, entries: [EntryReference])] = []
    /// Names of which there is no entry.
    private(set) var missing: [String] = []
    /// Bytes of their messages, as far as they were looked at.
    private(set) var bytes = 0
    /// Whether all of the spool could be looked at.
    private(set) var isWhole = true

    var count: Int { parts.reduce(0) { $0 + $1.entries.count } }

    /// The entries of these names.
    init(named names: [String], in spool: SpoolParts) throws {
        var wanted: Set<String> = []
        let ordered = names.filter { wanted.insert($0).inserted }
        isWhole = try spool.forEach { owner, part in
            guard !wanted.isEmpty else { return }
            let found = try part.find(Array(wanted))
            let entries = ordered.compactMap { found[$0] }
            for entry in entries { wanted.remove(entry.id) }
            if !entries.isEmpty { parts.append((owner, entries)) }
        }
        missing = ordered.filter(wanted.contains)
    }

    /// Those that pass a filter.
    init(_ filter: QueueFilter, in spool: SpoolParts) throws {
        if filter.needsContents {
            isWhole = try spool.forEachRow(filter) { row in
                bytes = bytes.addingReportingOverflow(row.size).partialValue
                add(row.reference, row.owner)
                return true
            }
        } else {
            isWhole = try spool.forEachEntry { reference, owner, _ in
                if filter.passes(reference) { add(reference, owner) }
                return true
            }
        }
    }

    private mutating func add(_ reference: EntryReference, _ owner: UInt32) {
        if parts.last?.owner != owner { parts.append((owner, [])) }
        parts[parts.count - 1].entries.append(reference)
    }
}

extension SelectionArguments {
    /// The entries that are meant.
    ///
    /// - Parameter rooms: where they are looked for, unless something is said of that.
    func selection(in spool: SpoolParts, rooms: Set<QueueFilter.Room>) throws -> QueueSelection {
        guard filter.isEmpty, !all else {
            return try QueueSelection(QueueFilter(filter, rooms: rooms), in: spool)
        }
        return try QueueSelection(named: names(), in: spool)
    }
}
