import Platform
import TestSupport
import Testing
import UserState

/// A moment in 2025.
let noon = 1_752_580_800
let day = 86_400

func key(_ text: String) -> [UInt8] { Array(text.utf8) }

@Suite("what a user's rules remember")
struct StateStoreTests {
    private let root: TemporaryDirectory

    init() throws { root = try TemporaryDirectory() }

    private var path: String { root.path("state.db") }

    private func names() throws -> [String] { try root.open().names().sorted() }

    @Test("nothing is known where nothing was remembered, and asking makes no file")
    func nothing() throws {
        var store = StateStore(at: path)
        #expect(try !store.contains(.vacation, key: key("a"), now: noon))
        try store.forget(.vacation, key: key("a"))
        try store.remember([], now: noon)
        #expect(try names().isEmpty)
        var elsewhere = StateStore(at: root.path("no/such/state.db"))
        #expect(try !elsewhere.contains(.vacation, key: key("a"), now: noon))
    }

    @Test("what is remembered is known to the next delivery, until it is over", arguments: StateKind.allCases)
    func remembering(_ kind: StateKind) throws {
        do {
            var store = StateStore(at: path)
            try store.remember(kind, key: key("a"), until: noon + 100, now: noon)
        }
        var store = StateStore(at: path)
        #expect(try store.contains(kind, key: key("a"), now: noon))
        #expect(try store.contains(kind, key: key("a"), now: noon + 99))
        #expect(try !store.contains(kind, key: key("a"), now: noon + 100))
        #expect(try !store.contains(kind, key: key("A"), now: noon))
        for other in StateKind.allCases where other != kind {
            #expect(try !store.contains(other, key: key("a"), now: noon))
        }
    }

    @Test("keys are counted by what they begin with, and by when they were remembered")
    func counting() throws {
        var store = StateStore(at: path)
        #expect(try store.count(.reply, prefix: [], since: noon - 10, now: noon, most: 9) == 0)
        #expect(try names().isEmpty)
        for second in 0..<20 {
            let key = [UInt8](repeating: second < 15 ? 0xFF : 0x01, count: 16) + [UInt8(second)]
            try store.remember(.reply, key: key, until: noon + second + 100, now: noon + second)
        }
        try store.remember(.notice, key: [0xFF], until: noon + 100, now: noon)
        let all = [UInt8](repeating: 0xFF, count: 16)
        let few = [UInt8](repeating: 0x01, count: 16)
        let now = noon + 20
        for (prefix, since, expected) in [
            ([], noon - 1, 20), (all, noon - 1, 15), (few, noon - 1, 5), ([0xFF], noon - 1, 15),
            ([0x02], noon - 1, 0),
            ([], noon + 9, 10), (all, noon + 9, 5), (all, noon + 14, 0), (few, noon + 18, 1),
            (all + [0x03], noon - 1, 1),
        ] as [([UInt8], Int, Int)] {
            #expect(try store.count(.reply, prefix: prefix, since: since, now: now, most: 100) == expected)
            #expect(
                try store.count(.reply, prefix: prefix, since: since, now: now, most: 3) == min(expected, 3))
        }
        #expect(try store.count(.reply, prefix: [], since: noon - 1, now: now, most: 0) == 0)
        // What is over does not count, nor what a wrong clock put far ahead.
        #expect(try store.count(.reply, prefix: all, since: noon - 1, now: noon + 110, most: 100) == 4)
        #expect(
            try store.count(.reply, prefix: [], since: noon - 3 * day, now: noon - 2 * day, most: 100) == 0)
        try store.remember(.reply, key: few + [99], until: noon + 100, now: noon)
        var another = StateStore(at: path)
        #expect(try another.count(.reply, prefix: few, since: noon - 1, now: now, most: 100) == 6)
    }

    @Test("the file is its owner's alone")
    func permissions() throws {
        var store = StateStore(at: path)
        try store.remember(.notice, key: key("a"), until: noon + 1, now: noon)
        for name in try names() {
            #expect(try FileStatus.of(root.path(name)).permissions == 0o600, "\(name)")
        }
        #expect(try names() == ["state.db", "state.db-journal", "state.db.lock"])
        #expect(try FileStatus.of(root.path("state.db-journal")).size == 0)
    }

    @Test("a later time replaces an earlier one, and the other way round; one that is over forgets")
    func replacing() throws {
        var store = StateStore(at: path)
        try store.remember(.duplicate, key: key("a"), until: noon + 100, now: noon)
        try store.remember(.duplicate, key: key("a"), until: noon + 300, now: noon + 50)
        #expect(try store.contains(.duplicate, key: key("a"), now: noon + 200))
        try store.remember(.duplicate, key: key("a"), until: noon + 100, now: noon)
        #expect(try !store.contains(.duplicate, key: key("a"), now: noon + 100))
        for until in [noon, noon - 1, 0, .min] {
            try store.remember(.duplicate, key: key("a"), until: noon + 100, now: noon)
            try store.remember(.duplicate, key: key("a"), until: until, now: noon)
            #expect(try !store.contains(.duplicate, key: key("a"), now: noon), "\(until)")
        }
    }

    @Test("what is forgotten is known no more")
    func forgetting() throws {
        var store = StateStore(at: path)
        try store.remember(.redirect, key: key("a"), until: noon + 9, now: noon)
        try store.remember(.redirect, key: key("b"), until: noon + 9, now: noon)
        try store.forget(.redirect, key: key("a"))
        #expect(try !store.contains(.redirect, key: key("a"), now: noon))
        #expect(try store.contains(.redirect, key: key("b"), now: noon))
    }

    @Test("a claim is granted once, and again when it is over")
    func claiming() throws {
        var store = StateStore(at: path)
        let entry = StateEntry(.notice, key: key("a"), until: noon + 10)
        #expect(try store.claim(entry, now: noon))
        #expect(try !store.claim(entry, now: noon + 9))
        #expect(try store.claim(StateEntry(.notice, key: key("a"), until: noon + 20), now: noon + 10))
    }

    @Test("several things are remembered together")
    func together() throws {
        var store = StateStore(at: path)
        try store.remember(
            StateKind.allCases.map { StateEntry($0, key: key("a"), until: noon + 5) }, now: noon)
        for kind in StateKind.allCases { #expect(try store.contains(kind, key: key("a"), now: noon)) }
    }

    @Test(
        "keys are any octets, of any length, and each is its own",
        arguments: [0, 1, 40, 41, 63, 64, 65, 66, 1000, 1 << 20])
    func keys(_ length: Int) throws {
        var store = StateStore(at: path)
        let stem = [UInt8](repeating: 0, count: length)
        try store.remember(.duplicate, key: stem, until: noon + 5, now: noon)
        #expect(try store.contains(.duplicate, key: stem, now: noon))
        #expect(try !store.contains(.duplicate, key: stem + [0], now: noon))
        for place in [0, length / 2, length - 1] where length > 0 {
            var other = stem
            other[place] = 1
            #expect(try !store.contains(.duplicate, key: other, now: noon), "\(place)")
        }
        #expect(try FileStatus.of(path).size < 100_000)
    }

    @Test("a time is cut to the longest period", arguments: [noon + 91 * day, .max])
    func longest(_ until: Int) throws {
        var store = StateStore(at: path)
        try store.remember(.vacation, key: key("a"), until: until, now: noon)
        #expect(try store.contains(.vacation, key: key("a"), now: noon + 90 * day - 1))
        #expect(try !store.contains(.vacation, key: key("a"), now: noon + 90 * day))
    }

    @Test("what was remembered in what turns out to be the future is not known")
    func clocks() throws {
        var store = StateStore(at: path)
        let future = noon + 4000 * day
        try store.remember(.vacation, key: key("a"), until: future + 7 * day, now: future)
        #expect(try !store.contains(.vacation, key: key("a"), now: noon))
        // A clock that is set back a little makes nobody get a second reply.
        #expect(try store.contains(.vacation, key: key("a"), now: future - 3600))
        try store.remember(.vacation, key: key("a"), until: noon + 7 * day, now: noon)
        #expect(try store.contains(.vacation, key: key("a"), now: noon))
    }

    @Test("times at the ends of the numbers do no harm")
    func extremes() throws {
        var store = StateStore(at: path)
        for now in [Int.min, -1, 0, .max] {
            for until in [Int.min, 0, .max] {
                try store.remember(.vacation, key: key("a"), until: until, now: now)
                let isKnown = try store.contains(.vacation, key: key("a"), now: now)
                #expect(isKnown == (until > now), "\(now) \(until)")
            }
        }
    }

    @Test("of too many, those go that would be over first; other kinds stay")
    func bounded() throws {
        var limits = StateLimits()
        limits.entriesPerKind = 32
        var store = StateStore(at: path, limits: limits)
        try store.remember(.notice, key: key("other"), until: noon + 1, now: noon)
        let future = noon + 1000 * day
        try store.remember(
            (0..<10).map { StateEntry(.vacation, key: key("future \($0)"), until: future + day) }, now: future
        )
        for number in 0..<100 {
            try store.remember(.vacation, key: key("\(number)"), until: noon + 1000 + number, now: noon)
        }
        let known = try (0..<100).filter { try store.contains(.vacation, key: key("\($0)"), now: noon) }
        // The newest ones, without a gap, and never fewer than are sure to fit.
        #expect(known.count >= 30 && known.count <= 32 && known == Array((100 - known.count)..<100))
        #expect(try store.contains(.notice, key: key("other"), now: noon))
        #expect(try !store.contains(.vacation, key: key("future 0"), now: future))
    }

    @Test("what is over goes in passing, so that a file does not grow")
    func pruned() throws {
        var store = StateStore(at: path)
        var sizes: [Int] = []
        for round in 0..<20 {
            let now = noon + round * 100
            try store.remember(
                (0..<500).map { StateEntry(.duplicate, key: key("\(round) \($0)"), until: now + 50) },
                now: now)
            sizes.append(try FileStatus.of(path).size)
        }
        #expect(sizes[19] <= sizes[2], "\(sizes)")
    }

    @Test("ten thousand entries make a small file, and one more is quick")
    func full() throws {
        var store = StateStore(at: path)
        let entries = (0..<10_000).map {
            StateEntry(
                .duplicate, key: key("handle\0<\($0).\($0 &* 7919)@mail.example.org>"),
                until: noon + 1000 + $0)
        }
        for start in stride(from: 0, to: entries.count, by: 2500) {
            try store.remember(Array(entries[start..<(start + 2500)]), now: noon)
        }
        #expect(try FileStatus.of(path).size < 4 << 20)
        let time = try Patience.processorTime {
            for number in 0..<10 {
                try store.remember(.duplicate, key: key("more \(number)"), until: noon + 100_000, now: noon)
            }
        }
        #expect(time < 5_000_000)
        #expect(try store.contains(.duplicate, key: key("more 9"), now: noon))
        #expect(try !store.contains(.duplicate, key: entries[0].key, now: noon))
    }

    @Test("a path without a directory is one in the working directory")
    func bareName() async {
        await #expect(processExitsWith: .success) {
            let root = try TemporaryDirectory()
            try changeDirectory(root.path)
            var store = StateStore(at: "state.db")
            try store.remember(.notice, key: key("a"), until: noon + 1, now: noon)
            #expect(try store.contains(.notice, key: key("a"), now: noon))
            #expect(try FileStatus.of(root.path("state.db")).kind == .regular)
        }
    }
}
