import Foundation
import Glibc
import Testing

/// `postmasterctl queue` on spools that were written entry by entry.
@Suite("Queue", .serialized)
struct QueueTests {
    private static let now = Int(Date().timeIntervalSince1970)

    // MARK: Lists and filters

    /// What is known of an entry that was generated.
    struct Model: Sendable {
        let entry: WrittenEntry
        let target: String
        let cause: String
        var age: Int { QueueTests.now - entry.created }
    }

    /// Two hundred, of all kinds.
    private static let models: [Model] = (0..<200).map { index in
        let causes = ["none", "connection", "reply", "timeout", "unknown"]
        let place: WrittenEntry.Place =
            index % 10 == 7
            ? .hold
            : index % 50 == 9
                ? .corrupt : .queue(due: now + (index % 2 == 0 ? -60 * index - 5 : 3600 + 60 * index))
        var entry = WrittenEntry(
            id: WrittenEntry.name(at: now - 1000 * index - 500, index), created: now - 1000 * index - 500,
            place: place)
        entry.sender = ["alice@example.org", "Bob@Example.ORG", "", "carol+x@example.net"][index % 4]
        entry.recipient = "r\(index % 10)@example.net"
        entry.user = ["reader", "jane"][index % 2]
        let target = "user\(index % 7)@dest\(index % 3).example"
        entry.actions = [[("do", "store"), ("level", "Lists")], [("do", "forward"), ("to", target)]]
        entry.journal = [WrittenEntry.Record(time: entry.created + 1, action: 0, kind: "done")]
        let cause = causes[index % 5]
        if cause != "none" {
            let fields = [("reason", "it failed")] + (cause == "unknown" ? [] : [("cause", cause)])
            entry.journal.append(WrittenEntry.Record(time: entry.created + 2, kind: "failed", fields: fields))
        }
        entry.message = Data("Subject: \(index)\n\n\(String(repeating: "x", count: 50 * index))\n".utf8)
        return Model(entry: entry, target: target, cause: cause)
    }

    private static let spool = Result { () throws -> WrittenSpool in
        let spool = try WrittenSpool()
        try spool.add(models.map(\.entry))
        return spool
    }

    struct FilterCase: Sendable, CustomTestStringConvertible {
        let words: [String]
        let isMeant: @Sendable (Model) -> Bool
        var testDescription: String { words.joined(separator: " ") }

        init(_ words: String..., isMeant: @escaping @Sendable (Model) -> Bool) {
            self.words = words
            self.isMeant = isMeant
        }
    }

    private static let filters: [FilterCase] = [
        FilterCase("--sender", "alice@example.org") { $0.entry.sender == "alice@example.org" },
        FilterCase("--sender", "*@EXAMPLE.org") { $0.entry.sender.lowercased().hasSuffix("@example.org") },
        FilterCase("--sender", "<>") { $0.entry.sender.isEmpty },
        FilterCase("--sender", "?arol*") { $0.entry.sender.hasPrefix("carol") },
        FilterCase("--sender", "alice") { _ in false },
        FilterCase("--sender", "*") { _ in true },
        FilterCase("--recipient", "r3@*") { $0.entry.recipient.hasPrefix("r3@") },
        FilterCase("--recipient", "*@DEST1.example") { $0.target.hasSuffix("@dest1.example") },
        FilterCase("--recipient", "Lists") { _ in false },
        FilterCase("--cause", "connection") { $0.cause == "connection" },
        FilterCase("--cause", "Timeout") { $0.cause == "timeout" },
        FilterCase("--cause", "none") { $0.cause == "none" },
        FilterCase("--cause", "unknown") { $0.cause == "unknown" },
        FilterCase("--user", "jane") { $0.entry.user == "jane" },
        FilterCase("--user", "\(isRoot ? 65534 : geteuid())") { _ in true },
        FilterCase("--user", "nobody-else") { _ in false },
        FilterCase("--older-than", "1d") { $0.age > 86_400 },
        FilterCase("--younger-than", "2h") { $0.age < 7200 },
        FilterCase("--older-than", "4h", "--younger-than", "1d") { 14_400 < $0.age && $0.age < 86_400 },
        FilterCase("--size-over", "5K") { $0.entry.message.count > 5120 },
        FilterCase("--held") { $0.entry.place == .hold },
        FilterCase("--damaged") { $0.entry.place == .corrupt },
        FilterCase("--due") { $0.isDue },
        FilterCase("--held", "--due") { $0.entry.place == .hold || $0.isDue },
        FilterCase("--due", "--cause", "reply", "--sender", "*") { $0.isDue && $0.cause == "reply" },
        FilterCase("--older-than", "0") { _ in true },
    ]

    @Test("a filter finds the entries that are meant, and no others", arguments: filters)
    func filtered(filter: FilterCase) throws {
        let spool = try Self.spool.get()
        let expected = Self.models.filter(filter.isMeant).map(\.entry.id).sorted()
        #expect(try spool.identifiers(filter.words).sorted() == expected)
        let counted = try spool.queue(["list", "--count"] + filter.words)
        #expect(counted.output == "\(expected.count)\n")
    }

    @Test("without a filter all are listed, the next ones first, then those on hold, then damaged ones")
    func ordered() throws {
        let listed = try Self.spool.get().list()
        #expect(listed.count == 200)
        let places = listed.map { $0["place"] as? String ?? "" }
        #expect(places == places.sorted { Self.rank($0) < Self.rank($1) })
        let due = listed.compactMap { $0["due"] as? Int }
        #expect(due == due.sorted() && due.count > 100)
    }

    private static func rank(_ place: String) -> Int {
        ["queue", "hold", "corrupt"].firstIndex(of: place) ?? 9
    }

    @Test("a list is sorted by age, by size, or by the next attempt", arguments: ["age", "size", "next"])
    func sorted(key: String) throws {
        let spool = try Self.spool.get()
        let listed = try spool.list(["--by", key, "--sender", "*example*"])
        #expect(listed.count == 150)
        switch key {
        case "age":
            let times = listed.compactMap { $0["created"] as? Int }
            #expect(times == times.sorted())
        case "size":
            let sizes = listed.compactMap { $0["size"] as? Int }
            #expect(sizes == sizes.sorted(by: >))
        default:
            let due = listed.map { $0["due"] as? Int ?? .max }
            #expect(due == due.sorted())
        }
        #expect(try spool.queue(["list", "--by", "colour"]).code == 64)
    }

    @Test("a list for people has two lines for each entry, and a line with their number and size")
    func text() throws {
        let spool = try Self.spool.get()
        let lines = try spool.queue(["list", "--cause", "reply", "--held"]).output.split(separator: "\n")
        let held = Self.models.filter { $0.entry.place == .hold && $0.cause == "reply" }
        #expect(lines.count == 2 * held.count + 1)
        for model in held {
            let index = try #require(lines.firstIndex { $0.hasPrefix(model.entry.id) })
            for word in [
                "held", "1x", "<\(model.entry.sender)> -> <\(model.entry.recipient)>", model.entry.user,
            ] {
                #expect(lines[index].contains(word), "\(word) in \(lines[index])")
            }
            #expect(lines[index + 1].contains("forward \(model.target); reply: it failed"))
            #expect(!lines[index + 1].contains("Lists"), "what is done is not left to do")
        }
        let bytes = held.reduce(0) { $0 + $1.entry.message.count }
        #expect(lines.last == "\(held.count) entries, \(bytes / 1024)K bytes")
    }

    @Test("every entry of a JSON list has the same fields")
    func fields() throws {
        for object in try Self.spool.get().list() {
            #expect(
                Set(object.keys) == [
                    "id", "owner", "place", "created", "due", "size", "attempts", "sender", "recipient",
                    "user",
                    "cause", "reason", "last_attempt", "status", "domain", "peer", "reply", "route", "open",
                ])
        }
    }

    @Test("a reader that goes away is not complained of")
    func brokenPipe() throws {
        let spool = try Self.spool.get()
        let program = try spool.workplace.program(.control)
        let completed = try run(
            "/bin/sh",
            ["-c", "trap '' PIPE; \"$@\" | head -n 1", "sh", program, "queue", "list"] + spool.settings,
            user: .nobody)
        #expect(completed.output.split(separator: "\n").count == 1)
        #expect(completed.errors == "")
    }

    @Test("a hundred thousand entries are listed in little memory and time")
    func many() throws {
        let spool = try WrittenSpool()
        let count = 100_000
        let template = WrittenEntry(id: WrittenEntry.name(at: Self.now, 0), created: Self.now, place: .hold)
        try spool.add(template, count: count) { Self.now + $0 % 600 }
        for words in [
            ["list"], ["list", "--json", "--sender", "a*"], ["list", "--count"], ["list", "--by", "age"],
        ] {
            let start = Date()
            // No more address space than this, in KiB: with all names in memory it would not do.
            let limit = words.contains("--by") ? 72_000 : 48_000
            let completed = try run(
                "/bin/sh",
                [
                    "-c", "ulimit -v \(limit); exec \"$@\"", "sh", try spool.workplace.program(.control),
                    "queue",
                ]
                    + words.prefix(1) + spool.settings + words.dropFirst(), user: .nobody, seconds: 120)
            let seconds = Date().timeIntervalSince(start)
            print(
                "queue \(words.joined(separator: " ")): \(count) entries in \(seconds) s, below \(limit) KiB")
            #expect(completed.code == 0, "\(completed.errors)")
            let lines = completed.output.utf8.count { $0 == 10 }
            #expect(
                lines == (words.contains("--count") ? 1 : words.contains("--json") ? count : 2 * count + 1))
            #expect(seconds < 90)
        }
    }

    // MARK: Hostile texts

    private static let hostile = "\u{1B}[2Jev\u{7}il\u{9B}31m\u{202E}\r\nid\tnext\u{0}<&\"'\\"

    private static func hostileSpool() throws -> (WrittenSpool, WrittenEntry) {
        let spool = try WrittenSpool()
        var entry = WrittenEntry(
            id: WrittenEntry.name(at: now, 1), created: now - 60, place: .queue(due: now + 600))
        entry.sender = hostile
        entry.recipient = hostile
        entry.user = hostile
        entry.reason = hostile
        entry.actions = [
            [("do", hostile), ("to", hostile), ("rule", hostile)], [("do", "forward"), ("to", hostile)],
        ]
        entry.journal = [
            .init(
                time: now, kind: "failed",
                fields: [("reason", hostile), ("cause", hostile), ("reply", hostile)]),
            .init(time: now, kind: hostile, fields: [(hostile, hostile)]),
        ]
        entry.message = Data("Subject: \(hostile)\nX: \u{1B}c\n\nbody \u{1B}[31m\n".utf8)
        try spool.add([entry])
        return (spool, entry)
    }

    @Test("nothing in an entry commands a terminal", arguments: [["list"], ["show"], ["show", "--message"]])
    func terminal(words: [String]) throws {
        let (spool, entry) = try Self.hostileSpool()
        let more = words[0] == "show" ? [entry.id] : []
        let shown = try spool.onTerminal(words + more)
        let controls = shown.output.unicodeScalars.filter {
            ($0.value < 0x20 && $0 != "\n" && $0 != "\r" && $0 != "\t") || (0x7F...0x9F).contains($0.value)
                || (0x202A...0x202E).contains($0.value)
        }
        #expect(controls.isEmpty, "\(controls.map(\.value))")
        #expect(shown.output.contains("il") && shown.output.utf8.count > 40)
        guard words == ["list"] else { return }
        #expect(shown.output.split(whereSeparator: \.isNewline).count == 3, "\(shown.output)")
    }

    @Test("JSON tells any text as it is")
    func json() throws {
        let (spool, entry) = try Self.hostileSpool()
        let object = try #require(try spool.list().first)
        for name in ["sender", "recipient", "user", "reason", "cause", "reply"] {
            #expect(object[name] as? String == Self.hostile, "\(name)")
        }
        let completed = try spool.queue(["show", "--json", entry.id])
        let shown = try JSONSerialization.jsonObject(with: Data(completed.output.utf8)) as? [String: Any]
        let journal = shown?["journal"] as? [[String: Any]]
        #expect(journal?.last?["kind"] as? String == Self.hostile)
        #expect((shown?["steps"] as? [[String: Any]])?.first?["target"] as? String == Self.hostile)
    }

    // MARK: One entry

    @Test("what is done, what is left, why, and what the peer said")
    func shown() throws {
        let spool = try WrittenSpool()
        var entry = WrittenEntry(
            id: WrittenEntry.name(at: Self.now, 2), created: Self.now - 600, place: .queue(due: Self.now + 60)
        )
        entry.actions = [
            [("do", "deliver")]
        ]
        let failure = [
            ("reason", "forward to c@example.com: host is busy"), ("cause", "reply"), ("status", "4.2.1"),
            ("domain", "example.com"), ("peer", "mx.example.com[192.0.2.1]:25"),
            ("reply", "450 4.2.1 not = now"),
        ]
        let refusal = [
            ("reason", "no such user"), ("cause", "reply"), ("status", "5.1.1"), ("reply", "550 no"),
        ]
        entry.journal = [
            .init(time: Self.now - 500, action: 0, kind: "planning"),
            .init(
                time: Self.now - 500, action: 0, kind: "planned",
                fields: [
                    ("do", "store"), ("level", "Lists"), ("level", "swift"), ("rule", "main.sieve"),
                    ("line", "7"),
                ]),
            .init(
                time: Self.now - 500, action: 0, kind: "planned",
                fields: [("do", "forward"), ("to", "c@example.com")]),
            .init(
                time: Self.now - 500, action: 0, kind: "planned",
                fields: [("do", "forward"), ("to", "d@example.com")]),
            .init(time: Self.now - 500, action: 0, kind: "expanded"),
            .init(time: Self.now - 400, action: 1, kind: "done", fields: [("mailbox", "Lists/swift")]),
            .init(time: Self.now - 400, action: 3, kind: "refused", fields: refusal),
            .init(time: Self.now - 400, kind: "failed", fields: failure),
            .init(time: Self.now - 300, kind: "failed", fields: failure),
        ]
        try spool.add([entry])
        let text = try spool.queue(["show", entry.id]).output
        for part in [
            "0 done  deliver\n", "1 done  store Lists/swift (main.sieve:7)\n",
            "2 open  forward c@example.com\n",
            "reply, 4.2.1, mx.example.com[192.0.2.1]:25, forward to c@example.com: host is busy",
            "said: 450 4.2.1 not = now", "3 refused  forward d@example.com\n", "said: 550 no",
            "sender: alice@example.org", "failed cause=reply status=4.2.1", "Subject: spooled",
        ] {
            #expect(text.contains(part), "\(part) is missing in \(text)")
        }
        #expect(!text.contains("Hello."), "the body is the owner's business")
        let completed = try spool.queue(["show", "--json", entry.id])
        let object = try JSONSerialization.jsonObject(with: Data(completed.output.utf8)) as? [String: Any]
        let steps = object?["steps"] as? [[String: Any]]
        #expect(steps?.map { $0["state"] as? String } == ["done", "done", "open", "refused"])
        #expect(steps?[2]["reply"] as? String == "450 4.2.1 not = now")
        let listed = try #require(try spool.list().first)
        #expect(listed["attempts"] as? Int == 2)
        #expect(listed["peer"] as? String == "mx.example.com[192.0.2.1]:25")
        #expect(
            (listed["open"] as? [[String: Any]])?.map { $0["target"] as? String } == [
                "c@example.com", "d@example.com",
            ])
    }

    @Test(
        "header, body and message come byte for byte",
        arguments: [
            "Subject: a\r\nTo: b\r\n\r\nbody\r\n\r\nmore", "Subject: a\n\nbody\n", "Subject: a\n",
            "\nbody only\n", "",
            "Subject: a\n\n", "no header at all", "A: b\r\n\nmixed\n", "A: \rb\n\r\nafter a bare CR\n",
        ])
    func parts(message: String) throws {
        let spool = try WrittenSpool()
        var entry = WrittenEntry(id: WrittenEntry.name(at: Self.now, 3), created: Self.now, place: .hold)
        entry.message = Data(message.utf8)
        try spool.add([entry])
        let outputs = try ["--headers", "--body", "--message"].map {
            try spool.queue(["show", $0, entry.id])
        }
        #expect(outputs.allSatisfy { $0.code == 0 && $0.errors.isEmpty })
        #expect(outputs[2].output == message)
        let middle = message.utf8.count - outputs[0].output.utf8.count - outputs[1].output.utf8.count
        #expect(message.hasPrefix(outputs[0].output) && message.hasSuffix(outputs[1].output))
        // Between them is the empty line.
        let text = Array(message.utf8)
        let between = Array(text[outputs[0].output.utf8.count...].prefix(middle))
        #expect(between == [] || between == [10] || between == [13, 10], "\(between)")
        #expect(!outputs[0].output.hasPrefix("\n") && !outputs[0].output.contains("\n\n"))
        #expect(try spool.queue(["show", "--body", "--message", entry.id]).code == 64)
    }

    @Test("a large message is shown whole")
    func largeMessage() throws {
        let spool = try WrittenSpool()
        var entry = WrittenEntry(id: WrittenEntry.name(at: Self.now, 4), created: Self.now, place: .hold)
        let body = (0..<60_000).map { "line \($0)\n" }.joined()
        entry.message = Data("Subject: large\n\n\(body)".utf8)
        try spool.add([entry])
        #expect(try spool.queue(["show", "--body", entry.id]).output == body)
        #expect(try spool.queue(["show", "--headers", entry.id]).output == "Subject: large\n")
    }
}

extension QueueTests.Model {
    fileprivate var isDue: Bool {
        if case .queue(let due) = entry.place { due <= Int(Date().timeIntervalSince1970) } else { false }
    }
}
