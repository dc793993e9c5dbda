import Glibc
import Platform
import TestSupport
import Testing

@testable import UserState

@Suite("state that several deliveries use at once")
struct StateConcurrencyTests {
    private let root: TemporaryDirectory

    init() throws { root = try TemporaryDirectory() }

    private var path: String { root.path("state.db") }

    /// A store that waits as long as it takes: that others come first, again and again, is no matter here.
    private static func patient(_ path: String) -> StateStore {
        var limits = StateLimits()
        limits.waitMilliseconds = 120_000
        return StateStore(at: path, limits: limits)
    }

    @Test("nothing that several threads remember is lost")
    func threads() throws {
        let path = path
        let workers = (0..<4).map { worker in
            Thread {
                (0..<20).allSatisfy { number in
                    var store = Self.patient(path)
                    let entry = key("\(worker) \(number)")
                    return (try? store.remember(.duplicate, key: entry, until: noon + 10, now: noon)) != nil
                }
            }
        }
        for worker in workers { #expect(worker.join() == true) }
        var store = StateStore(at: path)
        for worker in 0..<4 {
            for number in 0..<20 {
                #expect(try store.contains(.duplicate, key: key("\(worker) \(number)"), now: noon))
            }
        }
        #expect(try !root.open().names().contains("state.db.damaged"))
    }

    @Test("of several processes that claim one thing, one is granted it")
    func processes() async throws {
        let path = path
        await withTaskGroup { group in
            for worker in 0..<3 {
                group.addTask {
                    await #expect(processExitsWith: .success) {
                        [path = path as String, worker = worker as Int] in
                        var store = StateConcurrencyTests.patient(path)
                        for number in 0..<30 {
                            let entry = StateEntry(.notice, key: key("\(number)"), until: noon + 10)
                            guard try store.claim(entry, now: noon) else { continue }
                            let granted = StateEntry(
                                .redirect, key: key("\(number) \(worker)"), until: noon + 10)
                            try store.remember([granted], now: noon)
                        }
                    }
                }
            }
        }
        var store = StateStore(at: path)
        for number in 0..<30 {
            let granted = try (0..<3).filter {
                try store.contains(.redirect, key: key("\(number) \($0)"), now: noon)
            }
            #expect(granted.count == 1, "\(number): \(granted)")
        }
    }

    @Test("a file that several find damaged is set aside once, and what they remember is kept")
    func damage() throws {
        for _ in 0..<10 {
            try root.write("state.db", String(repeating: "no database ", count: 100))
            let path = path
            let workers = (0..<4).map { worker in
                Thread {
                    var store = Self.patient(path)
                    return (try? store.remember(.notice, key: key("\(worker)"), until: noon + 1, now: noon))
                        != nil
                }
            }
            for worker in workers { #expect(worker.join() == true) }
            var store = StateStore(at: path)
            for worker in 0..<4 {
                #expect(try store.contains(.notice, key: key("\(worker)"), now: noon))
            }
            #expect(try root.read("state.db.damaged").hasPrefix("no database"))
        }
    }

    @Test("who waits for the lock gives up in time, and says so")
    func busy() throws {
        var limits = StateLimits()
        limits.waitMilliseconds = 100
        var store = StateStore(at: path, limits: limits)
        try store.remember(.notice, key: key("a"), until: noon + 1, now: noon)
        let lock = try root.open().openFile("state.db.lock", .write)
        #expect(try lock.tryLock(path: path))
        let start = SteadyTime.now()
        let error = #expect(throws: StateError.self) {
            try store.contains(.notice, key: key("a"), now: noon)
        }
        let waited = SteadyTime.now().milliseconds - start.milliseconds
        #expect((100..<20_000).contains(waited), "\(waited) ms")
        #expect(error?.reason == .busy && error?.isPassing == true)
        lock.unlock()
        #expect(try store.contains(.notice, key: key("a"), now: noon))
    }

    @Test("who waits goes on as soon as the lock is free")
    func waiting() throws {
        let path = path
        var first = StateStore(at: path)
        try first.remember(.notice, key: key("a"), until: noon + 1, now: noon)
        let lock = try root.open().openFile("state.db.lock", .write)
        #expect(try lock.tryLock(path: path))
        let waiter = Thread {
            var store = Self.patient(path)
            return try? store.contains(.notice, key: key("a"), now: noon)
        }
        pause(milliseconds: 50)
        lock.unlock()
        #expect(waiter.join() == true)
    }

    @Test(
        "the lock is free at once, though a program that is just being started has a copy of the descriptor")
    func copiedLock() throws {
        let file = StateFile(path)
        var copies: DescriptorCopies?
        do {
            let lock = try file.lock(until: Deadline(milliseconds: 0))
            copies = try DescriptorCopies(of: path + ".lock")
            #expect(throws: StateError(path, .busy)) { _ = try file.lock(until: Deadline(milliseconds: 0)) }
            withExtendedLifetime(lock) {}
        }
        #expect(copies?.count == 1)
        _ = try file.lock(until: Deadline(milliseconds: 0))
    }

    @Test("an administrator's tool that holds the database is waited for, and not for ever")
    func foreignLock() throws {
        var limits = StateLimits()
        limits.waitMilliseconds = 100
        var store = StateStore(at: path, limits: limits)
        try store.remember(.notice, key: key("a"), until: noon + 1, now: noon)
        let tool = try Database(opening: path, busyMilliseconds: 0)
        try tool.execute("BEGIN EXCLUSIVE")
        let error = #expect(throws: StateError.self) {
            try store.remember(.notice, key: key("b"), until: noon + 1, now: noon)
        }
        #expect(error?.isPassing == true)
        try tool.execute("COMMIT")
        try store.remember(.notice, key: key("b"), until: noon + 1, now: noon)
        #expect(try !root.open().names().contains("state.db.damaged"))
    }

    @Test("a process that is killed while it remembers leaves a sound file", arguments: [1, 3, 10, 20, 40])
    func killed(_ milliseconds: Int) async throws {
        let path = path
        var before = StateStore(at: path)
        try before.remember(.vacation, key: key("kept"), until: noon + 10, now: noon)
        await #expect(processExitsWith: .signal(SIGKILL)) {
            [path = path as String, milliseconds = milliseconds as Int] in
            let killer = Thread {
                pause(milliseconds: milliseconds)
                _ = kill(getpid(), SIGKILL)
            }
            var store = StateStore(at: path)
            for number in 0..<1_000_000 {
                try store.remember(.duplicate, key: key("\(number)"), until: noon + 10, now: noon)
            }
            _ = killer.join()
        }
        var store = StateStore(at: path)
        #expect(try store.contains(.vacation, key: key("kept"), now: noon))
        try store.remember(.vacation, key: key("after"), until: noon + 10, now: noon)
        #expect(try store.contains(.vacation, key: key("after"), now: noon))
        #expect(try !root.open().names().contains("state.db.damaged"))
    }
}
