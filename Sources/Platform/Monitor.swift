import Glibc

/// A value that several threads share, and a way to wait for what others make of it.
///
/// Invariant: the value is touched by one thread at a time.
@safe
package final class Monitor<State: Sendable>: @unchecked Sendable {
    private var state: State
    private let mutex: UnsafeMutablePointer<pthread_mutex_t>
    private let changed: UnsafeMutablePointer<pthread_cond_t>

    package init(_ state: State) {
        self.state = state
        unsafe mutex = .allocate(capacity: 1)
        unsafe changed = .allocate(capacity: 1)
        unsafe pthread_mutex_init(mutex, nil)
        var attributes = pthread_condattr_t()
        unsafe pthread_condattr_init(&attributes)
        // Waits are measured by the clock that deadlines go by.
        unsafe pthread_condattr_setclock(&attributes, CLOCK_MONOTONIC)
        unsafe pthread_cond_init(changed, &attributes)
        unsafe pthread_condattr_destroy(&attributes)
    }

    deinit {
        unsafe pthread_cond_destroy(changed)
        unsafe pthread_mutex_destroy(mutex)
        unsafe changed.deallocate()
        unsafe mutex.deallocate()
    }

    /// Calls `body` with the value, and wakes nobody.
    package func withLock<Result>(_ body: (inout State) -> Result) -> Result {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        return body(&state)
    }

    /// Calls `body` with the value, then wakes one of those that wait, or all of them.
    package func change<Result>(wakingAll: Bool = false, _ body: (inout State) -> Result) -> Result {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        let result = body(&state)
        if wakingAll {
            unsafe pthread_cond_broadcast(changed)
        } else {
            unsafe pthread_cond_signal(changed)
        }
        return result
    }

    /// Calls `body` with the value, now and after each change, until it gives something, or until the deadline:
    /// then nil.
    package func wait<Result>(until deadline: Deadline, _ body: (inout State) -> Result?) -> Result? {
        unsafe pthread_mutex_lock(mutex)
        defer { unsafe pthread_mutex_unlock(mutex) }
        while true {
            if let result = body(&state) { return result }
            let milliseconds = min(deadline.remaining, 3_600_000)
            guard milliseconds > 0 else { return nil }
            var end = timespec()
            unsafe clock_gettime(CLOCK_MONOTONIC, &end)
            end.tv_sec += milliseconds / 1000
            end.tv_nsec += milliseconds % 1000 * 1_000_000
            if end.tv_nsec >= 1_000_000_000 {
                end.tv_sec += 1
                end.tv_nsec -= 1_000_000_000
            }
            _ = unsafe pthread_cond_timedwait(changed, mutex, &end)
        }
    }
}
