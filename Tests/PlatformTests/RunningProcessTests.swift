import Platform
import TestSupport
import Testing

@Suite struct RunningProcessTests {
    private func shell(_ script: String) -> ChildProcess {
        ChildProcess(path: "/bin/sh", arguments: ["-c", script])
    }

    private func readAll(_ process: borrowing RunningProcess) -> String {
        var bytes: [UInt8] = []
        let deadline = Deadline(milliseconds: Patience.long)
        while !deadline.hasPassed {
            switch process.read(within: 200) {
            case .bytes(let more): bytes += more
            case .nothing: continue
            case .end: return String(decoding: bytes, as: UTF8.self)
            }
        }
        return "out of time"
    }

    @Test("what a program writes to both outputs comes to its starter, and then its status")
    func output() throws {
        let process = try RunningProcess(shell("echo one; echo two >&2; exit 3"))
        #expect(readAll(process) == "one\ntwo\n")
        #expect(process.end(within: Patience.long) == .exited(3))
    }

    @Test("output comes while the program still runs, and without any the reader is not kept")
    func early() throws {
        let process = try RunningProcess(shell("echo early; sleep 600"))
        let first = process.read(within: Patience.long)
        #expect(first == .bytes(Array("early\n".utf8)))
        let start = SteadyTime.now()
        let second = process.read(within: 50)
        #expect(second == .nothing && SteadyTime.now().milliseconds - start.milliseconds < Patience.long)
        process.stop()
        #expect(process.end(within: Patience.long) == .signalled(15))
    }

    @Test("a program that does not end is killed, with what it has started")
    func killed() throws {
        let process = try RunningProcess(shell("trap '' TERM; echo on; sleep 600; sleep 600"))
        let words = process.read(within: Patience.long)
        #expect(words == .bytes(Array("on\n".utf8)))
        process.stop()
        #expect(process.end(within: 100) == .outOfTime)
    }

    @Test("standard input is empty, and a program that is not there is told")
    func input() throws {
        let process = try RunningProcess(shell("cat; echo end"))
        #expect(readAll(process) == "end\n")
        #expect(process.end(within: Patience.long) == .exited(0))
        #expect(throws: SystemError.self) {
            _ = try RunningProcess(ChildProcess(path: "/no/such", arguments: []))
        }
        #expect(throws: SystemError.self) { _ = try RunningProcess(shell("a\0b")) }
    }

    @Test("a detached program has a session of its own, nothing to read, and no descriptors")
    func detached() throws {
        let temporary = try TemporaryDirectory()
        let path = temporary.path("facts")
        // The session, the group and the process are one: fields 1, 5 and 6 of stat (proc(5)).
        let script =
            "read -r pid name state parent group session rest </proc/self/stat; cat;"
            + "{ pwd; echo parent $parent; ls /proc/$$/fd; [ $(cut -d' ' -f6 /proc/$$/stat) = $$ ] && echo leader; env; } >\(path).new 2>&1;"
            + "mv \(path).new \(path)"
        try ChildProcess(path: "/bin/sh", arguments: ["-c", script], environment: ["A=b"]).startDetached()
        #expect(Patience.wait { (try? temporary.read("facts")) != nil })
        let lines = try temporary.read("facts").split(separator: "\n").map(String.init)
        #expect(lines.first == "/")
        #expect(lines.contains("leader") && lines.contains("A=b"))
        #expect(!lines.contains("parent \(Host.processIdentifier())"))
        let descriptors = lines.compactMap { Int($0) }
        #expect(descriptors.filter { $0 > 2 && $0 < 10 }.isEmpty)
        #expect(throws: SystemError.self) {
            try ChildProcess(path: "/no/such/program", arguments: []).startDetached()
        }
        #expect(throws: SystemError.self) {
            try ChildProcess(path: "/bin/true", arguments: ["\0"]).startDetached()
        }
    }

    @Test("this program knows where it is")
    func program() throws {
        let path = try #require(Host.programPath())
        #expect(path.hasPrefix("/"))
        #expect(try FileStatus.of(path).kind == .regular)
    }
}
