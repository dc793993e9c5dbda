import Platform
import Testing

@testable import Spool

@Suite struct EnumerationTests {
    @Test("all entries come by room and time, with what is none, until nobody wants more")
    func order() throws {
        let test = try TestSpool()
        let spool = try test.open()
        let late = try spool.commit("late", due: 900)
        let soon = try spool.commit("soon", due: 65)
        let next = try spool.commit("next", due: 70)
        let held = try spool.opened(try spool.commit("held", due: 5)).hold()
        let damaged = try spool.opened(try spool.commit("damaged", due: 5)).moveToCorrupt()
        for room in ["queue", "hold", "corrupt"] {
            _ = try Directory(opening: "\(test.home)/\(room)").createFile("stray", permissions: 0o600)
        }
        var entries: [EntryReference] = []
        var strays: Set<String> = []
        try spool.forEachEntry { finding in
            switch finding {
            case .entry(let reference): entries.append(reference)
            case .stray(let path): strays.insert(String(path.dropFirst(test.home.utf8.count + 1)))
            }
            return true
        }
        #expect(entries == [soon, next, late, held, damaged])
        #expect(strays == ["queue/stray", "hold/stray", "corrupt/stray"])
        for wanted in 1...5 {
            var seen = 0
            try spool.forEachEntry { finding in
                if case .entry = finding { seen += 1 }
                return seen < wanted
            }
            #expect(seen == wanted)
        }
    }

    @Test("where an entry is can be written on a line and read back")
    func references() throws {
        let id = EntryIdentifier.make(at: WallTime(seconds: 1_732_300_000), random: 77)
        for place in [EntryReference.Place.queue(due: 0), .queue(due: 1_732_300_059), .hold, .corrupt] {
            let reference = EntryReference(id: id, place: place)
            #expect(EntryReference(text: reference.text) == reference)
        }
    }

    @Test(
        "what is no place of an entry is not taken for one",
        arguments: [
            "", "hold", "1kd2x9h0f4m7w2z", "1kd2x9h0f4m7w2z hold 1", "1kd2x9h0f4m7w2z queue",
            "1kd2x9h0f4m7w2z queue -1", "1kd2x9h0f4m7w2z queue x", "1kd2x9h0f4m7w2z queue 99999999999999",
            "1kd2x9h0f4m7w2z nowhere", "../../../../etc hold", "1KD2X9H0F4M7W2Z hold",
        ])
    func noReference(text: String) {
        #expect(EntryReference(text: text) == nil)
    }

    @Test("an entry's name tells when it was made", arguments: [0, 1, 1_732_300_000, 1 << 35 - 1])
    func times(seconds: Int) {
        let id = EntryIdentifier.make(at: WallTime(seconds: seconds), random: .max)
        #expect(EntryIdentifier.time(of: id) == WallTime(seconds: seconds))
        #expect(EntryIdentifier.time(of: id.uppercased() + "!") == nil)
    }

    @Test("a message is read without a lock, in pieces, and as long as somebody wants more")
    func messages() throws {
        let test = try TestSpool()
        let spool = try test.open()
        let text = String(repeating: "0123456789abcdef", count: 30_000)
        let reference = try spool.commit(text, due: 5)
        let entry = try spool.opened(reference)
        var read: [UInt8] = []
        var pieces = 0
        let isThere = try spool.readMessage(of: reference) {
            read += $0
            pieces += 1
            return true
        }
        #expect(isThere && pieces > 1)
        #expect(read == Array(text.utf8))
        pieces = 0
        _ = try spool.readMessage(of: reference) { _ in
            pieces += 1
            return false
        }
        #expect(pieces == 1)
        try entry.remove()
        #expect(try spool.readMessage(of: reference) { _ in true } == false)
        #expect(try spool.fileSize(of: reference) == nil)
    }

    @Test("of a damaged entry it is told what is wrong, and where it is cut its message ends with an error")
    func damage() throws {
        let test = try TestSpool()
        let spool = try test.open()
        let reference = try spool.commit("a message of some length", due: 5)
        #expect(spool.damage(of: reference) == nil)
        let bytes = try test.bytes(of: reference)
        #expect(try spool.fileSize(of: reference) == bytes.count)
        try test.replace(reference, with: Array(bytes.dropLast(30)))
        #expect(spool.damage(of: reference)?.kind == .damaged)
        #expect(
            kind { () throws(SpoolError) in try spool.readMessage(of: reference) { _ in true } } == .damaged)
        try test.replace(reference, with: [])
        #expect(
            kind { () throws(SpoolError) in try spool.readMessage(of: reference) { _ in true } } == .damaged)
    }
}
