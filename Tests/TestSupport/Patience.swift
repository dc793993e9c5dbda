import Glibc
import Platform

/// How long the machine may take for what is no matter of time: a machine with much else to do stands still for
/// seconds.
package enum Patience {
    /// Milliseconds that something which comes is waited for, or that it may come late.
    package static var long: Int { 60_000 }

    /// Waits until something is so.
    ///
    /// - Returns: whether it became so.
    package static func wait(until isSo: () -> Bool) -> Bool {
        let deadline = Deadline(milliseconds: long)
        while !isSo() {
            guard !deadline.hasPassed else { return false }
            pause(milliseconds: 10)
        }
        return true
    }

    /// Does `work` with more and more time, for what has to be done before a deadline that passes on purpose.
    ///
    /// - Parameters:
    ///   - milliseconds: enough where nothing else is to be done; at last `work` has a hundred times as much.
    ///   - isEnough: whether the outcome shows that the time was.
    /// - Returns: the first outcome that is enough, or the last one.
    package static func growing<Outcome>(
        from milliseconds: Int, until isEnough: (Outcome) -> Bool, _ work: (Int) throws -> Outcome
    ) rethrows -> Outcome {
        for factor in [1, 5, 25] {
            let outcome = try work(milliseconds * factor)
            if isEnough(outcome) { return outcome }
        }
        return try work(milliseconds * 100)
    }

    /// Microseconds of the processor's time that the calling thread takes for something: what others do meanwhile is
    /// not on its account.
    package static func processorTime(_ work: () throws -> Void) rethrows -> Int {
        let start = processorMicroseconds
        try work()
        return processorMicroseconds - start
    }

    /// The least of some measurements, which is the one that the machine has disturbed least.
    package static func processorTime(leastOf runs: Int, _ work: () throws -> Void) rethrows -> Int {
        var least = Int.max
        for _ in 0..<runs { least = min(least, try processorTime(work)) }
        return least
    }

    private static var processorMicroseconds: Int {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return time.tv_sec * 1_000_000 + time.tv_nsec / 1000
    }
}
