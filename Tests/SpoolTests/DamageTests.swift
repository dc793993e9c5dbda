import Platform
import Testing

@testable import Spool

@Suite struct DamageTests {
    /// A spool with one entry of a few records, and the file as it should be.
    private func sample() throws -> (
        test: TestSpool, reference: EntryReference, bytes: [UInt8], journalStart: Int
    ) {
        let test = try TestSpool()
        let spool = try test.open()
        let reference = try spool.commit("Subject: x\n\nbody\n", due: 0)
        let journalStart = try test.bytes(of: reference).count
        var entry = try spool.opened(reference)
        for index in 0..<3 {
            try entry.append(
                JournalRecord(
                    time: WallTime(seconds: index), action: index, kind: "done", fields: ["to": "x y"]))
        }
        return (test, reference, try test.bytes(of: reference), journalStart)
    }

    /// What opening the entry gives, when its file is `bytes`; the entry is put back afterwards.
    private func outcome(_ test: TestSpool, _ reference: EntryReference, _ bytes: [UInt8]) throws -> Outcome {
        let spool = try test.open()
        try test.replace(reference, with: bytes)
        do throws(SpoolError) {
            let contents = try spool.contents(reference)
            return contents.map(Outcome.opened) ?? .unavailable
        } catch {
            guard error.kind == .damaged else { return .other(error) }
            let files = try test.files()
            guard files == ["corrupt/\(reference.id)"], error.path == "\(test.home)/corrupt/\(reference.id)"
            else { return .other(error) }
            let corrupt = EntryReference(id: reference.id, place: .corrupt)
            let isKept = try test.bytes(of: corrupt) == bytes
            try test.rename(corrupt, to: reference)
            return isKept ? .corrupt : .other(error)
        }
    }

    private enum Outcome: Equatable {
        case opened(SpoolDirectory.Contents)
        case corrupt
        case unavailable
        case other(SpoolError)
    }

    @Test("an entry cut short anywhere is damaged, unless only records of its journal are gone")
    func truncated() throws {
        let (test, reference, bytes, journalStart) = try sample()
        let whole = try #require(try test.open().contents(reference))
        var recordCounts: [Int] = []
        for length in 0...bytes.count {
            switch try outcome(test, reference, Array(bytes[..<length])) {
            case .corrupt: #expect(length < journalStart, "cut to \(length)")
            case .opened(let contents):
                #expect(length >= journalStart, "cut to \(length)")
                #expect(contents.message == whole.message && contents.envelope == whole.envelope)
                #expect(contents.journal == Array(whole.journal[..<contents.journal.count]))
                recordCounts.append(contents.journal.count)
            case let other: Issue.record("cut to \(length): \(other)")
            }
        }
        #expect(recordCounts == recordCounts.sorted())
        #expect(recordCounts.first == 0 && recordCounts.last == 3)
        print("spool: \(bytes.count + 1) truncations tried")
    }

    @Test("a byte changed anywhere is noticed", arguments: [UInt8(0x01), 0x20, 0x80, 0xFF])
    func flipped(mask: UInt8) throws {
        let (test, reference, bytes, _) = try sample()
        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= mask
            let result = try outcome(test, reference, changed)
            #expect(result == .corrupt, "byte \(index) of \(bytes.count)")
        }
        print("spool: \(bytes.count) flips with mask \(mask) tried")
    }

    @Test("a byte more or less anywhere before the journal is noticed")
    func shifted() throws {
        let (test, reference, bytes, journalStart) = try sample()
        for index in 0..<journalStart {
            var changed = bytes
            changed.remove(at: index)
            let removed = try outcome(test, reference, changed)
            changed = bytes
            changed.insert(UInt8(ascii: "x"), at: index)
            let inserted = try outcome(test, reference, changed)
            #expect(removed == .corrupt && inserted == .corrupt, "byte \(index)")
        }
    }

    @Test("records out of order, twice, or of another entry's length are damage")
    func shuffledRecords() throws {
        let (test, reference, bytes, journalStart) = try sample()
        let lines = bytes[journalStart...].split(separator: 10).map { Array($0) + [10] }
        let frame = Array(bytes[..<journalStart])
        for order in [[1, 0, 2], [0, 0, 1], [0, 2], [1], [0, 1, 2, 2], [2, 1, 0]] {
            let result = try outcome(test, reference, frame + order.flatMap { lines[$0] })
            #expect(result == .corrupt, "\(order)")
        }
    }

    @Test("random files are damaged entries", arguments: 0..<40)
    func garbage(seed: Int) throws {
        let (test, reference, bytes, journalStart) = try sample()
        var random = Random(UInt64(seed))
        var garbage = random.bytes(upTo: 400)
        if seed.isMultiple(of: 2) { garbage = Array(bytes[..<min(seed * 5, journalStart - 1)]) + garbage }
        #expect(try outcome(test, reference, garbage) == .corrupt)
    }

    @Test("a header that tells of another entry is damage")
    func misnamed() throws {
        let (test, reference, bytes, _) = try sample()
        let other = try test.open().commit("other", due: 0)
        try test.replace(other, with: bytes)
        #expect(kind { () throws(SpoolError) in try test.open().contents(other) } == .damaged)
        #expect(try test.open().contents(reference) != nil)
    }

    @Test("a format of another version is left where it is")
    func otherVersion() throws {
        let (test, reference, bytes, _) = try sample()
        let checksum = Checksum()
        var changed = bytes
        changed[17] = UInt8(ascii: "2")
        let format = try #require(EntryFormat(line: Array(changed[..<65])))
        let header = Array(bytes[65..<format.messageStart])
        changed.replaceSubrange(..<65, with: format.line(over: header, checksum))
        try test.replace(reference, with: changed)
        #expect(kind { () throws(SpoolError) in try test.open().contents(reference) } == .unsupported)
        #expect(try test.bytes(of: reference) == changed)
        changed[64 - 1] ^= 1
        #expect(try outcome(test, reference, changed) == .corrupt)
    }

    @Test("a damaged entry on hold is set aside too, and one in corrupt stays there")
    func damagedElsewhere() throws {
        let test = try TestSpool()
        let spool = try test.open()
        let reference = try spool.opened(try spool.commit("m", due: 0)).hold()
        try test.replace(reference, with: [])
        #expect(kind { () throws(SpoolError) in try spool.contents(reference) } == .damaged)
        let corrupt = try #require(try spool.find(reference.id))
        #expect(corrupt.place == .corrupt)
        #expect(kind { () throws(SpoolError) in try spool.contents(corrupt) } == .damaged)
        #expect(try spool.find(reference.id) == corrupt)
        #expect(try spool.remove(corrupt))
        #expect(try test.files().isEmpty)
    }
}

@Suite struct TornJournalTests {
    @Test("a record torn at any byte is left out, and the next is written over it")
    func tornAnywhere() throws {
        let test = try TestSpool()
        let spool = try test.open()
        let reference = try spool.commit("message", due: 0)
        let first = JournalRecord(time: WallTime(seconds: 1), action: 0, kind: "begun")
        let second = JournalRecord(
            time: WallTime(seconds: 2), action: 0, kind: "failed", fields: ["text": "some longer reason"])
        let third = JournalRecord(time: WallTime(seconds: 3), action: nil, kind: "n")
        try append([first], to: reference, of: spool)
        let before = try test.bytes(of: reference)
        try append([second], to: reference, of: spool)
        let after = try test.bytes(of: reference)
        for length in before.count..<after.count {
            try test.replace(reference, with: Array(after[..<length]))
            #expect(try spool.contents(reference)?.journal == [first], "torn at \(length)")
            try append([third], to: reference, of: spool)
            #expect(try spool.contents(reference)?.journal == [first, third], "torn at \(length)")
        }
    }

    @Test("a record whose sectors arrived only in part is left out")
    func missingSectors() throws {
        let test = try TestSpool()
        let spool = try test.open()
        let reference = try spool.commit(String(repeating: "m", count: 300), due: 0)
        let before = try test.bytes(of: reference)
        let record = JournalRecord(
            time: WallTime(seconds: 1), action: 0, kind: "done",
            fields: ["text": String(repeating: "t", count: 1500)])
        try append([record], to: reference, of: spool)
        let after = try test.bytes(of: reference)
        let sectors = before.count / 512...(after.count - 1) / 512
        // Every way in which the sectors of the record are there or not, but for all of them being there.
        for arrived in 0..<(1 << sectors.count) - 1 {
            var bytes = after
            for (index, sector) in sectors.enumerated() where arrived >> index & 1 == 0 {
                for position in max(sector * 512, before.count)..<min((sector + 1) * 512, after.count) {
                    bytes[position] = 0
                }
            }
            try test.replace(reference, with: bytes)
            #expect(try spool.contents(reference)?.journal == [], "sectors \(String(arrived, radix: 2))")
        }
        #expect(sectors.count >= 4)
    }

    @Test("a hole in front of a whole record is damage, no torn end")
    func holeBeforeRecord() throws {
        let test = try TestSpool()
        let spool = try test.open()
        let reference = try spool.commit("m", due: 0)
        let start = try test.bytes(of: reference).count
        let record = JournalRecord(
            time: WallTime(seconds: 1), action: 0, kind: "done",
            fields: ["text": String(repeating: "t", count: 1500)])
        try append([record, record], to: reference, of: spool)
        var bytes = try test.bytes(of: reference)
        for index in start..<start + 1100 { bytes[index] = 0 }
        try test.replace(reference, with: bytes)
        #expect(kind { () throws(SpoolError) in try spool.contents(reference) } == .damaged)
    }

    private func append(
        _ records: [JournalRecord], to reference: EntryReference, of spool: borrowing SpoolDirectory
    ) throws {
        var entry = try spool.opened(reference)
        for record in records { try entry.append(record) }
    }
}
