import CPlatform
import Glibc

/// A program run with an argument list, never through a shell: clean environment, no open descriptors but
/// 0, 1 and 2, a process group of its own, and an end.
///
/// Its standard input is a file that is complete before the program starts. So it gets all of the input, or is
/// not started, even if this process is killed meanwhile: through a pipe it would take the beginning for all.
package struct ChildProcess: Sendable {
    /// How a program ended.
    package enum Ending: Equatable, Sendable {
        case exited(CInt)
        case signalled(CInt)
        /// It was still running at the deadline, and was killed with all of its process group.
        case outOfTime
    }

    /// The ending, and the first bytes of what it wrote to standard output and standard error together.
    package struct Result: Equatable, Sendable {
        package let ending: Ending
        package let output: [UInt8]
    }

    package let path: String
    package let arguments: [String]
    package let environment: [String]
    package let workingDirectory: String

    /// - Parameters:
    ///   - path: of the program; nothing is searched.
    ///   - arguments: without the program's name. None of these strings may contain a NUL.
    ///   - environment: `NAME=value` words; the default is a `PATH` alone.
    package init(
        path: String, arguments: [String], environment: [String] = ["PATH=/usr/sbin:/usr/bin:/sbin:/bin"],
        workingDirectory: String = "/"
    ) {
        self.path = path
        self.arguments = arguments
        self.environment = environment
        self.workingDirectory = workingDirectory
    }

    /// Runs it with `head` and then `body` on standard input, and waits for its end.
    ///
    /// - Throws: what kept the program from starting.
    package func run(
        head: [UInt8], body: Span<UInt8>, outputLimit: Int = 4096, milliseconds: Int
    ) throws(SystemError) -> Result {
        let input = try OwnedFileDescriptor.anonymousFile(expectedBytes: head.count + body.count)
        try input.write(head, then: body, path: "input of \(path)")
        return try run(input: input, outputLimit: outputLimit, milliseconds: milliseconds)
    }

    /// Runs it with all of the file `input` on standard input, and waits for its end.
    ///
    /// What it leaves running in the background is not waited for.
    /// - Parameters:
    ///   - input: a file for this program alone; it is read from the start.
    ///   - outputLimit: bytes of output that are kept; the rest is read and dropped.
    ///   - milliseconds: when the whole process group is killed.
    ///   - takesErrors: whether standard error is part of the output; else it is dropped.
    /// - Throws: what kept the program from starting; `EINVAL` for an argument with a NUL.
    package func run(
        input: borrowing OwnedFileDescriptor, outputLimit: Int = 4096, milliseconds: Int,
        takesErrors: Bool = true
    ) throws(SystemError) -> Result {
        let deadline = Deadline(milliseconds: milliseconds)
        try checkTexts()
        try input.seek(to: 0, path: "input of \(path)")
        let pipe = try Pipe()
        let child = try spawn(input: input.raw, output: pipe.writing.raw, takesErrors: takesErrors)
        // Our own writing end must be closed, or the output would never end.
        var output = ProgramOutput(pipe.keepReading(), limit: outputLimit)
        let ending = Self.wait(for: child, listeningTo: &output, until: deadline)
        return Result(ending: ending, output: output.bytes)
    }

    /// A NUL would end a text before its end.
    func checkTexts() throws(SystemError) {
        guard !([path, workingDirectory] + arguments + environment).contains(where: { $0.utf8.contains(0) })
        else {
            throw SystemError(call: "posix_spawn", path: path, code: EINVAL)
        }
    }

    func spawn(input: CInt, output: CInt, takesErrors: Bool) throws(SystemError) -> pid_t {
        // Where a parent left SIGCHLD ignored, the kernel would keep the child's status from us.
        _ = signal(SIGCHLD, SIG_DFL)
        // Moving them to 0, 1 and 2 must not overwrite the one with the other.
        let safeInput = try OwnedFileDescriptor.duplicate(input, from: 3)
        let safeOutput = try OwnedFileDescriptor.duplicate(output, from: 3)
        var child: pid_t = 0
        let code = unsafe withCStrings([path] + arguments) { argv in
            unsafe withCStrings(environment) { envp in
                unsafe postmaster_spawn(
                    &child, argv, envp, safeInput.raw, safeOutput.raw, takesErrors ? safeOutput.raw : -1,
                    workingDirectory)
            }
        }
        guard code == 0 else { throw SystemError(call: "posix_spawn", path: path, code: code) }
        return child
    }

    /// Waits for the child's end, and takes in its output meanwhile. The output may stay open longer, in the
    /// hands of a process in the background; and it may be closed earlier.
    private static func wait(
        for child: pid_t, listeningTo output: inout ProgramOutput, until deadline: Deadline
    ) -> Ending {
        var milliseconds = 1
        while true {
            let wasOpen = output.isOpen
            output.listen(milliseconds: min(milliseconds, deadline.remaining))
            if wasOpen, !output.isOpen { milliseconds = 1 }
            var status: CInt = 0
            let ended = unsafe waitpid(child, &status, WNOHANG)
            if ended == child {
                output.listen(milliseconds: 0)
                return ending(status)
            }
            // Nobody else waits for it, so this cannot be; but then there is no status to be had.
            if ended < 0, errno != EINTR { return .outOfTime }
            if deadline.hasPassed { return kill(child) }
            milliseconds = min(milliseconds * 2, 50)
        }
    }

    static func kill(_ child: pid_t) -> Ending {
        _ = Glibc.kill(-child, SIGKILL)
        _ = Glibc.kill(child, SIGKILL)
        var status: CInt = 0
        while unsafe waitpid(child, &status, 0) < 0, errno == EINTR {}
        return .outOfTime
    }

    static func ending(_ status: CInt) -> Ending {
        let signal = status & 0x7f
        return signal == 0 ? .exited((status >> 8) & 0xff) : .signalled(signal)
    }
}

/// Both ends of a pipe, closed on exec.
struct Pipe: ~Copyable {
    let reading: OwnedFileDescriptor
    let writing: OwnedFileDescriptor

    init() throws(SystemError) {
        var ends: (CInt, CInt) = (-1, -1)
        let code = unsafe withUnsafeMutablePointer(to: &ends) {
            unsafe postmaster_pipe(UnsafeMutableRawPointer($0).assumingMemoryBound(to: CInt.self))
        }
        guard code == 0 else { throw SystemError(call: "pipe2", path: "") }
        reading = OwnedFileDescriptor(raw: ends.0)
        writing = OwnedFileDescriptor(raw: ends.1)
    }

    consuming func keepReading() -> OwnedFileDescriptor { reading }
}

/// What a program writes: its beginning is kept, the rest read and dropped.
private struct ProgramOutput: ~Copyable {
    private let descriptor: OwnedFileDescriptor
    private let limit: Int
    private(set) var isOpen = true
    private(set) var bytes: [UInt8] = []

    init(_ descriptor: consuming OwnedFileDescriptor, limit: Int) {
        _ = postmaster_set_nonblocking(descriptor.raw)
        self.descriptor = descriptor
        self.limit = limit
    }

    /// Takes in what is there, and what comes within a time; ends early after something came.
    mutating func listen(milliseconds: Int) {
        guard isOpen else { return pause(milliseconds: milliseconds) }
        var entry = pollfd(fd: descriptor.raw, events: Int16(POLLIN), revents: 0)
        guard unsafe poll(&entry, 1, CInt(clamping: milliseconds)) > 0 else { return }
        var chunk = [UInt8](repeating: 0, count: 4096)
        // A program that never stops writing must not keep us from looking at the clock.
        for _ in 0..<256 {
            let count = unsafe chunk.withUnsafeMutableBytes {
                unsafe read(descriptor.raw, $0.baseAddress, $0.count)
            }
            if count < 0, errno == EINTR { continue }
            if count < 0, errno == EAGAIN { return }
            guard count > 0 else {
                isOpen = false
                return
            }
            bytes.append(contentsOf: chunk[..<min(count, max(limit - bytes.count, 0))])
        }
    }
}

extension OwnedFileDescriptor {
    /// Another descriptor of the same open file, closed on exec, numbered `lowest` or higher.
    fileprivate static func duplicate(
        _ raw: CInt, from lowest: CInt
    ) throws(SystemError) -> OwnedFileDescriptor {
        let copy = fcntl(raw, F_DUPFD_CLOEXEC, lowest)
        guard copy >= 0 else { throw SystemError(call: "fcntl", path: "") }
        return OwnedFileDescriptor(raw: copy)
    }
}

/// Calls `body` with a NULL-terminated array of C strings.
func withCStrings<R>(
    _ strings: [String], _ body: (UnsafePointer<UnsafeMutablePointer<CChar>?>) -> R
) -> R {
    var pointers = unsafe strings.map { unsafe strdup($0) }
    unsafe pointers.append(nil)
    defer { unsafe pointers.forEach { unsafe free($0) } }
    return unsafe pointers.withUnsafeBufferPointer { buffer in
        guard let base = buffer.baseAddress else {
            preconditionFailure("an array with an element has an address")
        }
        return unsafe body(base)
    }
}
