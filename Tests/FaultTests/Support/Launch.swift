import Dispatch
import Foundation
import Glibc
import Synchronization

/// How a program ended, and what it said.
struct Ended: Sendable {
    enum Status: Equatable, Sendable, CustomStringConvertible {
        case exited(Int32)
        case signalled(Int32)
        /// It did not end in time, and was killed by the test.
        case hung

        var description: String {
            switch self {
            case .exited(let code): "exit \(code)"
            case .signalled(let signal): "signal \(signal)"
            case .hung: "hung"
            }
        }
    }

    let status: Status
    let output: Data
    let errors: Data

    var errorText: String { String(decoding: errors.prefix(600), as: UTF8.self) }
}

/// A program about to be run: arguments as they are, an environment of its own, and an end.
struct Launch: Sendable {
    var program: String
    /// Bytes, since not all that a stranger passes is text.
    var arguments: [Data]
    var environment: [Data] = ["PATH=/usr/bin:/bin"].map { Data($0.utf8) }
    /// The file that is standard input.
    var input = "/dev/null"
    var workingDirectory: String?
    /// When the process group is killed.
    var seconds = 60

    init(_ program: String, _ arguments: [String], input: String = "/dev/null") {
        self.program = program
        self.arguments = arguments.map { Data($0.utf8) }
        self.input = input
    }

    /// The same, run by another program that takes it as the rest of its arguments: strace, prlimit, unshare,
    /// setpriv.
    func under(_ wrapper: String, _ options: [String]) -> Launch {
        var wrapped = self
        wrapped.arguments = options.map { Data($0.utf8) } + [Data(program.utf8)] + arguments
        wrapped.program = wrapper
        return wrapped
    }

    func run() throws -> Ended { try start().wait() }

    func start() throws -> Running {
        let output = try Captured()
        let errors = try Captured()
        var actions = unsafe posix_spawn_file_actions_t()
        unsafe posix_spawn_file_actions_init(&actions)
        defer { unsafe posix_spawn_file_actions_destroy(&actions) }
        unsafe posix_spawn_file_actions_addopen(&actions, 0, input, O_RDONLY, 0)
        unsafe posix_spawn_file_actions_adddup2(&actions, output.descriptor, 1)
        unsafe posix_spawn_file_actions_adddup2(&actions, errors.descriptor, 2)
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        // The test's own threads may block signals or ignore them; a program starts with neither.
        var signals = sigset_t()
        unsafe sigemptyset(&signals)
        unsafe posix_spawnattr_setsigmask(&attributes, &signals)
        unsafe sigfillset(&signals)
        unsafe posix_spawnattr_setsigdefault(&attributes, &signals)
        let flags = POSIX_SPAWN_SETPGROUP | POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF
        unsafe posix_spawnattr_setflags(&attributes, Int16(flags))
        unsafe posix_spawnattr_setpgroup(&attributes, 0)
        let words =
            (workingDirectory.map { ["/usr/bin/env", "-C", $0, program] } ?? [program]).map { Data($0.utf8) }
            + arguments
        var child: pid_t = 0
        let code = unsafe withCStrings(words) { argv in
            unsafe withCStrings(environment) { envp in
                unsafe posix_spawn(
                    &child, workingDirectory == nil ? program : "/usr/bin/env", &actions, &attributes, argv,
                    envp)
            }
        }
        guard code == 0 else {
            errno = code
            throw FileError("posix_spawn \(program)")
        }
        return Running(process: child, output: output, errors: errors, seconds: seconds)
    }
}

/// A program that runs. It has to be waited for, once.
struct Running: Sendable {
    let process: pid_t
    fileprivate let output: Captured
    fileprivate let errors: Captured
    fileprivate let seconds: Int

    func wait() -> Ended {
        let process = process
        let watchdog = Watchdog()
        let item = DispatchWorkItem {
            watchdog.fire()
            kill(-process, SIGKILL)
        }
        DispatchQueue.global().asyncAfter(deadline: .now() + .seconds(seconds), execute: item)
        var status: Int32 = 0
        while unsafe waitpid(process, &status, 0) < 0, errno == EINTR {}
        item.cancel()
        let signal = status & 0x7f
        let ending: Ended.Status =
            watchdog.hasFired ? .hung : signal == 0 ? .exited((status >> 8) & 0xff) : .signalled(signal)
        return Ended(status: ending, output: output.contents(), errors: errors.contents())
    }
}

private final class Watchdog: Sendable {
    private let fired = Mutex(false)
    func fire() { fired.withLock { $0 = true } }
    var hasFired: Bool { fired.withLock { $0 } }
}

/// A file without a name that takes what a program says: unlike a pipe it is never full, and no other program
/// can hold its end.
private final class Captured: Sendable {
    let descriptor: Int32

    init() throws {
        let memory = unsafe access("/dev/shm", W_OK) == 0
        let path =
            "\(memory ? "/dev/shm" : "/tmp")/postmaster-faults-said-\(getpid())-\(UInt64.random(in: .min ... .max))"
        descriptor = unsafe open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC | O_APPEND, 0o600)
        guard descriptor >= 0 else { throw FileError("open \(path)") }
        unsafe unlink(path)
    }

    deinit { close(descriptor) }

    func contents() -> Data {
        var all = Data()
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = unsafe buffer.withUnsafeMutableBytes {
                unsafe pread(descriptor, $0.baseAddress, $0.count, all.count)
            }
            guard count > 0 else { return all }
            all.append(contentsOf: buffer[..<count])
        }
    }
}

private func withCStrings<R>(
    _ strings: [Data], _ body: (UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>) -> R
) -> R {
    var pointers: [UnsafeMutablePointer<CChar>?] = unsafe []
    for string in strings {
        let text = string.map { CChar(bitPattern: $0) } + [0]
        unsafe pointers.append(unsafe strdup(text))
    }
    unsafe pointers.append(nil)
    defer { unsafe pointers.forEach { unsafe free($0) } }
    return unsafe pointers.withUnsafeMutableBufferPointer { buffer in
        guard let base = buffer.baseAddress else {
            preconditionFailure("an array with an element has an address")
        }
        return unsafe body(base)
    }
}

/// Calls `work` for 0 ..< count, `width` at a time, on threads of their own, since each waits for a program;
/// results in order.
func inParallel<T: Sendable>(_ count: Int, width: Int = 4, _ work: @escaping @Sendable (Int) -> T) -> [T] {
    let results = Results<T>(count: count)
    let threads = (0..<min(width, count)).map { _ in
        let thread = WorkerThread {
            while let index = results.next() { results.set(index, work(index)) }
        }
        thread.start()
        return thread
    }
    for thread in threads { thread.join() }
    return results.all
}

private final class Results<T: Sendable>: @unchecked Sendable {
    private let lock = NSLock()
    private var begun = 0
    private var values: [T?]

    init(count: Int) { values = Array(repeating: nil, count: count) }

    func next() -> Int? {
        lock.withLock {
            guard begun < values.count else { return nil }
            begun += 1
            return begun - 1
        }
    }

    func set(_ index: Int, _ value: T) { lock.withLock { values[index] = value } }

    var all: [T] { lock.withLock { values.compactMap { $0 } } }
}

private final class WorkerThread: @unchecked Sendable {
    private let done = DispatchSemaphore(value: 0)
    private let work: @Sendable () -> Void

    init(_ work: @escaping @Sendable () -> Void) { self.work = work }

    func start() {
        Thread.detachNewThread { [self] in
            work()
            done.signal()
        }
    }

    func join() { done.wait() }
}
