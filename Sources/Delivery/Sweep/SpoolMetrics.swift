import MailTransport
package import Platform
package import Settings
import Spool

/// The figures of a spool in the text format of Prometheus (exposition format 0.0.4).
package struct SpoolMetrics: Sendable {
    /// What the sweep that writes them came to, and when it ended.
    package struct LastSweep: Sendable {
        package let end: WallTime
        package let summary: SweepSummary

        package init(_ summary: SweepSummary, end: WallTime = .now()) {
            self.end = end
            self.summary = summary
        }
    }

    package private(set) var census = SpoolCensus()
    package private(set) var totals = SweepTotals()
    /// Parts of the spool that could not be read.
    package private(set) var unreadable = 0
    /// Nil outside a sweep.
    package var last: LastSweep?

    /// Counts all parts of the spool for root, and for any other user his own. An absent spool has nothing in it.
    package init(of configuration: Configuration, last: LastSweep? = nil) {
        self.last = last
        let spool = configuration.spool.directory
        var owners = [Identity.current().user]
        if Identity.current().isSuperuser {
            do throws(SpoolError) {
                let found = try SpoolDirectory.owners(in: spool)
                owners = found.owners
                unreadable += found.problems.count
            } catch {
                owners = []
                if error.kind != .absent { unreadable += 1 }
            }
        }
        for owner in owners { add(owner, in: spool) }
    }

    private mutating func add(_ owner: UInt32, in path: String) {
        totals.add(SweepTotals.read(of: owner, in: path))
        do throws(SpoolError) {
            try census.add(SpoolDirectory(opening: path, owner: owner, creating: false))
        } catch {
            if error.kind != .absent { unreadable += 1 }
        }
    }

    package func text(now: WallTime = .now()) -> [UInt8] {
        var text = MetricsText()
        let groups = census.groups.sorted {
            ($0.key.place, $0.key.cause) < ($1.key.place, $1.key.cause)
        }
        text.family(
            "postmaster_spool_entries", .gauge,
            "Entries in the spool, by place and by the cause of the delay.")
        for place in SpoolCensus.Place.allCases where !groups.contains(where: { $0.key.place == place }) {
            text.sample([("place", place.rawValue), ("cause", "none")], 0)
        }
        for (group, count) in groups { text.sample(Self.labels(group), count.entries) }
        text.family(
            "postmaster_spool_oldest_seconds", .gauge,
            "Age of the oldest entry, by place and by the cause of the delay.")
        for (group, count) in groups {
            if let oldest = count.oldest {
                text.sample(Self.labels(group), max(now.seconds - oldest.seconds, 0))
            }
        }
        text.family(
            "postmaster_spool_unreadable_parts", .gauge, "Users' parts of the spool that could not be read.")
        text.sample([], unreadable)
        text.family("postmaster_attempts_total", .counter, "Attempts at entries of the spool, by result.")
        for (word, _) in SweepSummary().counts {
            text.sample([("result", word)], totals.results[word] ?? 0)
        }
        text.family("postmaster_sweeps_total", .counter, "Sweeps that found something to do.")
        text.sample([], totals.sweeps)
        text.family("postmaster_sweep_seconds_total", .counter, "Time that these sweeps took.")
        text.sample([], milliseconds: totals.milliseconds)
        if let last { append(last, to: &text) }
        return text.bytes
    }

    private func append(_ last: LastSweep, to text: inout MetricsText) {
        text.family("postmaster_last_sweep_timestamp_seconds", .gauge, "When the last sweep ended.")
        text.sample([], last.end.seconds)
        text.family("postmaster_last_sweep_duration_seconds", .gauge, "Time that the last sweep took.")
        text.sample([], milliseconds: last.summary.milliseconds)
        text.family("postmaster_last_sweep_entries", .gauge, "Entries that the last sweep tried, by result.")
        for (word, number) in last.summary.counts { text.sample([("result", word)], number) }
        text.family(
            "postmaster_last_sweep_suspended", .gauge,
            "Destinations that the last sweep found down: 1 for each.")
        for suspension in last.summary.suspended { text.sample([("route", suspension.route)], 1) }
    }

    private static func labels(_ group: SpoolCensus.Group) -> [(String, String)] {
        [("place", group.place.rawValue), ("cause", group.cause)]
    }

    /// Puts the text in the place of the file at `path`, whole or not at all, for everybody to read.
    package func write(to path: String) throws(SystemError) {
        guard let slash = path.lastIndex(of: "/") else {
            throw SystemError(call: "open", path: path, code: ErrorCode.noSuchFile)
        }
        let directory = try Directory(opening: path[..<slash].isEmpty ? "/" : String(path[..<slash]))
        let name = String(path[path.index(after: slash)...])
        // Collectors read what ends in .prom: not this.
        let draft = ".\(name).\(String(Host.random(), radix: 36)).new"
        let file = try directory.createFile(draft, permissions: 0o600)
        do throws(SystemError) {
            let text = text()
            let draftPath = directory.path(of: draft)
            try file.write(text.span, path: draftPath)
            try file.setPermissions(0o644, path: draftPath)
            try file.synchronize(path: draftPath)
            try directory.rename(draft, to: name, in: directory)
        } catch {
            try? directory.removeFile(draft)
            throw error
        }
    }
}

/// Families of samples, one behind the other.
private struct MetricsText {
    enum Kind: String { case gauge, counter }

    private(set) var bytes: [UInt8] = []
    private var name = ""

    mutating func family(_ name: String, _ kind: Kind, _ help: String) {
        self.name = name
        bytes += Array("# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n".utf8)
    }

    mutating func sample(_ labels: [(String, String)], _ value: Int) { sample(labels, "\(value)") }

    /// In seconds.
    mutating func sample(_ labels: [(String, String)], milliseconds: Int) {
        let fraction = String(1000 + max(milliseconds, 0) % 1000).dropFirst()
        sample(labels, "\(max(milliseconds, 0) / 1000).\(fraction)")
    }

    private mutating func sample(_ labels: [(String, String)], _ value: String) {
        bytes += name.utf8
        for (index, label) in labels.enumerated() {
            bytes += Array("\(index == 0 ? "{" : ",")\(label.0)=\"".utf8)
            for byte in label.1.utf8 {
                switch byte {
                case UInt8(ascii: "\\"), UInt8(ascii: "\""): bytes += [UInt8(ascii: "\\"), byte]
                case 0x0A: bytes += Array("\\n".utf8)
                default: bytes.append(byte)
                }
            }
            bytes.append(UInt8(ascii: "\""))
        }
        if !labels.isEmpty { bytes.append(UInt8(ascii: "}")) }
        bytes += Array(" \(value)\n".utf8)
    }
}
