import Glibc
import Platform
import TestSupport
import Testing

@Suite("host, clock, environment")
struct SystemFactsTests {
    @Test("the host has a name of one word")
    func hostName() {
        let name = Host.name()
        #expect(!name.isEmpty && name.utf8.count <= 64 && !name.contains("\0"))
    }

    @Test("random bits differ")
    func random() {
        #expect(Set((0..<1000).map { _ in Host.random() }).count == 1000)
        #expect((0..<64).reduce(0) { sum, _ in sum | Host.random() } == .max)
    }

    @Test("the process knows its own number, and that a file is no terminal")
    func process() throws {
        #expect(Host.processIdentifier() == Int(getpid()))
        let root = try TemporaryDirectory()
        try root.write("file", "")
        #expect(!Host.isTerminal(try root.open().openFile("file").raw))
        #expect(!Host.isTerminal(-1))
    }

    @Test("moments are in order")
    func order() {
        #expect(WallTime(seconds: 1, nanoseconds: 5) < WallTime(seconds: 1, nanoseconds: 6))
        #expect(WallTime(seconds: 1, nanoseconds: 999_999_999) < WallTime(seconds: 2))
        #expect(WallTime.now() > WallTime(seconds: 1_700_000_000))
        #expect((0..<1_000_000_000).contains(WallTime.now().nanoseconds))
        let now = SteadyTime.now()
        #expect(now.advanced(milliseconds: 5).milliseconds == now.milliseconds + 5)
        #expect(now < now.advanced(milliseconds: .max))
    }

    @Test("a deadline passes when its time is over, and not before")
    func deadline() {
        #expect(Deadline(milliseconds: 0).hasPassed)
        #expect(Deadline(milliseconds: -5).hasPassed)
        #expect(Deadline(milliseconds: .min).remaining == 0)
        #expect(!Deadline(milliseconds: .max).hasPassed)
        #expect(Deadline(milliseconds: .max).remaining > 1 << 40)
        let later = Deadline(milliseconds: 600_000)
        #expect(!later.hasPassed && (1...600_000).contains(later.remaining))
        let soon = Deadline(milliseconds: 30)
        #expect(soon.remaining <= 30)
        pause(milliseconds: 31)
        #expect(soon.hasPassed && soon.remaining == 0)
    }

    @Test("a pause lasts as long as asked for; a negative one not at all")
    func pauses() {
        let start = SteadyTime.now()
        pause(milliseconds: -1000)
        pause(milliseconds: 20)
        #expect(SteadyTime.now().milliseconds - start.milliseconds >= 20)
    }

    @Test("the environment keeps what is named, and nothing else")
    func environment() async {
        await #expect(processExitsWith: .success) {
            unsafe setenv("KEPT", "a=b", 1)
            unsafe setenv("GONE", "x", 1)
            unsafe setenv("EMPTY", "", 1)
            Environment.clear(keeping: ["KEPT", "EMPTY", "NEVER"])
            #expect(Environment.value("KEPT") == "a=b")
            #expect(Environment.value("EMPTY")?.isEmpty == true)
            #expect(Environment.value("GONE") == nil)
            #expect(Environment.value("NEVER") == nil)
            #expect(Environment.value("PATH") == nil)
        }
    }

    @Test("bytes of the environment that are not UTF-8 become U+FFFD")
    func invalidEnvironment() async {
        await #expect(processExitsWith: .success) {
            let value: [CChar] = [65, -1, 66, 0]
            unsafe setenv("ODD", value, 1)
            #expect(Environment.value("ODD") == "A\u{FFFD}B")
        }
    }

    @Test("new files get what the mask leaves")
    func mask() async {
        await #expect(processExitsWith: .success) {
            let root = try TemporaryDirectory()
            setFileCreationMask(0o077)
            _ = try root.open().createFile("file", permissions: 0o666)
            #expect(try FileStatus.of(root.path("file")).permissions == 0o600)
        }
    }

    @Test("an error says which call, on what, and why")
    func errors() {
        let error = SystemError(call: "rename", path: "new/x", code: ENOSPC)
        #expect(error.description == "rename new/x: No space left on device")
        #expect(SystemError(call: "fsync", path: "", code: EIO).description == "fsync: Input/output error")
        #expect(SystemError(call: "x", path: "", code: 99_999).reason == "Unknown error")
    }
}
