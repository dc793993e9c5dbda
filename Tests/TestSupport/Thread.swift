import Glibc
import Platform
import Synchronization

/// A thread beside a test that blocks in system calls: the other end of a pipe or of a socket.
package final class Thread<Result: Sendable>: Sendable {
    private let outcome = Outcome<Result>()
    private let handle: pthread_t

    package init(_ body: @escaping @Sendable () -> Result) {
        let work = Work { [outcome] in
            let value = body()
            outcome.value.withLock { $0 = value }
        }
        var handle = pthread_t()
        let code = unsafe pthread_create(
            &handle, nil,
            { argument in
                guard let argument = unsafe argument else { return nil }
                unsafe Unmanaged<Work>.fromOpaque(argument).takeRetainedValue().run()
                return nil
            }, Unmanaged.passRetained(work).toOpaque())
        precondition(code == 0, "no thread")
        self.handle = handle
    }

    /// Waits for its end, once.
    package func join() -> Result? {
        _ = pthread_join(handle, nil)
        return outcome.value.withLock { $0 }
    }
}

private final class Outcome<Result: Sendable>: Sendable {
    let value = Mutex<Result?>(nil)
}

private final class Work: Sendable {
    let run: @Sendable () -> Void
    init(_ run: @escaping @Sendable () -> Void) { self.run = run }
}

/// Both ends of a pipe: for reading, for writing.
package func pipe() throws -> (CInt, CInt) {
    var ends: [CInt] = [-1, -1]
    guard unsafe Glibc.pipe(&ends) == 0 else { throw SystemError(call: "pipe", path: "", code: errno) }
    return (forUsAlone(ends[0]), forUsAlone(ends[1]))
}

/// A descriptor that programs which are started do not get: with a copy of it they would hold up the end of a pipe or of
/// a connection. Tests that need a process of their own start one, beside all others.
func forUsAlone(_ descriptor: CInt) -> CInt {
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    return descriptor
}

/// Everything that comes from `descriptor`, which is then closed.
package func drain(_ descriptor: CInt) -> [UInt8] {
    let end = OwnedFileDescriptor(raw: descriptor)
    return (try? end.readAll(limit: 1 << 26, path: "pipe")) ?? []
}
