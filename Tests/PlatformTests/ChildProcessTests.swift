import TestSupport
import Testing

@testable import Platform

@Suite struct ChildProcessTests {
    private func shell(
        _ script: String, input: String = "", milliseconds: Int = Patience.long, limit: Int = 4096
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
            head: Array("head ".utf8), body: body.span, milliseconds: Patience.long)
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

    /// Whether a process is there and has not ended.
    private func runs(_ process: some StringProtocol) -> Bool {
        guard
            let line = try? OwnedFileDescriptor(reading: "/proc/\(process)/stat").readAll(
                limit: 4096, path: "")
        else { return false }
        // Its state stands behind its name, which may have anything in it; Z where nobody has asked how it ended.
        let state = String(decoding: line, as: UTF8.self).split(separator: ")").last?.first { $0 != " " }
        return state != "Z" && state != "X"
    }

    @Test("at the deadline the program and its children are killed")
    func deadline() throws {
        // The deadline passes in any case; the program has to come to its words before.
        let result = try Patience.growing(from: 300, until: { $0.output.last == UInt8(ascii: "\n") }) {
            let start = SteadyTime.now()
            let result = try shell("sleep 600 & echo $!; sleep 600", milliseconds: $0)
            #expect(SteadyTime.now() >= start.advanced(milliseconds: $0))
            return result
        }
        #expect(result.ending == .outOfTime)
        let child = String(decoding: result.output.dropLast(), as: UTF8.self)
        try #require(Int(child) != nil)
        #expect(Patience.wait { !runs(child) })
    }

    @Test("a program that writes without end is killed too")
    func endlessOutput() throws {
        let result = try Patience.growing(from: 300, until: { $0.output.count == 4096 }) { milliseconds in
            try ChildProcess(path: "/usr/bin/yes", arguments: []).run(
                head: [], body: [UInt8]().span, milliseconds: milliseconds)
        }
        #expect(result.ending == .outOfTime)
        #expect(result.output.count == 4096)
    }

    @Test("what it leaves in the background is neither waited for nor killed")
    func background() throws {
        let directory = try TemporaryDirectory()
        try directory.write("way", "")
        let way = directory.path("way")
        // It goes on until we have gone on.
        let result = try shell("(while [ -e \(way) ]; do sleep 0.1; done; touch \(way)-out) & echo early")
        #expect(result == .init(ending: .exited(0), output: Array("early\n".utf8)))
        try directory.open().removeFile("way")
        #expect(Patience.wait { (try? directory.read("way-out")) != nil })
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
            head: [], body: [UInt8]().span, milliseconds: Patience.long)
        #expect(result.output == Array(text.utf8))
    }

    @Test("it gets a clean environment and the working directory")
    func surroundings() throws {
        let result = try ChildProcess(
            path: "/bin/sh", arguments: ["-c", "pwd; echo $A; echo $HOME"], environment: ["A=b"],
            workingDirectory: "/usr"
        ).run(head: [], body: [UInt8]().span, milliseconds: Patience.long)
        #expect(result.output == Array("/usr\nb\n\n".utf8))
    }

    @Test("it gets no descriptors but three")
    func descriptors() throws {
        let inherited = try OwnedFileDescriptor.anonymousFile(expectedBytes: 0)
        let result = try ChildProcess(path: "/bin/ls", arguments: ["/proc/self/fd"]).run(
            head: [], body: [UInt8]().span, milliseconds: Patience.long)
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
            #expect(
                try program.run(input: file, milliseconds: Patience.long).output == Array("0123456789".utf8))
        }
    }

    @Test("a file without a name has none, and is gone afterwards", arguments: [0, 1 << 30])
    func anonymousFile(expectedBytes: Int) throws {
        let file = try OwnedFileDescriptor.anonymousFile(expectedBytes: expectedBytes)
        let status = try file.status(path: "")
        #expect(status.kind == .regular && status.links == 0 && status.permissions & 0o077 == 0)
    }
}
