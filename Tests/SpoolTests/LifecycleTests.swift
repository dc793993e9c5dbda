import Platform
import Testing

@testable import Spool

@Suite struct LifecycleTests {
    @Test("what is committed is found again, byte for byte")
    func commit() throws {
        let test = try TestSpool()
        let spool = try test.open()
        var message = [UInt8]((0...255)) + Array("\r\n\n\rpostmaster-end\n".utf8)
        message += message
        let fields: SpoolFields = ["sender": "", "recipient": "a@b", "recipient": "c@d"]
        let envelope = SpoolEnvelope(
            created: WallTime(seconds: 9, nanoseconds: 8), fields: fields,
            actions: [["kind": "x"], [:], ["kind": "y"]])
        let head = Array("Return-Path: <>\n".utf8)
        let reference = try spool.commit(
            envelope, head: head, body: message.span, due: WallTime(seconds: 125))
        #expect(reference == EntryReference(id: envelope.id, place: .queue(due: 125)))
        #expect(try test.files() == ["queue/0000000002/05.\(envelope.id)"])
        let found = try spool.contents(reference)
        #expect(found == .init(envelope: envelope, journal: [], message: head + message))
    }

    @Test(
        "messages of any size keep their bytes",
        arguments: [0, 1, 7, 4095, 4096, 131_072, 262_143, 262_144, 300_001])
    func sizes(count: Int) throws {
        let test = try TestSpool()
        let spool = try test.open()
        let message = String(repeating: "m", count: count)
        let reference = try spool.commit(message, due: 0)
        #expect(try spool.contents(reference)?.message == Array(message.utf8))
    }

    @Test("room for records changes neither the message nor the journal")
    func reserve() throws {
        let test = try TestSpool()
        let spool = try test.open()
        let reference = try spool.commit("message", due: 0)
        if var entry = try spool.open(reference) {
            try entry.reserve()
            try entry.append(JournalRecord(time: WallTime(seconds: 1), action: 0, kind: "done"))
            try entry.reserve()
        }
        let found = try spool.contents(reference)
        #expect(found?.message == Array("message".utf8) && found?.journal.map(\.kind) == ["done"])
    }

    @Test("what is due is found in order, and nothing else")
    func due() throws {
        let test = try TestSpool()
        let spool = try test.open()
        let times = [600, 30, 61, 59, 119, 60, 120, 5]
        for time in times { _ = try spool.commit("m", due: time) }
        let due = try spool.due(at: 119).compactMap { $0.due?.seconds }
        #expect(due == [5, 30, 59, 60, 61, 119])
        #expect(try spool.due(at: 4).isEmpty)
        #expect(try spool.due(at: 119, limit: 4).count == 4)
        #expect(try spool.due(at: 1 << 40).count == times.count)
    }

    @Test("an entry that a wrong clock put into the far future is due")
    func farFuture() throws {
        let test = try TestSpool()
        let spool = try test.open()
        let now = 1_700_000_000
        _ = try spool.commit("m", due: now + 400 * 86_400)
        _ = try spool.commit("m", due: now + 30 * 86_400)
        #expect(try spool.due(at: now).count == 1)
    }

    @Test("a record is there for whoever opens the entry next")
    func journal() throws {
        let test = try TestSpool()
        let spool = try test.open()
        let reference = try spool.commit("m", due: 0)
        var expected: [JournalRecord] = []
        for round in 0..<5 {
            var entry = try spool.opened(reference)
            #expect(entry.journal == expected)
            for index in 0..<3 {
                let record = JournalRecord(
                    time: WallTime(seconds: round), action: index == 0 ? nil : index, kind: "attempt",
                    fields: ["text": "a b\n=%"])
                try entry.append(record)
                expected.append(record)
            }
            #expect(entry.journal == expected)
        }
        #expect(try spool.inspect(reference)?.journal == expected)
    }

    @Test("an entry is moved to another time, on hold and back, and removed")
    func moves() throws {
        let test = try TestSpool()
        let spool = try test.open()
        let id: String
        var reference = try spool.commit("m", due: 0)
        id = reference.id
        reference = try spool.opened(reference).reschedule(due: WallTime(seconds: 180))
        #expect(try test.files() == ["queue/0000000003/00.\(id)"])
        #expect(try spool.due(at: 179).isEmpty)
        reference = try spool.opened(reference).hold()
        #expect(try test.files() == ["hold/\(id)"])
        #expect(try spool.due(at: 1 << 40).isEmpty)
        #expect(try spool.find(id) == reference)
        reference = try spool.opened(reference).release(due: WallTime(seconds: 61))
        #expect(try test.files() == ["queue/0000000001/01.\(id)"])
        #expect(try spool.find(id) == reference)
        reference = try spool.opened(reference).moveToCorrupt()
        #expect(try test.files() == ["corrupt/\(id)"])
        #expect(try spool.entries().entries == [reference])
        reference = try spool.opened(reference).release(due: WallTime(seconds: 62))
        #expect(try spool.contents(reference)?.message == Array("m".utf8))
        try spool.opened(reference).remove()
        #expect(try test.files().isEmpty)
        #expect(try spool.find(id) == nil)
        #expect(try spool.contents(reference) == nil)
        #expect(try spool.remove(reference) == false)
    }

    @Test("moving an entry to where it is leaves it there")
    func moveToSamePlace() throws {
        let test = try TestSpool()
        let spool = try test.open()
        let reference = try spool.commit("m", due: 77)
        try spool.opened(reference).reschedule(due: WallTime(seconds: 77))
        #expect(try spool.due(at: 77) == [reference])
        // Another second of the same minute is another name in the same directory.
        try spool.opened(reference).reschedule(due: WallTime(seconds: 78))
        #expect(try spool.due(at: 78).compactMap { $0.due?.seconds } == [78])
        #expect(try test.files().count == 1)
    }

    @Test("minutes that are past and empty go, others stay")
    func emptyBuckets() throws {
        let test = try TestSpool()
        let spool = try test.open()
        let first = try spool.commit("m", due: 0)
        _ = try spool.commit("m", due: 60)
        let third = try spool.commit("m", due: 6000)
        for reference in [first, third] { #expect(try spool.remove(reference)) }
        #expect(try spool.due(at: 120).count == 1)
        let buckets = try spool.tree.buckets().buckets.map(\.minute)
        #expect(buckets == [1, 100])
        #expect(try spool.commit("m", due: 0).due?.seconds == 0)
    }

    @Test("strangers among the entries are told, and left alone")
    func strays() throws {
        let test = try TestSpool()
        let spool = try test.open()
        let reference = try spool.commit("m", due: 0)
        for path in ["queue/x", "queue/0000000000/y", "hold/z", "corrupt/w"] {
            _ = try run("/bin/touch", "\(test.home)/\(path)")
        }
        let found = try spool.entries()
        #expect(found.entries == [reference])
        let expected = ["queue/x", "queue/0000000000/y", "hold/z", "corrupt/w"].map { "\(test.home)/\($0)" }
        #expect(found.strays.sorted() == expected.sorted())
        #expect(try spool.due(at: 0) == [reference])
        #expect(try spool.due(at: 60) == [reference])
    }

    @Test("one name is committed once")
    func sameName() throws {
        let test = try TestSpool()
        let spool = try test.open()
        let envelope = SpoolEnvelope(created: WallTime(seconds: 1), fields: [:], actions: [])
        let body = Array("one".utf8)
        let other = Array("two".utf8)
        let reference = try spool.commit(envelope, head: [], body: body.span, due: WallTime(seconds: 0))
        let second = kind { () throws(SpoolError) in
            try spool.commit(envelope, head: [], body: other.span, due: WallTime(seconds: 0))
        }
        #expect(second == .failed)
        #expect(try spool.contents(reference)?.message == body)
        #expect(try test.files().count == 1)
    }

    @Test("a record that is too large is refused, and the entry goes on")
    func largeRecord() throws {
        let test = try TestSpool()
        let spool = try test.open()
        var entry = try spool.opened(try spool.commit("m", due: 0))
        let large = JournalRecord(
            time: WallTime(seconds: 0), action: nil, kind: "note",
            fields: ["text": String(repeating: "x", count: 1 << 20)])
        do throws(SpoolError) {
            try entry.append(large)
            Issue.record("it was taken")
        } catch {
            #expect(error.kind == .tooLarge)
        }
        try entry.append(JournalRecord(time: WallTime(seconds: 0), action: nil, kind: "note"))
        #expect(entry.journal.count == 1)
    }

    @Test(
        "an envelope whose name is no identifier cannot be committed",
        arguments: ["", "../x", "000000000000000/", "hold"])
    func hostileIdentifier(id: String) throws {
        let test = try TestSpool()
        let spool = try test.open()
        let envelope = SpoolEnvelope(id: id, created: WallTime(seconds: 1), fields: [:], actions: [])
        let result = kind { () throws(SpoolError) in
            try spool.commit(envelope, head: [], body: [UInt8]().span, due: WallTime(seconds: 0))
        }
        #expect(result == .unsafe)
        #expect(try spool.find(id) == nil)
        #expect(try test.files().isEmpty)
    }

    @Test("a message outlives its entry", arguments: [1000, 1_000_000])
    func messageOutlivesEntry(count: Int) throws {
        let test = try TestSpool()
        let spool = try test.open()
        var entry = try spool.opened(try spool.commit(String(repeating: "m", count: count), due: 0))
        let message = try entry.message()
        try entry.append(JournalRecord(time: WallTime(seconds: 0), action: 0, kind: "done"))
        try entry.remove()
        #expect(message.array(0..<message.count) == [UInt8](repeating: UInt8(ascii: "m"), count: count))
    }

    @Test("a scratch file has no name")
    func scratchFile() throws {
        let test = try TestSpool()
        let spool = try test.open()
        let file = try spool.scratchFile()
        try file.write(Array("text".utf8), path: "")
        #expect(try file.read(at: 0, count: 9, path: "") == Array("text".utf8))
        #expect(try test.files().isEmpty)
    }
}
