import Platform
import TestSupport
import Testing
import UserState

@Suite("state that is damaged, or out of reach")
struct StateDamageTests {
    private let root: TemporaryDirectory

    init() throws { root = try TemporaryDirectory() }

    private var path: String { root.path("state.db") }

    /// The octets of a file that remembers 200 things.
    private func sound(_ name: String = "sound.db") throws -> [UInt8] {
        do {
            var store = StateStore(at: root.path(name))
            try store.remember(
                (0..<200).map { StateEntry(.duplicate, key: key("key number \($0)"), until: noon + 1000) },
                now: noon)
        }
        return try OwnedFileDescriptor(reading: root.path(name)).readAll(limit: 1 << 20, path: name)
    }

    private func put(_ octets: [UInt8], _ name: String = "state.db") throws {
        let file = try root.open().openOrCreateFile(name, .write, permissions: 0o600)
        try file.truncate(to: 0, path: name)
        try file.write(octets, path: name)
    }

    /// Whether something can be remembered, and is known then.
    private func works() throws -> Bool {
        var store = StateStore(at: path)
        try store.remember(.vacation, key: key("new"), until: noon + 10, now: noon)
        return try store.contains(.vacation, key: key("new"), now: noon)
    }

    enum Damage: CaseIterable {
        case text, zeros, random, header, halved, cutInPage, beyondEnd, pages, foreign
    }

    private func damaged(_ damage: Damage) throws -> [UInt8] {
        var generator = SeededGenerator(seed: 77)
        var octets = try sound()
        switch damage {
        case .text: return Array(String(repeating: "From somebody\n", count: 1000).utf8)
        case .zeros: return [UInt8](repeating: 0, count: 8192)
        case .random: return (0..<8192).map { _ in UInt8.random(in: 0...255, using: &generator) }
        case .header: for index in 0..<16 { octets[index] ^= 0x55 }
        case .halved: octets.removeLast(octets.count / 2)
        case .cutInPage: octets.removeLast(1000)
        case .beyondEnd: octets.removeSubrange(4096...)
        case .pages:
            for index in 4096..<octets.count { octets[index] = UInt8.random(in: 0...255, using: &generator) }
        case .foreign:
            let path = root.path("foreign.db")
            try Database.create(path)
            try Database(opening: path, busyMilliseconds: 0).execute("CREATE TABLE entries (mine)")
            return try OwnedFileDescriptor(reading: path).readAll(limit: 1 << 20, path: path)
        }
        return octets
    }

    @Test("a damaged file is set aside and begun anew", arguments: Damage.allCases)
    func damage(_ damage: Damage) throws {
        let octets = try damaged(damage)
        try put(octets)
        try root.write("state.db-journal", "")
        #expect(try works())
        // A part of a page is seen to be missing by who needs that page.
        if damage != .cutInPage {
            let kept = try OwnedFileDescriptor(reading: path + ".damaged").readAll(limit: 1 << 20, path: path)
            #expect(kept == octets)
        }
        #expect(try FileStatus.of(path).permissions == 0o600)
    }

    @Test(
        "to ask a damaged file is to know nothing, and no error", arguments: [Damage.text, .pages, .foreign])
    func asking(_ damage: Damage) throws {
        try put(try damaged(damage))
        var store = StateStore(at: path)
        #expect(try !store.contains(.duplicate, key: key("key number 5"), now: noon))
        #expect(try root.open().names().contains("state.db.damaged"))
        #expect(try !root.open().names().contains("state.db"))
        #expect(try works())
    }

    @Test("a second damaged file takes the place of the first")
    func twice() throws {
        for text in ["first first first first first first", "second second second second second"] {
            try root.write("state.db", text)
            #expect(try works())
            #expect(try root.read("state.db.damaged") == text)
        }
    }

    @Test("an empty file is a new one")
    func empty() throws {
        try root.write("state.db", "")
        #expect(try works())
        #expect(try !root.open().names().contains("state.db.damaged"))
    }

    @Test("the journal of a file that is gone is not rolled back into the next")
    func orphanedJournal() throws {
        try put(try sound(), "state.db-journal")
        #expect(try works())
    }

    @Test("a file whose tables are gone is begun anew")
    func missingTable() throws {
        try put(try sound())
        try Database(opening: path, busyMilliseconds: 0).execute("DROP TABLE entries")
        #expect(try works())
        #expect(try root.open().names().contains("state.db.damaged"))
    }

    @Test("a file of a later release is left alone, and nothing is known")
    func laterFormat() throws {
        try put(try sound())
        try Database(opening: path, busyMilliseconds: 0).execute("PRAGMA user_version=9")
        var store = StateStore(at: path)
        let error = #expect(throws: StateError.self) {
            try store.contains(.duplicate, key: key("key number 5"), now: noon)
        }
        #expect(error?.description == "state \(path): a later release made it (format 9)")
        #expect(error?.isPassing == false)
        #expect(try !root.open().names().contains("state.db.damaged"))
    }

    @Test("a file that is replaced, or removed, while it is open is opened again")
    func replaced() throws {
        var store = StateStore(at: path)
        try store.remember(.notice, key: key("a"), until: noon + 1, now: noon)
        try root.open().removeFile("state.db")
        #expect(try !store.contains(.notice, key: key("a"), now: noon))
        try store.remember(.notice, key: key("b"), until: noon + 1, now: noon)
        #expect(try store.contains(.notice, key: key("b"), now: noon))
        try put(try sound(), "other")
        try root.open().rename("other", to: "state.db", in: root.open())
        #expect(try store.contains(.duplicate, key: key("key number 5"), now: noon))
        #expect(try !store.contains(.notice, key: key("b"), now: noon))
    }

    @Test("one octet that is changed, wherever it is, is harmless", .timeLimit(.minutes(10)))
    func flippedOctets() throws {
        let octets = try sound()
        var generator = SeededGenerator(seed: 3)
        var setAside = 0
        for _ in 0..<300 {
            var changed = octets
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                changed[Int.random(in: 0..<changed.count, using: &generator)] ^= UInt8.random(
                    in: 1...255, using: &generator)
            }
            try put(changed)
            try? root.open().removeFile("state.db.damaged")
            var store = StateStore(at: path)
            // A file may claim to be of a later release; any other error would be one of ours.
            do throws(StateError) {
                _ = try store.contains(.duplicate, key: key("key number 5"), now: noon)
                try store.remember(.duplicate, key: key("key number 7"), until: noon + 10, now: noon)
                #expect(try store.contains(.duplicate, key: key("key number 7"), now: noon))
            } catch {
                guard case .laterFormat = error.reason else {
                    Issue.record("\(error)")
                    continue
                }
            }
            if try root.open().names().contains("state.db.damaged") { setAside += 1 }
        }
        #expect(setAside > 10 && setAside < 300, "\(setAside)")
    }

    @Test("where no file can be made, that is an error with the path")
    func unwritable() throws {
        let places = ["/proc/state.db", root.path("missing/state.db")]
        for place in places {
            var store = StateStore(at: place)
            #expect(try !store.contains(.notice, key: key("a"), now: noon))
            let error = #expect(throws: StateError.self) {
                try store.remember(.notice, key: key("a"), until: noon + 1, now: noon)
            }
            #expect(error?.path == place)
            guard case .system = error?.reason else {
                Issue.record("\(String(describing: error))")
                continue
            }
        }
    }

    @Test("a directory in the place of the file is an error, and stays")
    func directory() throws {
        try root.makeDirectory("state.db")
        var store = StateStore(at: path)
        let error = #expect(throws: StateError.self) {
            try store.contains(.notice, key: key("a"), now: noon)
        }
        #expect(error?.isPassing == false)
        #expect(try FileStatus.of(path).kind == .directory)
    }

    @Test("a file, or a directory, that may not be written is an error", arguments: ["state.db", "."])
    func readOnly(_ name: String) async {
        await #expect(processExitsWith: .success) { [name = name as String] in
            let root = try TemporaryDirectory()
            // Its owner's alone, and this process is soon nobody.
            try root.write("state.db", "", permissions: 0o644)
            try root.write("state.db.lock", "", permissions: 0o666)
            try root.setPermissions(".", name == "." ? 0o555 : 0o777)
            if Identity.current().isSuperuser {
                try becomeNobody()
            } else {
                try root.setPermissions(name, 0o444)
            }
            let path = root.path("state.db")
            var store = StateStore(at: path)
            let error = #expect(throws: StateError.self) {
                try store.remember(.notice, key: key("a"), until: noon + 1, now: noon)
            }
            #expect(error?.path == path && error?.isPassing == false)
            #expect(try FileStatus.of(path).size == 0)
        }
    }
}
