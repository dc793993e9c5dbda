import Glibc
import Platform
import TestSupport
import Testing

private func install(status: CInt = 75) {
    SignalPolicy.exit(status: status, onCrash: "crash\n", onDeadline: "deadline\n", onStop: "stop\n")
}

/// Deeper than any stack, and not to be made a loop of.
private func recurse(_ depth: Int) -> Int {
    withExtendedLifetime([depth]) { depth == .max ? 0 : recurse(depth + 1) &+ 1 }
}

private func three() -> Int { 3 }

@Suite("signals, traps and the deadline")
struct SignalPolicyTests {
    @Test("a failed precondition leaves with the status")
    func fatal() async {
        await #expect(processExitsWith: .exitCode(75)) {
            install()
            fatalError("on purpose")
        }
    }

    @Test("an index out of range leaves with the status")
    func index() async {
        await #expect(processExitsWith: .exitCode(75)) {
            install()
            let numbers = [1, 2]
            print(numbers[three()])
        }
    }

    @Test("an overflow leaves with the status")
    func overflow() async {
        await #expect(processExitsWith: .exitCode(75)) {
            install()
            print(Int.max - 2 + three())
        }
    }

    @Test("a stack that is used up leaves with the status")
    func stack() async {
        await #expect(processExitsWith: .exitCode(75)) {
            install()
            print(recurse(0))
        }
    }

    @Test("a null pointer and abort leave with the status")
    func memory() async {
        await #expect(processExitsWith: .exitCode(75)) {
            install()
            _ = kill(getpid(), SIGSEGV)
            pause(milliseconds: Patience.long)
        }
        await #expect(processExitsWith: .exitCode(75)) {
            install()
            abort()
        }
    }

    @Test(
        "a signal leaves with the status",
        arguments: [
            SIGTERM, SIGINT, SIGHUP, SIGQUIT, SIGUSR1, SIGUSR2, SIGXCPU, SIGBUS, SIGFPE, SIGILL, SIGALRM,
        ])
    func signal(number: CInt) async {
        await #expect(processExitsWith: .exitCode(75)) { [number] in
            install()
            _ = kill(getpid(), number)
            pause(milliseconds: Patience.long)
        }
    }

    @Test("the status is the one that was asked for")
    func otherStatus() async {
        await #expect(processExitsWith: .exitCode(111)) {
            install(status: 111)
            _ = kill(getpid(), SIGTERM)
            pause(milliseconds: Patience.long)
        }
    }

    @Test("the deadline leaves with the status and says so")
    func deadline() async throws {
        let result = await #expect(processExitsWith: .exitCode(75), observing: [\.standardErrorContent]) {
            install()
            SignalPolicy.setDeadline(seconds: 1)
            pause(milliseconds: Patience.long)
        }
        let text = String(decoding: try #require(result).standardErrorContent, as: UTF8.self)
        #expect(text.contains("deadline\n"))
    }

    @Test("each ending has its line")
    func lines() async throws {
        let stopped = await #expect(processExitsWith: .exitCode(75), observing: [\.standardErrorContent]) {
            install()
            _ = kill(getpid(), SIGTERM)
            pause(milliseconds: Patience.long)
        }
        #expect(
            String(decoding: try #require(stopped).standardErrorContent, as: UTF8.self).contains("stop\n"))
        let crashed = await #expect(processExitsWith: .exitCode(75), observing: [\.standardErrorContent]) {
            install()
            _ = kill(getpid(), SIGSEGV)
            pause(milliseconds: Patience.long)
        }
        #expect(
            String(decoding: try #require(crashed).standardErrorContent, as: UTF8.self).contains("crash\n"))
    }

    @Test("a deadline that was called off does nothing")
    func calledOff() async {
        await #expect(processExitsWith: .exitCode(0)) {
            install()
            SignalPolicy.setDeadline(seconds: 3)
            SignalPolicy.setDeadline(seconds: 0)
            pause(milliseconds: 3300)
            leave(0)
        }
    }

    @Test("a broken pipe is an error, not an end")
    func brokenPipe() async {
        await #expect(processExitsWith: .exitCode(0)) {
            install()
            let (reading, writing) = try pipe()
            _ = close(reading)
            let end = OwnedFileDescriptor(raw: writing)
            #expect(throws: SystemError(call: "write", path: "pipe", code: EPIPE)) {
                try end.write([1], path: "pipe")
            }
            leave(0)
        }
    }

    @Test("signals that the parent had blocked are heard")
    func blocked() async {
        await #expect(processExitsWith: .exitCode(75)) {
            var all = sigset_t()
            unsafe sigfillset(&all)
            unsafe sigprocmask(SIG_SETMASK, &all, nil)
            _ = pthread_kill(pthread_self(), SIGTERM)
            install()
            pause(milliseconds: Patience.long)
        }
    }

    @Test("litter is removed on the way out, and nothing that is litter no more")
    func litter() async throws {
        let root = try TemporaryDirectory()
        try root.write("litter", "")
        try root.write("kept", "")
        await #expect(processExitsWith: .exitCode(75)) { [path = root.path as String] in
            install()
            let directory = try Directory(opening: path)
            SignalPolicy.setLitter("kept", in: directory)
            SignalPolicy.clearLitter()
            SignalPolicy.setLitter("litter", in: directory)
            _ = kill(getpid(), SIGTERM)
            pause(milliseconds: Patience.long)
            _ = directory
        }
        #expect(try root.open().names() == ["kept"])
    }
}
