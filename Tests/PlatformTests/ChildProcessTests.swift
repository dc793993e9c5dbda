import Testing

@testable import Platform

@Suite struct ChildProcessTests {
    private func shell(
        _ script: String, input: String = "", milliseconds: Int = 30_000, limit: Int = 4096
    ) throws
        -> ChildProcess.Result
    {
        let body = Array(input.utf8)
        return try ChildProcess(path: "/bin/sh", arguments: ["-c", script]).run(
            head: [], body: body.span, outputLimit: limit, milliseconds: milliseconds)
    }

    @Test("head and body are one input, and both outputs are one output")
    func exchange() throws {
        let body = Array("body".utf8)
        let result = try ChildProcess(path: "/bin/sh", arguments: ["-c", "cat; echo err >&2; exit 3"]).run(
            head: Array("head ".utf8), body: body.span, milliseconds: 30_000)
        #expect(result == .init(ending: .exited(3), output: Array("head bodyerr\n".utf8)))
    }

    @Test(
        "the input is complete whatever its size", arguments: [0, 1, 65_536, 1 << 20, 1 << 20 + 1, 5_000_000])
    func inputSize(count: Int) throws {
        let result = try shell("wc -c", input: String(repeating: "x", count: count))
        #expect(String(decoding: result.output, as: UTF8.self).split(separator: "\n") == ["\(count)"])
    }

    @Test("a program that ignores its input ends as it likes")
    func ignoredInput() throws {
        #expect(try shell("exit 0", input: String(repeating: "x", count: 1 << 21)).ending == .exited(0))
    }

    @Test("of a long output the beginning is kept, and the program can write all of it")
    func longOutput() throws {
        let result = try shell("head -c 3000000 /dev/zero | tr '\\0' a; exit 7", limit: 1000)
        #expect(result.ending == .exited(7))
        #expect(result.output == [UInt8](repeating: UInt8(ascii: "a"), count: 1000))
    }

    @Test("signals are told from exit statuses", arguments: [1, 6, 9, 11, 15])
    func signals(number: Int) throws {
        #expect(try shell("kill -\(number) $$").ending == .signalled(CInt(number)))
    }

    @Test("at the deadline the program and its children are killed")
    func deadline() throws {
        let mark = "/tmp/postmaster-child-test-\(Host.random())"
        let start = SteadyTime.now()
        let result = try shell("echo said; (sleep 2; touch \(mark)) & sleep 60", milliseconds: 300)
        let elapsed = SteadyTime.now().milliseconds - start.milliseconds
        #expect(result == .init(ending: .outOfTime, output: Array("said\n".utf8)))
        #expect((300..<2000).contains(elapsed))
        pause(milliseconds: max(2500 - elapsed, 0))
        #expect(throws: SystemError.self) { try FileStatus.of(mark) }
    }

    @Test("a program that writes without end is killed too")
    func endlessOutput() throws {
        let result = try ChildProcess(path: "/usr/bin/yes", arguments: []).run(
            head: [], body: [UInt8]().span, milliseconds: 300)
        #expect(result.ending == .outOfTime)
        #expect(result.output.count == 4096)
    }

    @Test("what it leaves in the background is neither waited for nor killed")
    func background() throws {
        let mark = "/tmp/postmaster-child-test-\(Host.random())"
        let start = SteadyTime.now()
        let result = try shell("(sleep 1; touch \(mark); sleep 5) & echo early")
        #expect(result == .init(ending: .exited(0), output: Array("early\n".utf8)))
        #expect(SteadyTime.now().milliseconds - start.milliseconds < 900)
        let deadline = Deadline(milliseconds: 10_000)
        while (try? FileStatus.of(mark)) == nil, !deadline.hasPassed { pause(milliseconds: 20) }
        #expect(try FileStatus.of(mark).kind == .regular)
        try Directory(opening: "/tmp").removeFile(String(mark.dropFirst(5)))
    }

    @Test("a program that closes its output is waited for all the same")
    func closedOutput() throws {
        #expect(try shell("exec >&- 2>&-; sleep 0.3; exit 5").ending == .exited(5))
    }

    @Test(
        "arguments arrive as they are",
        arguments: ["", " ", "a b", "$HOME", "`id`", "'\"\\", "*", "é\n\t", "--"])
    func arguments(text: String) throws {
        let result = try ChildProcess(path: "/bin/sh", arguments: ["-c", "printf %s \"$1\"", "sh", text]).run(
            head: [], body: [UInt8]().span, milliseconds: 30_000)
        #expect(result.output == Array(text.utf8))
    }

    @Test("it gets a clean environment and the working directory")
    func surroundings() throws {
        let result = try ChildProcess(
            path: "/bin/sh", arguments: ["-c", "pwd; echo $A; echo $HOME"], environment: ["A=b"],
            workingDirectory: "/usr"
        ).run(head: [], body: [UInt8]().span, milliseconds: 30_000)
        #expect(result.output == Array("/usr\nb\n\n".utf8))
    }

    @Test("it gets no descriptors but three")
    func descriptors() throws {
        let inherited = try OwnedFileDescriptor.anonymousFile(expectedBytes: 0)
        let result = try ChildProcess(path: "/bin/ls", arguments: ["/proc/self/fd"]).run(
            head: [], body: [UInt8]().span, milliseconds: 30_000)
        // The fourth is the one through which ls reads the list.
        #expect(result.output == Array("0\n1\n2\n3\n".utf8))
        #expect(try inherited.status(path: "").size == 0)
    }

    @Test("it leads a process group of its own")
    func processGroup() throws {
        let result = try shell("ps -o pid=,pgid= -p $$")
        let numbers = String(decoding: result.output, as: UTF8.self).split { $0 == " " || $0 == "\n" }
        #expect(numbers.count == 2 && numbers.first == numbers.last)
    }

    @Test("what cannot be started is an error", arguments: ["/nonexistent", "/etc/passwd", "/", "", "sh"])
    func cannotStart(path: String) {
        #expect(throws: SystemError.self) {
            try ChildProcess(path: path, arguments: []).run(
                head: [], body: [UInt8]().span, milliseconds: 1000)
        }
    }

    @Test("a NUL is an error, not the end of an argument")
    func nul() {
        for process in [
            ChildProcess(path: "/bin/true", arguments: ["a\0b"]),
            ChildProcess(path: "/bin/true\0x", arguments: []),
            ChildProcess(path: "/bin/true", arguments: [], environment: ["A=\0"]),
        ] {
            #expect(
                throws: SystemError(call: "posix_spawn", path: process.path, code: ErrorCode.invalidArgument)
            ) {
                try process.run(head: [], body: [UInt8]().span, milliseconds: 1000)
            }
        }
    }

    @Test("a file of the caller's own is read from its start")
    func ownInput() throws {
        let file = try OwnedFileDescriptor.anonymousFile(expectedBytes: 10)
        try file.write(Array("0123456789".utf8), path: "")
        let program = ChildProcess(path: "/bin/cat", arguments: [])
        for _ in 0..<2 {
            #expect(try program.run(input: file, milliseconds: 30_000).output == Array("0123456789".utf8))
        }
    }

    @Test("a file without a name has none, and is gone afterwards", arguments: [0, 1 << 30])
    func anonymousFile(expectedBytes: Int) throws {
        let file = try OwnedFileDescriptor.anonymousFile(expectedBytes: expectedBytes)
        let status = try file.status(path: "")
        #expect(status.kind == .regular && status.links == 0 && status.permissions & 0o077 == 0)
    }
}
