package import Platform
package import Spool

/// How many entries wait where, and why.
///
/// What is counted by place is exact, and only names are read for it. For the cause an entry must be opened: that is
/// done for so many only, those that are due first before all others; the rest has no cause here.
package struct SpoolCensus: Sendable {
    /// Where entries are.
    package enum Place: String, Sendable, CaseIterable, Comparable {
        case queue, hold, corrupt

        package static func < (a: Place, b: Place) -> Bool { a.rawValue < b.rawValue }
    }

    /// Entries that wait in one place for one reason.
    package struct Group: Hashable, Sendable {
        package let place: Place
        /// The word of a ``DelayCause``; `none` where nothing has failed yet, `unknown` where the entry was not opened,
        /// or cannot be read.
        package let cause: String
    }

    package struct Count: Equatable, Sendable {
        package var entries = 0
        /// When the oldest of them came; nil where that is not known.
        package var oldest: WallTime?
    }

    package private(set) var groups: [Group: Count] = [:]
    /// How many may still be opened.
    private var left: Int
    /// A user can make entries that take long to read, and must hold up nobody with that.
    private let deadline: Deadline

    /// - Parameters:
    ///   - opening: how many entries are opened at the most.
    ///   - milliseconds: after this none is opened any more.
    package init(opening: Int = 10_000, milliseconds: Int = 5000) {
        left = opening
        deadline = Deadline(milliseconds: milliseconds)
    }

    /// Counts one user's part of the spool.
    ///
    /// - Throws: the first failure to read a directory, after all others were gone through.
    package mutating func add(_ spool: borrowing SpoolDirectory) throws(SpoolError) {
        try spool.forEachEntry { finding in
            if case .entry(let reference) = finding { count(reference, in: spool) }
            return true
        }
    }

    private mutating func count(_ reference: EntryReference, in spool: borrowing SpoolDirectory) {
        let place: Place =
            switch reference.place {
            case .queue: .queue
            case .hold: .hold
            case .corrupt: .corrupt
            }
        var entry: EntrySummary?
        if left > 0, !deadline.hasPassed {
            left -= 1
            do { entry = try spool.inspect(reference) } catch { entry = nil }
        }
        let group = Group(place: place, cause: entry.map(Self.cause) ?? "unknown")
        groups[group, default: Count()].entries += 1
        guard let created = entry?.envelope.created else { return }
        let oldest = groups[group]?.oldest ?? created
        groups[group]?.oldest = min(oldest, created)
    }

    /// Of the last failure. A word that is not known here was written by another version.
    private static func cause(of entry: EntrySummary) -> String {
        guard let failure = entry.journal.last(where: { $0.kind == "failed" || $0.kind == "refused" }) else {
            return "none"
        }
        return failure.fields.first("cause").flatMap { DelayCause(rawValue: $0)?.rawValue } ?? "unknown"
    }
}
