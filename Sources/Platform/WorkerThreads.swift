import CPlatform
import Glibc

/// Threads of the system that do the same work side by side, for code that blocks in system calls.
///
/// Signals that ask the process to end are left to the thread that started them.
package struct WorkerThreads: ~Copyable {
    private let handles: [pthread_t]

    /// As the main thread has by default: the code that runs here was written for that.
    private static var stackSize: Int { 8 << 20 }

    /// Starts them; each calls `body` once, with its number from 0.
    ///
    /// - Parameter count: how many are wanted. Where the system has no room for so many there are fewer, or none.
    package init(_ count: Int, _ body: @escaping @Sendable (Int) -> Void) {
        var attributes = pthread_attr_t()
        unsafe pthread_attr_init(&attributes)
        unsafe pthread_attr_setstacksize(&attributes, Self.stackSize)
        defer { unsafe pthread_attr_destroy(&attributes) }
        var stops = sigset_t()
        var before = sigset_t()
        unsafe sigemptyset(&stops)
        for signal in [SIGTERM, SIGINT, SIGHUP] { unsafe sigaddset(&stops, signal) }
        unsafe pthread_sigmask(SIG_BLOCK, &stops, &before)
        defer { unsafe pthread_sigmask(SIG_SETMASK, &before, nil) }
        var handles: [pthread_t] = []
        while handles.count < count {
            let number = handles.count
            let work = unsafe Unmanaged.passRetained(ThreadWork { body(number) })
            var handle = pthread_t()
            let code = unsafe pthread_create(&handle, &attributes, ThreadWork.start, work.toOpaque())
            guard code == 0 else {
                unsafe work.release()
                break
            }
            handles.append(handle)
        }
        self.handles = handles
    }

    package var count: Int { handles.count }

    /// Waits for the end of all of them.
    package consuming func join() {
        for handle in handles { pthread_join(handle, nil) }
    }
}

/// What one thread does.
private final class ThreadWork: Sendable {
    let run: @Sendable () -> Void

    init(_ run: @escaping @Sendable () -> Void) { self.run = run }

    static var start: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
        { argument in
            guard let argument = unsafe argument else { return nil }
            unsafe Unmanaged<ThreadWork>.fromOpaque(argument).takeRetainedValue().run()
            return nil
        }
    }
}
