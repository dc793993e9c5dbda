import MailTransport
import Platform
import Settings
import Spool
import Testing

@testable import Delivery

@Suite struct SpoolMetricsTests {
    private var site: Site

    init() throws { site = try Site() }

    /// Samples by name and labels, after all of the text was found to be in the format (exposition format 0.0.4).
    private func samples(_ text: [UInt8]) throws -> [String: Double] {
        let text = String(decoding: text, as: UTF8.self)
        try #require(text.hasSuffix("\n"))
        var types: [String: String] = [:]
        var helped: Set<String> = []
        var found: [String: Double] = [:]
        var current = ""
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).dropLast() {
            let words = line.split(separator: " ", maxSplits: 3)
            if line.hasPrefix("# HELP ") {
                current = String(words[2])
                #expect(helped.insert(current).inserted, "\(current) comes twice")
                #expect(words.count == 4 && words[3].hasSuffix("."))
            } else if line.hasPrefix("# TYPE ") {
                #expect(words.count == 4 && words[2] == Substring(current))
                #expect(words[3] == "gauge" || words[3] == "counter")
                #expect((words[3] == "counter") == current.hasSuffix("_total"))
                types[current] = String(words[3])
            } else {
                let space = try #require(line.lastIndex(of: " "))
                let name = String(line[..<space])
                let value = try #require(Double(line[line.index(after: space)...]))
                #expect(name.prefix { $0 != "{" } == Substring(current) && types[current] != nil, "\(line)")
                #expect(current.utf8.allSatisfy { $0 == 0x5F || 0x61...0x7A ~= $0 })
                if name.contains("{") { #expect(name.hasSuffix("\"}")) }
                #expect(found.updateValue(value, forKey: name) == nil, "\(name) comes twice")
                #expect(value >= 0)
            }
        }
        return found
    }

    @Test("an empty spool, or none at all, has figures, too")
    func empty() throws {
        let found = try samples(SpoolMetrics(of: site.configuration).text())
        for place in ["queue", "hold", "corrupt"] {
            #expect(found["postmaster_spool_entries{place=\"\(place)\",cause=\"none\"}"] == 0)
        }
        #expect(found["postmaster_attempts_total{result=\"delivered\"}"] == 0)
        #expect(found["postmaster_spool_unreadable_parts"] == 0)
        #expect(found["postmaster_last_sweep_timestamp_seconds"] == nil)
    }

    @Test("entries are counted by place and by the cause of their last failure, with the age of the oldest")
    func entries() throws {
        let now = WallTime.now()
        for (age, causes) in [(100, ["quota"]), (300, ["connection", "quota"]), (50, []), (20, ["sung"])] {
            let reference = try site.commit([try site.store()], age: age)
            try site.append(
                causes.map { record("failed", nil, ["reason": "x", "cause": $0]) }, to: reference)
        }
        let held = try site.commit([try site.store()], age: 7000)
        try site.append([record("failed", nil, ["cause": "reply"])], to: held)
        let spool = try site.openSpool()
        let deadline = Deadline(milliseconds: 2000)
        while !deadline.hasPassed {
            guard let entry = try spool.open(held) else { continue }
            _ = try entry.hold()
            break
        }
        try site.temporary.write("spool/\(Identity.current().user)/queue/0000000001", "no directory")
        let found = try samples(SpoolMetrics(of: site.configuration).text(now: now))
        #expect(found["postmaster_spool_entries{place=\"queue\",cause=\"quota\"}"] == 2)
        #expect(found["postmaster_spool_entries{place=\"queue\",cause=\"none\"}"] == 1)
        #expect(found["postmaster_spool_entries{place=\"queue\",cause=\"unknown\"}"] == 1)
        #expect(found["postmaster_spool_entries{place=\"hold\",cause=\"reply\"}"] == 1)
        #expect(found["postmaster_spool_entries{place=\"corrupt\",cause=\"none\"}"] == 0)
        let oldest = try #require(found["postmaster_spool_oldest_seconds{place=\"queue\",cause=\"quota\"}"])
        #expect(295...305 ~= oldest)
        let heldFor = try #require(found["postmaster_spool_oldest_seconds{place=\"hold\",cause=\"reply\"}"])
        #expect(6995...7005 ~= heldFor)
        #expect(found["postmaster_spool_unreadable_parts"] == 1)
    }

    @Test("no more than so many entries are opened; all are counted")
    func bound() throws {
        for _ in 0..<5 { _ = try site.commit([try site.store()]) }
        var census = SpoolCensus(opening: 2)
        try census.add(site.openSpool())
        #expect(census.groups[.init(place: .queue, cause: "none")]?.entries == 2)
        #expect(census.groups[.init(place: .queue, cause: "unknown")]?.entries == 3)
        #expect(census.groups[.init(place: .queue, cause: "unknown")]?.oldest == nil)
    }

    @Test("the last sweep's figures stand beside the totals, and labels are escaped")
    func lastSweep() throws {
        var summary = SweepSummary()
        summary.count("delivered", times: 3)
        summary.milliseconds = 12_034
        summary.suspend(Suspension(route: "lmtp:unix:/a\"b\\c", reason: "x"))
        _ = try site.openSpool(creating: true)
        try SweepTotals.note(summary, of: Identity.current().user, in: site.configuration.spool.directory)
        let metrics = SpoolMetrics(
            of: site.configuration, last: .init(summary, end: WallTime(seconds: 1_700_000_000)))
        let found = try samples(metrics.text())
        #expect(found["postmaster_last_sweep_timestamp_seconds"] == 1_700_000_000)
        #expect(found["postmaster_last_sweep_duration_seconds"] == 12.034)
        #expect(found["postmaster_last_sweep_entries{result=\"delivered\"}"] == 3)
        #expect(found["postmaster_attempts_total{result=\"delivered\"}"] == 3)
        #expect(found["postmaster_sweep_seconds_total"] == 12.034)
        #expect(found["postmaster_last_sweep_suspended{route=\"lmtp:unix:/a\\\"b\\\\c\"}"] == 1)
    }

    @Test("the file is written whole, for everybody to read, and nothing is left beside it")
    func file() throws {
        let path = site.temporary.path("metrics.prom")
        try site.temporary.write("metrics.prom", "old", permissions: 0o600)
        let metrics = SpoolMetrics(of: site.configuration)
        try metrics.write(to: path)
        #expect(try samples(site.temporary.bytes("metrics.prom")).count > 5)
        #expect(try FileStatus.of(path).permissions == 0o644)
        #expect(site.temporary.names(".").filter { $0.contains(".new") } == [])
        #expect(throws: SystemError.self) { try metrics.write(to: "/no/such/directory/x.prom") }
        _ = try site.temporary.makeDirectory("taken")
        #expect(throws: SystemError.self) { try metrics.write(to: site.temporary.path("taken")) }
        #expect(site.temporary.names(".").filter { $0.contains(".new") } == [])
    }

    @Test("totals are read back as they were written, and from anything else there are none")
    func totals() throws {
        var totals = SweepTotals()
        var summary = SweepSummary()
        summary.count("delivered", times: 5)
        summary.count("bounced")
        summary.milliseconds = 99
        totals.add(summary)
        totals.add(summary)
        #expect(totals.results["delivered"] == 10 && totals.sweeps == 2 && totals.milliseconds == 198)
        #expect(SweepTotals(text: totals.text) == totals)
        for text in [
            "", "postmaster-totals 2\ndelivered 1\n", "postmaster-totals 1\ndelivered -1\n",
            "postmaster-totals 1\ndelivered 99999999999999999999\n", "postmaster-totals 1\ndelivered 1 2\n",
            "postmaster-totals 1\ndelivered x\n",
        ] {
            #expect(SweepTotals(text: Array(text.utf8)) == nil, "\(text)")
        }
        #expect(SweepTotals(text: Array("postmaster-totals 1\nsung 3\n".utf8)) == SweepTotals())
        var large = SweepTotals()
        let largest = try #require(
            SweepTotals(
                text: Array("postmaster-totals 1\ndelivered \(1 << 53)\nmilliseconds \(1 << 53)\n".utf8)))
        for _ in 0..<100 { large.add(largest) }
        #expect(large.results["delivered"] == 1 << 53)
    }

    @Test("bytes of chance make no totals, and never a crash")
    func noise() throws {
        var random = Random(3)
        let start = Array("postmaster-totals 1\n".utf8)
        for _ in 0..<2000 {
            let bytes = start + random.bytes(upTo: 60, marks: " \ndelivered0123456789sweeps")
            if let totals = SweepTotals(text: bytes) {
                #expect(SweepTotals(text: totals.text) == totals)
            }
        }
    }

    @Test("totals that a link leads away from, or that are another user's, are none")
    func unsafe() throws {
        _ = try site.openSpool(creating: true)
        let owner = Identity.current().user
        try site.temporary.write("elsewhere", "postmaster-totals 1\ndelivered 7\n")
        try run(
            "/bin/ln", "-s", site.temporary.path("elsewhere"), site.temporary.path("spool/\(owner)/totals"))
        #expect(SweepTotals.read(of: owner, in: site.configuration.spool.directory) == SweepTotals())
        #expect(SweepTotals.read(of: owner &+ 1, in: site.configuration.spool.directory) == SweepTotals())
    }
}
