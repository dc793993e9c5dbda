import Platform
import TestSupport
import Testing

@testable import MailLog

/// Reading records back.
@Suite("Log search")
struct LogSearchTests {
    private static func record(_ number: Int, messageID: String = "<a=\"b\"@example.org>") -> DeliveryRecord {
        var record = DeliveryRecord(
            time: WallTime(seconds: 1_700_000_000 + number), id: "id-\(number)", outcome: .delivered)
        record.queueID = "Q\(number)"
        record.messageID = Array(messageID.utf8)
        record.sender = ""
        record.recipient = "joe@example.org"
        record.user = "joe"
        record.actions = [
            DeliveryRecord.Action(
                kind: "store", target: "Lists/Swift \"6\" = é\u{1}", script: "personal", line: 12,
                result: "stored", file: "170.M1.host"),
            DeliveryRecord.Action(kind: "forward", target: "x@y", result: "spooled"),
        ]
        record.checks = [
            DeliveryRecord.Check(
                name: "clamd", result: "found", detail: "Eicar \"a\" = 1", policy: "quarantine",
                milliseconds: 12),
            DeliveryRecord.Check(name: "spamd", result: "passed"),
        ]
        record.steps = [.init(name: "checks", milliseconds: 13)]
        record.warnings = ["odd\nheader\u{202E}", "\u{1F600} and \\ more"]
        return record
    }

    @Test("a record is read back as it was written", arguments: LogFormat.allCases)
    func roundTrip(format: LogFormat) throws {
        let record = Self.record(1)
        let read = try #require(LoggedDelivery(line: record.line(format)))
        #expect(read["id"] == "id-1")
        #expect(read["queue-id"] == "Q1")
        #expect(read["message-id"] == "<a=\"b\"@example.org>")
        #expect(read["from"] == "")
        #expect(read["outcome"] == "delivered")
        #expect(read["size"] == nil)
        #expect(read.actions == record.actions)
        #expect(read.checks == record.checks)
        #expect(read["checks-ms"] == "13")
        #expect(read.warnings == record.warnings)
        let syslog = Array("Nov 22 host postmaster[12]: ".utf8) + record.line(format)
        #expect(LoggedDelivery(line: syslog)?["id"] == "id-1")
    }

    @Test("a delivery is older than a file that was changed later")
    func age() throws {
        let read = try #require(LoggedDelivery(line: Self.record(1).line(.json)))
        #expect(read.isOlder(than: WallTime(seconds: 1_700_000_002)))
        #expect(!read.isOlder(than: WallTime(seconds: 1_700_000_001)))
    }

    private func write(_ lines: [[UInt8]], to path: String) throws {
        try OwnedFileDescriptor.create(path).write(lines.flatMap { $0 + [0x0A] }, path: path)
    }

    @Test("records are found from the end backwards, in both formats, across pieces of the file")
    func search() throws {
        let place = try TemporaryDirectory()
        let path = place.path + "/log"
        let lines = (1...2000).map { number in
            Self.record(number, messageID: number % 1000 == 0 ? "<x@y>" : "<\(number)@z>").line(
                number % 2 == 0 ? .json : .logfmt)
        }
        try write(lines, to: path)
        let search = LogSearch(path: path)
        #expect(try search.find(.messageID("x@y")).map { $0["id"] } == ["id-2000", "id-1000"])
        #expect(try search.find(.messageID("<x@y>"), limit: 1).map { $0["id"] } == ["id-2000"])
        for number in [1, 2, 999, 1500] {
            #expect(try search.find(.id("id-\(number)")).count == 1)
            #expect(try search.find(.id("Q\(number)")).count == 1)
        }
        #expect(try search.find(.id("id-3000")).isEmpty)
        #expect(try search.find(.id("")).isEmpty)
    }

    @Test("the file that was rotated away last is looked at, too")
    func rotated() throws {
        let place = try TemporaryDirectory()
        let path = place.path + "/log"
        try write([Self.record(1).line(.json)], to: path + ".1")
        try write([Self.record(2).line(.logfmt)], to: path)
        let search = LogSearch(path: path)
        #expect(try search.find(.id("id-1")).count == 1)
        #expect(try search.find(.messageID("<a=\"b\"@example.org>")).map { $0["id"] } == ["id-2", "id-1"])
    }

    @Test("a log that is not there is an error, one without line end is not")
    func oddFiles() throws {
        let place = try TemporaryDirectory()
        let path = place.path + "/log"
        #expect(throws: SystemError.self) { try LogSearch(path: path).find(.id("x")) }
        try OwnedFileDescriptor.create(path).write(Self.record(7).line(.json), path: path)
        #expect(try LogSearch(path: path).find(.id("id-7")).count == 1)
    }

    @Test("no line is taken for a record that is none, whatever is in it")
    func hostile() {
        var generator = SeededGenerator(seed: 7)
        let lines = [Self.record(1).line(.json), Self.record(1).line(.logfmt)]
        for round in 0..<4000 {
            var line = lines[round % 2]
            for _ in 0..<Int.random(in: 1...8, using: &generator) {
                let index = Int.random(in: 0..<line.count, using: &generator)
                switch Int.random(in: 0...2, using: &generator) {
                case 0: line[index] = UInt8.random(in: 0...255, using: &generator)
                case 1: line.removeSubrange(index...)
                default: line.insert(contentsOf: Array("\\u{\"[{".utf8), at: index)
                }
                if line.isEmpty { line = [0x7B] }
            }
            if let read = LoggedDelivery(line: line) { #expect(read["id"] != nil && read["outcome"] != nil) }
        }
        for text in ["", "{", "{}", "{\"id\":", String(repeating: "[", count: 10_000), "a=\"", "a=\"\\"] {
            #expect(LoggedDelivery(line: Array(text.utf8)) == nil)
        }
    }
}

extension OwnedFileDescriptor {
    fileprivate static func create(_ path: String) throws -> OwnedFileDescriptor {
        let slash = path.lastIndex(of: "/") ?? path.startIndex
        return try Directory(opening: String(path[..<slash])).createFile(
            String(path[path.index(after: slash)...]), permissions: 0o600)
    }
}
