import CPlatform
import Glibc

/// A moment of the wall clock, which may jump either way.
package struct WallTime: Equatable, Comparable, Sendable {
    /// Since the epoch.
    package let seconds: Int
    /// 0 to 999,999,999.
    package let nanoseconds: Int

    package init(seconds: Int, nanoseconds: Int = 0) {
        self.seconds = seconds
        self.nanoseconds = nanoseconds
    }

    package static func now() -> WallTime {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_REALTIME, &time)
        return WallTime(seconds: time.tv_sec, nanoseconds: time.tv_nsec)
    }

    package static func < (a: WallTime, b: WallTime) -> Bool {
        (a.seconds, a.nanoseconds) < (b.seconds, b.nanoseconds)
    }
}

/// A moment on a clock that only goes forward, for measuring and for deadlines.
package struct SteadyTime: Comparable, Sendable {
    /// Since some moment before this process began.
    package let milliseconds: Int

    package static func now() -> SteadyTime {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_MONOTONIC, &time)
        return SteadyTime(milliseconds: time.tv_sec &* 1000 &+ time.tv_nsec / 1_000_000)
    }

    package static func < (a: SteadyTime, b: SteadyTime) -> Bool { a.milliseconds < b.milliseconds }

    package func advanced(milliseconds more: Int) -> SteadyTime {
        let (sum, overflow) = milliseconds.addingReportingOverflow(more)
        return SteadyTime(milliseconds: overflow ? .max : sum)
    }

    private init(milliseconds: Int) { self.milliseconds = milliseconds }
}

/// The moment at which a wait must end.
package struct Deadline: Sendable {
    private let end: SteadyTime

    package init(milliseconds: Int) {
        end = SteadyTime.now().advanced(milliseconds: max(milliseconds, 0))
    }

    package var hasPassed: Bool { end <= SteadyTime.now() }

    /// What is left, in milliseconds; 0 when it has passed.
    package var remaining: Int {
        let now = SteadyTime.now()
        return end <= now ? 0 : end.milliseconds - now.milliseconds
    }
}

/// Waits; for pauses between attempts, never for events.
package func pause(milliseconds: Int) {
    let whole = max(milliseconds, 0)
    var wanted = timespec(tv_sec: whole / 1000, tv_nsec: whole % 1000 * 1_000_000)
    var left = timespec()
    while unsafe nanosleep(&wanted, &left) != 0, errno == EINTR { wanted = left }
}

/// The processor's time that the calling thread has taken so far: what others do meanwhile is not on its account.
package enum ProcessorTime {
    package static var milliseconds: Int {
        var time = timespec()
        _ = unsafe clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time)
        return time.tv_sec * 1000 + time.tv_nsec / 1_000_000
    }
}
