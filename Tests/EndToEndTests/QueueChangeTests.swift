import Foundation
import Glibc
import Testing

/// What `postmasterctl queue` changes, on spools that were written entry by entry.
@Suite("Queue changes", .serialized)
struct QueueChangeTests {
    private static let now = Int(Date().timeIntervalSince1970)

    private static func entry(
        _ number: Int, sender: String = "alice@example.org", _ place: WrittenEntry.Place? = nil
    ) -> WrittenEntry {
        var entry = WrittenEntry(
            id: WrittenEntry.name(at: now - number, number), created: now - number,
            place: place ?? .queue(due: now + 3600 + number))
        entry.sender = sender
        return entry
    }

    /// Thirty in the queue of which every third is Bob's, ten on hold, two damaged.
    private static func mixed() throws -> (spool: WrittenSpool, entries: [WrittenEntry]) {
        let spool = try WrittenSpool()
        var entries = (0..<30).map {
            entry($0, sender: $0 % 3 == 0 ? "bob@example.org" : "alice@example.org")
        }
        entries += (30..<40).map { entry($0, .hold) }
        let damaged = (40..<42).map { entry($0, .corrupt) }
        try spool.add(entries)
        try spool.add(damaged, cut: 40)
        return (spool, entries + damaged)
    }

    private static func count(_ spool: WrittenSpool, _ place: String) throws -> Int {
        try spool.list().count { $0["place"] as? String == place }
    }

    // MARK: By name

    @Test("entries that are named, as words or on standard input, are changed, and counted")
    func named() throws {
        let (spool, entries) = try Self.mixed()
        let ids = entries.map(\.id)
        let held = try spool.queue(["hold", ids[0], ids[1]])
        #expect(held.code == 0)
        #expect(held.output == "\(ids[0]): on hold\n\(ids[1]): on hold\n2 entries on hold\n")
        #expect(try spool.identifiers(["--held"]).count == 12)
        let input = Data("\(ids[0])\n  \(ids[1])\r\n\n\(ids[2])\n".utf8)
        let removed = try spool.queue(["remove", "-"], input: input)
        #expect(removed.output.hasSuffix("3 entries removed\n"))
        #expect(try spool.list().count == 39)
    }

    @Test("of entries that are not there it is said, and the others are changed all the same")
    func missing() throws {
        let (spool, entries) = try Self.mixed()
        let completed = try spool.queue([
            "remove", "0000000zzzzzzzz", entries[0].id, entries[0].id, "\u{1B}[2J",
        ])
        #expect(completed.code == 1)
        #expect(completed.output == "\(entries[0].id): removed\n1 entry removed, 2 not\n")
        #expect(completed.errors.contains("there is no entry 0000000zzzzzzzz\n"))
        #expect(!completed.errors.contains("\u{1B}"))
    }

    @Test(
        "whoever does not say which entries changes none",
        arguments: [
            ["remove"], ["remove", "--all", "x"], ["hold", "--held", "x"], ["requeue", "--all"], ["bounce"],
        ])
    func unsaid(words: [String]) throws {
        let (spool, _) = try Self.mixed()
        #expect(try spool.queue(words).code == 64)
        #expect(try spool.list().count == 42)
    }

    @Test("an entry that another process is at work on is left alone, and still shown")
    func locked() throws {
        let (spool, entries) = try Self.mixed()
        let file = unsafe open(spool.path(of: entries[0]), O_RDWR | O_CLOEXEC)
        #expect(file >= 0 && flock(file, LOCK_EX | LOCK_NB) == 0)
        defer { close(file) }
        for words in [
            ["remove"], ["hold"], ["release"], ["bounce"], ["requeue", "--route", "smtp://localhost"],
        ] {
            let completed = try spool.queue(words + [entries[0].id])
            #expect(completed.code == 1, "\(words)")
            #expect(completed.errors.contains("another process is at work on it"), "\(completed.errors)")
        }
        #expect(try spool.queue(["show", entries[0].id]).output.contains("Subject: spooled"))
        #expect(try spool.queue(["show", "--message", entries[0].id]).output.hasSuffix("Hello.\n"))
        #expect(try spool.list().count == 42)
    }

    // MARK: By filter

    @Test(
        "a filter changes what it finds where the change makes sense",
        arguments: [
            (["hold", "--all"], ["queue": 0, "hold": 40, "corrupt": 2]),
            (["hold", "--sender", "bob@*"], ["queue": 20, "hold": 20, "corrupt": 2]),
            (["release", "--all"], ["queue": 40, "hold": 0, "corrupt": 2]),
            (["remove", "--sender", "BOB@*"], ["queue": 20, "hold": 10, "corrupt": 2]),
            (["remove", "--all"], ["queue": 0, "hold": 0, "corrupt": 2]),
            (["remove", "--held"], ["queue": 30, "hold": 0, "corrupt": 2]),
            (["remove", "--damaged"], ["queue": 30, "hold": 10, "corrupt": 0]),
            (["remove", "--due"], ["queue": 30, "hold": 10, "corrupt": 2]),
            (
                ["requeue", "--all", "--route", "smtp://localhost:25"],
                ["queue": 30, "hold": 10, "corrupt": 2]
            ),
            (["requeue", "--held", "--route", "default"], ["queue": 40, "hold": 0, "corrupt": 2]),
        ])
    func filtered(words: [String], places: [String: Int]) throws {
        let (spool, _) = try Self.mixed()
        let completed = try spool.queue(words)
        #expect(completed.code == 0, "\(completed.errors)")
        for (place, number) in places { #expect(try Self.count(spool, place) == number, "\(place)") }
    }

    @Test(
        "more than twenty entries are removed or bounced at a terminal only after a yes",
        arguments: ["remove", "bounce"])
    func asked(command: String) throws {
        let (spool, _) = try Self.mixed()
        let refused = try spool.onTerminal([command, "--all"], answer: "n\n")
        #expect(refused.code == 1)
        #expect(refused.output.contains("\(command) 40 entries? [y/N]"), "\(refused.output)")
        #expect(try spool.list().count == 42)
        #expect(try spool.onTerminal(["remove", "--sender", "bob@*"]).code == 0, "few are not asked for")
        #expect(try spool.list().count == 32)
        guard command == "remove" else { return }
        #expect(try spool.onTerminal([command, "--held", "--due", "--yes"]).code == 0)
        #expect(try spool.onTerminal([command, "--all"], answer: "y\n").code == 0)
        #expect(try spool.list().count == 2)
    }

    // MARK: Damage

    @Test("a damaged entry is listed and can be removed, and nothing else is done to it")
    func damaged() throws {
        let spool = try WrittenSpool()
        var entry = Self.entry(1, .corrupt)
        entry.message = Data(repeating: 0x78, count: 5000)
        try spool.add([entry], cut: entry.bytes.count - 20)
        let listed = try #require(try spool.list().first)
        #expect(listed["place"] as? String == "corrupt")
        #expect(listed["size"] as? Int == 20)
        #expect(listed["created"] as? Int == entry.created, "its name tells")
        #expect((listed["reason"] as? String)?.contains("first line") == true)
        #expect(try spool.queue(["list"]).output.contains("damaged"))
        for words in [
            ["hold"], ["release"], ["bounce"], ["requeue", "--route", "default"], ["retry"], ["show"],
        ] {
            #expect(try spool.queue(words + [entry.id]).code == 1, "\(words)")
        }
        #expect(try spool.list().count == 1)
        #expect(try spool.queue(["remove", entry.id]).code == 0)
        #expect(try spool.list().isEmpty)
    }

    @Test("what is wrong with a damaged entry is said, and what can be read of it is shown")
    func damagedMessage() throws {
        let spool = try WrittenSpool()
        let entry = Self.entry(2, .corrupt)
        try spool.add([entry])
        let path = spool.path(of: entry)
        let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
        let spoilt = String(decoding: bytes, as: UTF8.self).replacing("Hello.", with: "Hullo.")
        let handle = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        try handle.write(contentsOf: Data(spoilt.utf8))
        try handle.close()
        let shown = try spool.queue(["show", entry.id])
        #expect(shown.code == 0)
        #expect(shown.output.contains("the message is not what its checksum says"))
        #expect(shown.output.contains("Subject: spooled"))
        #expect(try spool.queue(["show", "--body", entry.id]).output == "Hullo.\n")
    }

    // MARK: Another way

    @Test("what is requeued is due now, and its journal says the way")
    func requeued() throws {
        let spool = try WrittenSpool()
        let entry = Self.entry(5)
        try spool.add([entry])
        let completed = try spool.queue([
            "requeue", entry.id, "--route", "smtp://backup.example.net?tls=required",
        ])
        #expect(completed.code == 0, "\(completed.errors)")
        let listed = try #require(try spool.list().first)
        #expect(listed["route"] as? String == "smtp://backup.example.net:25?tls=required")
        #expect((listed["due"] as? Int ?? .max) <= Int(Date().timeIntervalSince1970))
        #expect(listed["created"] as? Int == entry.created, "it keeps its age")
        #expect(
            try spool.queue(["show", entry.id]).output.contains(
                "route: smtp://backup.example.net:25?tls=required"))
        #expect(try spool.queue(["requeue", entry.id, "--route", "default"]).code == 0)
        #expect(try spool.list().first?["route"] is NSNull)
        #expect(try spool.list().first?["attempts"] as? Int == 0)
    }

    @Test(
        "a route that is none is refused",
        arguments: [
            "", "nonsense", "smtp://", "smtp://host:99999", "ftp://host", "lmtp:unix:relative",
            "smtp://h\u{1B}",
        ])
    func noRoute(route: String) throws {
        let spool = try WrittenSpool()
        let entry = Self.entry(6)
        try spool.add([entry])
        #expect(try spool.queue(["requeue", entry.id, "--route", route]).code == 64)
        #expect(try spool.list().first?["route"] is NSNull)
    }

    @Test("what does not leave takes no route, and what was refused there is tried once more")
    func routesOfSteps() throws {
        let spool = try WrittenSpool()
        var local = Self.entry(7)
        local.actions = [
            [("do", "store"), ("level", "INBOX")], [("do", "forward"), ("to", "x@example.com")],
        ]
        local.journal = [.init(time: Self.now, action: 1, kind: "done")]
        var refused = Self.entry(8)
        refused.journal = [
            .init(time: Self.now, action: 0, kind: "refused", fields: [("reason", "no"), ("cause", "reply")])
        ]
        try spool.add([local, refused])
        let completed = try spool.queue(["requeue", "--all", "--route", "sendmail:"])
        #expect(completed.code == 1)
        #expect(completed.errors.contains("\(local.id): nothing of it leaves this machine"))
        #expect(completed.output.hasSuffix("1 entry requeued, 1 not\n"))
        let open = try spool.list(["--due"]).first?["open"] as? [[String: Any]]
        #expect(open?.first?["state"] as? String == "open")
    }

    // MARK: Root

    @Test("root changes the entries of all users, each as their owner", .enabled(if: isRoot))
    func owners() throws {
        let spool = try WrittenSpool()
        let other = UserID(user: 65533, group: 65533)
        let entries = (0..<1010).map { Self.entry($0) }
        try spool.add(entries)
        let others = (2000..<2010).map { Self.entry($0, sender: "bob@example.org") }
        try spool.add(others, owner: other)
        #expect(try spool.list().count == 1010, "a user sees his own")
        #expect(try spool.list(asRoot: true).count == 1020)
        #expect(try spool.identifiers(["--user", "65533"], asRoot: true).count == 10)
        #expect(try spool.queue(["hold", others[0].id]).code == 1, "and changes his own")
        let held = try spool.queue(["hold", "--all"], asRoot: true)
        #expect(held.code == 0, "\(held.errors)")
        #expect(held.output.hasSuffix("1020 entries on hold\n"))
        for (entry, owner) in [(entries[0], UserID.nobody), (others[0], other)] {
            var moved = entry
            moved.place = .hold
            let attributes = try FileManager.default.attributesOfItem(
                atPath: spool.path(of: moved, owner: owner))
            #expect(attributes[.ownerAccountID] as? Int == Int(owner.user))
        }
        let queue = try FileManager.default.attributesOfItem(atPath: "\(spool.path)/65533/queue")
        #expect(queue[.ownerAccountID] as? Int == 65533)
        let removed = try spool.queue(["remove", "--sender", "bob@*"], asRoot: true)
        #expect(removed.output.hasSuffix("10 entries removed\n"))
        #expect(try spool.list(asRoot: true).count == 1010)
        #expect(try spool.queue(["requeue", "--held", "--route", "smtp://h"], asRoot: true).code == 0)
        #expect(try spool.list().allSatisfy { $0["route"] as? String == "smtp://h:25" })
    }

    @Test("one user's part that cannot be trusted keeps nobody from the others'", .enabled(if: isRoot))
    func untrusted() throws {
        let spool = try WrittenSpool()
        try spool.add([Self.entry(1)])
        try spool.add([Self.entry(2)], owner: UserID(user: 65533, group: 65533))
        try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: "\(spool.path)/65533")
        let completed = try spool.queue(["list"], asRoot: true)
        #expect(completed.output.contains("1 entry"))
        #expect(!completed.errors.isEmpty)
    }
}
