import Foundation
import Glibc
import TestSupport
import Testing

/// The path of a message through checks, from the command line: what scanners say is played here.
@Suite("Checks", .timeLimit(.minutes(5)))
struct CheckTests {
    private typealias Object = [String: Any]

    private let queue: Queue
    private var site: DeliverySite { queue.site }
    private static let virus = "Test.Virus"
    private static let evil = TestMessage.text(subject: "evil", body: "EVIL\n")

    init() throws { queue = try Queue() }

    private var socket: String { site.workplace["clamd"] }
    private var asking: [String] {
        ["-o", "checks.clamd.server=unix:\(socket)", "-o", "checks.clamd.method=stream"]
    }
    private var inbox: [StoredMessage] { messages(site.maildir) }
    private var log: String { site.workplace.read("log") }

    /// A clamd that finds a virus in every message with EVIL near its end.
    ///
    /// - Parameter silence: seconds for which it says nothing, once it has the message.
    private func clamd(silence: Int = 0) throws -> FakeServer {
        let server = try FakeServer(at: socket) { end, _ in
            _ = end.read(through: 0)
            var last: [UInt8] = []
            while true {
                let length = end.read(4).reduce(0) { $0 << 8 | Int($1) }
                guard length > 0 else { break }
                last = end.read(length)
            }
            for _ in 0..<(silence * 20) { usleep(50_000) }
            let isFound = String(decoding: last.suffix(64), as: UTF8.self).contains("EVIL")
            end.write("stream: \(isFound ? "\(Self.virus) FOUND" : "OK")\u{0}")
        }
        _ = unsafe chmod(socket, 0o666)
        return server
    }

    @Test("what is put on hold is listed with its reason, and goes on when it is released")
    func hold() throws {
        let clamd = try clamd()
        let words = asking + ["-o", "checks.quarantine=hold"]
        #expect(try queue.deliver(Self.evil, more: words).code == 0)
        let entry = try #require(try queue.list().first)
        #expect(entry["place"] as? String == "hold" && entry["cause"] as? String == "quarantine", "\(entry)")
        let id = try #require(entry["id"] as? String)
        let shown = try queue.control(["queue", "show", id])
        #expect(shown.output.contains("quarantined: virus \(Self.virus) (clamd)"), "\(shown.output)")
        try queue.sweep(["--now"] + words)
        #expect(try queue.list().count == 1 && inbox.isEmpty, "a sweep leaves it where it is")
        #expect(try queue.control(["queue", "release", id]).code == 0)
        try queue.sweep(["--now"] + words)
        clamd.end()
        #expect(try queue.list().isEmpty && inbox.count == 1)
        #expect(inbox.first?.text.contains("\nX-Virus-Status: Infected (\(Self.virus))\n") == true)
    }

    @Test("a dry run says what would become of it, and writes nothing")
    func dryRun() throws {
        let clamd = try clamd()
        let completed = try queue.deliver(Self.evil, more: asking + ["--dry-run"])
        clamd.end()
        let plan = try #require(
            JSONSerialization.jsonObject(with: Data(completed.output.utf8)) as? Object)
        #expect(plan["decision"] as? String == "quarantine")
        let check = try #require((plan["checks"] as? [Object])?.first)
        #expect(check["name"] as? String == "clamd" && check["result"] as? String == "found")
        #expect(check["detail"] as? String == Self.virus && check["policy"] as? String == "quarantine")
        #expect(everything(site.workplace["home"]).isEmpty && everything(site.workplace["spool"]).isEmpty)
    }

    @Test("explain asks the scanners, and leaves them alone when it is told to")
    func explain() throws {
        let script = try site.workplace.write(
            "require [\"virustest\", \"fileinto\", \"mailbox\"]; if virustest \"1\" { fileinto :create \"Tested\"; }",
            to: "a.sieve")
        let program = try site.workplace.program(.control)
        func explain(_ message: Data, _ more: [String]) throws -> String {
            let completed = try run(
                program, ["explain", "--script", script] + asking + more, input: message)
            #expect(completed.code == 0, "\(completed.errors)")
            return completed.output
        }
        let clamd = try clamd()
        let bad = try explain(Self.evil, [])
        #expect(bad.contains("clamd       found: \(Self.virus) (policy: quarantine)"), "\(bad)")
        #expect(bad.contains("=> quarantine, no rule runs: virus \(Self.virus) (clamd)"), "\(bad)")
        #expect(bad.contains("stored in Quarantine") && !bad.contains("virustest"), "\(bad)")
        let good = try explain(TestMessage.text(subject: "x"), [])
        #expect(good.contains("clamd       passed") && good.contains("stored in Tested"), "\(good)")
        #expect(clamd.end() == 2)
        let alone = try explain(Self.evil, ["--no-checks"])
        #expect(!alone.contains("clamd") && alone.contains("virustest \"1\"  false"), "\(alone)")
        let object = try #require(
            JSONSerialization.jsonObject(with: Data(try explain(Self.evil, ["--json"]).utf8)) as? Object)
        #expect((object["checks"] as? [Object])?.first?["result"] as? String == "unanswered")
        #expect((object["decision"] as? Object)?["decision"] as? String == "defer")
    }

    @Test("explain shows what the log says of the checks of a past delivery")
    func past() throws {
        let clamd = try clamd()
        let message = TestMessage.text(subject: "logged")
        #expect(try queue.deliver(message, more: asking).code == 0)
        clamd.end()
        let text = String(decoding: message, as: UTF8.self)
        let line = try #require(text.split(separator: "\n").first { $0.hasPrefix("Message-ID: ") })
        let completed = try run(
            try site.workplace.program(.control),
            [
                "explain", "--no-checks", "--mail-dir", site.maildir, "-o",
                "log.target=file:\(site.workplace["log"])",
                "--message-id", String(line.dropFirst("Message-ID: ".count)),
            ], user: .nobody)
        #expect(completed.output.contains("clamd: passed"), "\(completed.output)\(completed.errors)")
    }

    @Test("memory does not grow with a message that is written once more for its fields")
    func memory() throws {
        let clamd = try clamd()
        let size = 160 << 20
        var message = TestMessage.text(subject: "large", body: "")
        message += Data(repeating: UInt8(ascii: "x"), count: 72) + Data("\n".utf8)
        let line = Data((String(repeating: "y", count: 75) + "\n").utf8)
        let block = Data((0..<1000).flatMap { _ in line })
        while message.count < size { message += block }
        message += Data("EVIL\n".utf8)
        let script = try site.workplace.write("keep;", to: "rules.sieve")
        let words = site.arguments() + ["--script", script, "-o", "checks.clamd.on-virus=tag"] + asking
        // Private memory that can be written to; mapped files do not count.
        let limited = ["--data=\(24 << 20)", try site.workplace.program(.postmaster)] + words
        let completed = try run("/usr/bin/prlimit", limited, input: message, user: .nobody)
        #expect(clamd.end() == 1)
        #expect(completed.code == 0, "\(completed.errors)")
        let stored = try #require(inbox.first)
        #expect(stored.text.prefix(2000).contains("X-Virus-Status: Infected (\(Self.virus))\n"))
        #expect(stored.bytes.suffix(size) == message.suffix(size))
        #expect(try FileManager.default.contentsOfDirectory(atPath: "\(site.maildir)/tmp").isEmpty)
    }

    @Test(
        "a delivery that is stopped while a scanner thinks leaves the message to its starter, and nothing else"
    )
    func stopped() throws {
        let clamd = try clamd(silence: 3)
        var setup = RunningProgram.Setup()
        setup.input = Self.evil + Data(repeating: UInt8(ascii: "z"), count: 4 << 20) + Data("\nEVIL\n".utf8)
        setup.user = .nobody
        let program = try RunningProgram(
            try site.workplace.program(.postmaster), site.arguments() + asking, setup: setup)
        let temporary = "\(site.maildir)/tmp"
        #expect(
            try eventually {
                !((try? FileManager.default.contentsOfDirectory(atPath: temporary)) ?? []).isEmpty
            })
        usleep(300_000)
        program.send(SIGTERM)
        let completed = try program.wait(10)
        clamd.end()
        #expect(completed.code == 75 && completed.errors.hasPrefix("4.3.0 "), "\(completed)")
        #expect(inbox.isEmpty && messages("\(site.maildir)/.Quarantine").isEmpty)
        #expect(try FileManager.default.contentsOfDirectory(atPath: temporary).isEmpty)
    }

    @Test(
        "where no check is configured, no socket is made, no process is started, and nothing of theirs is looked for",
        .enabled(if: FileManager.default.isExecutableFile(atPath: "/usr/bin/strace")))
    func off() throws {
        let trace = site.workplace["trace"]
        let traced =
            ["-f", "-o", trace, "-e", "trace=all", try site.workplace.program(.postmaster)] + site.arguments()
        let completed = try run("/usr/bin/strace", traced, input: TestMessage.text(subject: "x"))
        #expect(completed.code == 0, "\(completed.errors)")
        let calls = site.workplace.read("trace").split(separator: "\n")
        #expect(calls.count > 20)
        for word in ["socket(", "connect(", "clone", "fork(", "postmaster-attachments", "magic", "clamd"] {
            #expect(!calls.contains { $0.contains(word) }, "\(word)")
        }
    }
}
