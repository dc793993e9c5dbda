import Platform
import Synchronization
import TestSupport
import Testing

@Suite struct WorkerThreadsTests {
    @Test("so many threads run as are asked for, each with a number of its own, and join waits for them")
    func numbers() {
        let seen = Monitor<[Int]>([])
        let threads = WorkerThreads(8) { number in
            pause(milliseconds: 5)
            seen.change { $0.append(number) }
        }
        #expect(threads.count == 8)
        threads.join()
        #expect(seen.withLock { $0.sorted() } == Array(0..<8))
    }

    @Test("no threads are no trouble")
    func none() {
        let threads = WorkerThreads(0) { _ in Issue.record("nobody asked for it") }
        #expect(threads.count == 0)
        threads.join()
    }

    @Test("a value is changed by one thread at a time")
    func exclusion() {
        let sum = Monitor(0)
        let threads = WorkerThreads(4) { _ in
            for _ in 0..<10_000 { sum.withLock { $0 += 1 } }
        }
        threads.join()
        #expect(sum.withLock { $0 } == 40_000)
    }

    @Test("who waits is woken by a change, and by nothing else before the deadline")
    func waiting() {
        let value = Monitor(0)
        let threads = WorkerThreads(1) { _ in
            pause(milliseconds: 30)
            value.change { $0 = 7 }
        }
        let result = value.wait(until: Deadline(milliseconds: Patience.long)) { $0 == 0 ? nil : $0 }
        threads.join()
        #expect(result == 7)
        let start = SteadyTime.now()
        let nothing = value.wait(until: Deadline(milliseconds: 50)) { $0 == 0 ? 1 : nil }
        let waited = SteadyTime.now().milliseconds - start.milliseconds
        #expect(nothing == nil && waited >= 49)
        let atOnce = value.wait(until: Deadline(milliseconds: 0)) { $0 }
        #expect(atOnce == 7)
    }

    @Test("all that wait are woken where that is asked for")
    func wakingAll() {
        let gate = Monitor(false)
        let passed = Monitor(0)
        let threads = WorkerThreads(6) { _ in
            let isOpen = gate.wait(until: Deadline(milliseconds: Patience.long)) { $0 ? true : nil }
            if isOpen == true { passed.change { $0 += 1 } }
        }
        pause(milliseconds: 30)
        gate.change(wakingAll: true) { $0 = true }
        threads.join()
        #expect(passed.withLock { $0 } == 6)
    }

    @Test("code that recurses as deep as in the main thread has the stack for it")
    func stack() {
        @inline(never)
        @Sendable func descend(_ depth: Int) -> Int {
            var bytes = [UInt8](repeating: UInt8(truncatingIfNeeded: depth), count: 8)
            let below = depth > 0 ? descend(depth - 1) : 0
            bytes.append(1)
            return below &+ Int(bytes[8])
        }
        let depth = Monitor(0)
        WorkerThreads(1) { _ in
            let reached = descend(20_000)
            depth.withLock { $0 = reached }
        }.join()
        #expect(depth.withLock { $0 } == 20_001)
    }
}
