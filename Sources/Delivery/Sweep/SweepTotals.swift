import Platform

/// What all sweeps of one user's part of the spool came to, kept in a file of that part: so that it counts, whoever
/// started them.
///
///     postmaster-totals 1
///     delivered 12
///     …
///     sweeps 3
///     milliseconds 4711
package struct SweepTotals: Equatable, Sendable {
    /// By the words of ``SweepSummary/counts``.
    package private(set) var results: [String: Int] = [:]
    package private(set) var sweeps = 0
    package private(set) var milliseconds = 0

    private static let name = "totals"
    private static let firstLine = "postmaster-totals 1"
    private static let longest = 4096
    /// Of each number: sums of them never overflow.
    private static let largest = 1 << 53

    package init() {}

    package mutating func add(_ summary: SweepSummary) {
        for (word, number) in summary.counts { add(number, to: word) }
        sweeps = min(sweeps + 1, Self.largest)
        milliseconds = min(milliseconds + min(max(summary.milliseconds, 0), Self.largest), Self.largest)
    }

    package mutating func add(_ other: SweepTotals) {
        for (word, number) in other.results { add(number, to: word) }
        sweeps = min(sweeps + other.sweeps, Self.largest)
        milliseconds = min(milliseconds + other.milliseconds, Self.largest)
    }

    private mutating func add(_ number: Int, to word: String) {
        results[word] = min(results[word, default: 0] + number, Self.largest)
    }
}

extension SweepTotals {
    var text: [UInt8] {
        var lines = [Self.firstLine]
        for (word, number) in results.sorted(by: { $0.key < $1.key }) { lines.append("\(word) \(number)") }
        lines += ["sweeps \(sweeps)", "milliseconds \(milliseconds)", ""]
        return Array(lines.joined(separator: "\n").utf8)
    }

    /// Nil if this is not what was written.
    init?(text: [UInt8]) {
        let lines = String(decoding: text, as: UTF8.self).split(separator: "\n")
        guard lines.first == Substring(Self.firstLine) else { return nil }
        let known = Set(SweepSummary().counts.map(\.word))
        for line in lines.dropFirst() {
            let words = line.split(separator: " ")
            guard words.count == 2, let number = Int(words[1]), (0...Self.largest).contains(number) else {
                return nil
            }
            switch words[0] {
            case "sweeps": sweeps = number
            case "milliseconds": milliseconds = number
            case let word where known.contains(String(word)): results[String(word)] = number
            default: continue
            }
        }
    }

    /// Those of one user; none if there are none that can be read.
    package static func read(of owner: UInt32, in spool: String) -> SweepTotals {
        guard let part = try? part(of: owner, in: spool) else { return SweepTotals() }
        return read(of: owner, in: part)
    }

    private static func part(of owner: UInt32, in spool: String) throws(SystemError) -> Directory {
        try Directory(opening: spool).openDirectory(String(owner))
    }

    private static func read(of owner: UInt32, in part: borrowing Directory) -> SweepTotals {
        do throws(SystemError) {
            let path = part.path(of: name)
            let file = try part.openFile(name)
            let status = try file.status(path: path)
            guard status.kind == .regular, status.owner == owner else { return SweepTotals() }
            return SweepTotals(text: try file.readAll(limit: longest, path: path)) ?? SweepTotals()
        } catch {
            return SweepTotals()
        }
    }

    /// Adds a sweep to them. Two at the same time, which only a person can start, may count as one.
    static func note(_ summary: SweepSummary, of owner: UInt32, in spool: String) throws(SystemError) {
        let part = try part(of: owner, in: spool)
        var totals = read(of: owner, in: part)
        totals.add(summary)
        let draft = ".\(name)-\(String(Host.random(), radix: 36))"
        let file = try part.createFile(draft, permissions: 0o600)
        do throws(SystemError) {
            let text = totals.text
            try file.write(text.span, path: part.path(of: draft))
            // Not synced: after a crash the counters may begin anew, and Prometheus knows how to take that.
            try part.rename(draft, to: name, in: part)
        } catch {
            try? part.removeFile(draft)
            throw error
        }
    }
}
