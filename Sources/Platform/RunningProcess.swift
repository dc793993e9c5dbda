import CPlatform
import Glibc

extension ChildProcess {
    /// Starts it to go on by itself: a session of its own, nothing on standard input, nobody who reads what it
    /// writes, or who waits for its end.
    ///
    /// The working directory is `/`.
    /// - Throws: what kept the program from starting; `EINVAL` for an argument with a NUL.
    package func startDetached() throws(SystemError) {
        try checkTexts()
        let code = unsafe withCStrings([path] + arguments) { argv in
            unsafe withCStrings(environment) { envp in unsafe postmaster_spawn_detached(argv, envp) }
        }
        guard code == 0 else { throw SystemError(call: "posix_spawn", path: path, code: code) }
    }
}

/// A program that runs beside its starter, who reads what it writes as it comes.
///
/// It is killed, with its process group, if it still runs when the value ends.
package struct RunningProcess: ~Copyable {
    private let child: pid_t
    private let output: OwnedFileDescriptor
    private var hasEnded = false

    /// Starts it with nothing on standard input.
    package init(_ program: ChildProcess) throws(SystemError) {
        try program.checkTexts()
        let nothing = try OwnedFileDescriptor(reading: "/dev/null")
        let pipe = try Pipe()
        child = try program.spawn(input: nothing.raw, output: pipe.writing.raw, takesErrors: true)
        output = pipe.keepReading()
        _ = postmaster_set_nonblocking(output.raw)
    }

    deinit {
        if !hasEnded { _ = ChildProcess.kill(child) }
    }

    /// What it has written to standard output and standard error.
    package enum Output: Equatable, Sendable {
        case bytes([UInt8])
        /// Nothing came in time.
        case nothing
        /// Nothing more will come.
        case end
    }

    /// Waits for something, at most so long.
    package func read(within milliseconds: Int) -> Output {
        var entry = pollfd(fd: output.raw, events: Int16(POLLIN), revents: 0)
        guard unsafe poll(&entry, 1, CInt(clamping: milliseconds)) > 0 else { return .nothing }
        var bytes = [UInt8](repeating: 0, count: 1 << 16)
        let count = unsafe bytes.withUnsafeMutableBytes {
            unsafe Glibc.read(output.raw, $0.baseAddress, $0.count)
        }
        if count < 0, errno == EINTR || errno == EAGAIN { return .nothing }
        guard count > 0 else { return .end }
        bytes.removeSubrange(count...)
        return .bytes(bytes)
    }

    /// Asks it to end (SIGTERM).
    package func stop() {
        _ = Glibc.kill(child, SIGTERM)
    }

    /// Waits for its end, at most so long; then it is killed.
    package consuming func end(within milliseconds: Int) -> ChildProcess.Ending {
        let deadline = Deadline(milliseconds: milliseconds)
        var step = 1
        hasEnded = true
        while true {
            var status: CInt = 0
            let ended = unsafe waitpid(child, &status, WNOHANG)
            if ended == child { return ChildProcess.ending(status) }
            if ended < 0, errno != EINTR { return .outOfTime }
            if deadline.hasPassed { return ChildProcess.kill(child) }
            pause(milliseconds: min(step, deadline.remaining))
            step = min(step * 2, 50)
        }
    }
}
