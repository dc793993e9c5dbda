import Foundation
import Glibc
import Testing

/// `postmaster` as a mail transfer agent sees it: descriptors, signals, statuses, and the one line of text.
///
/// Every case that is no verdict on the message has to end with 75, whatever else is wrong.
@Suite("Conformance", .serialized)
struct ConformanceTests {
    private static var statusLine: Regex<Substring> { #/[245]\.[0-9]{1,3}\.[0-9]{1,3} [^\n]+\n/# }

    // MARK: Standard input

    @Test("all of the message is read, even by a run that fails at once")
    func inputIsDrained() throws {
        let site = try DeliverySite()
        let pipe = try OpenPipe()
        let running = try site.start(["--no-such-option"], pipe: pipe)
        // More than a pipe holds: this fails with EPIPE if nobody reads.
        try pipe.write(Data(repeating: 0x61, count: 3 << 20))
        pipe.closeWriteEnd()
        let completed = try running.wait()
        #expect(completed.code == 75)
        #expect(completed.errors.wholeMatch(of: Self.statusLine) != nil, "\(completed.errors)")
    }

    @Test(
        "help and version are no delivery of the message on standard input",
        arguments: ["--help", "--version"])
    func helpIsNoDelivery(option: String) throws {
        let site = try DeliverySite()
        let completed = try site.deliver(TestMessage.text(subject: "x"), [option])
        #expect(completed.code == 75)
        #expect(completed.errors.wholeMatch(of: Self.statusLine) != nil, "\(completed.errors)")
        #expect(try site.runByShell("\(option) </dev/null").code == 0)
        #expect(messages(site.maildir).isEmpty)
    }

    @Test("a message that arrives in pieces is one message")
    func slowInput() throws {
        let site = try DeliverySite()
        let pipe = try OpenPipe()
        let running = try site.start([], pipe: pipe)
        let message = TestMessage.difficult(subject: "slowly")
        for start in stride(from: 0, to: message.count, by: 97) {
            try pipe.write(message[start..<min(start + 97, message.count)])
            if start % 970 == 0 { usleep(3000) }
        }
        pipe.closeWriteEnd()
        #expect(try running.wait().code == 0)
        #expect(messages(site.maildir).first?.bytes.suffix(message.count) == message)
    }

    @Test("without standard input nothing is delivered, and it is tried again")
    func closedInput() throws {
        let site = try DeliverySite()
        let completed = try site.runByShell("<&-")
        #expect(completed.code == 75)
        #expect(messages(site.maildir).isEmpty)
    }

    @Test("standard input that cannot be read is no message")
    func unreadableInput() throws {
        let site = try DeliverySite()
        let completed = try site.runByShell("</tmp")
        #expect(completed.code == 75)
        #expect(messages(site.maildir).isEmpty)
    }

    // MARK: Standard output and error

    @Test(
        "closed descriptors change neither the delivery nor the status",
        arguments: [
            "2>&-", ">&-", ">&- 2>&-", "2>/dev/full", ">/dev/full 2>/dev/full",
        ])
    func closedOutput(redirections: String) throws {
        let site = try DeliverySite()
        let message = TestMessage.difficult(subject: "silence")
        let delivered = try site.runByShell(redirections, input: message)
        #expect(delivered.code == 0)
        let stored = messages(site.maildir)
        #expect(stored.count == 1)
        #expect(stored.first?.bytes.suffix(message.count) == message)
        let failed = try site.runByShell("--no-such-option \(redirections)", input: message)
        #expect(failed.code == 75)
        #expect(messages(site.maildir).count == 1)
    }

    @Test("a full pipe that nobody reads, and that does not block, holds nothing up")
    func fullPipe() throws {
        let site = try DeliverySite()
        let pipe = try OpenPipe()
        pipe.fill()
        let running = try site.start(["--no-such-option"], errors: pipe)
        #expect(try running.wait(20).code == 75)
    }

    @Test("a reader that has gone holds nothing up")
    func brokenPipe() throws {
        let site = try DeliverySite()
        let pipe = try OpenPipe()
        pipe.closeReadEnd()
        let running = try site.start(["--no-such-option"], errors: pipe)
        let completed = try running.wait(20)
        #expect(completed.code == 75)
    }

    @Test("a delivery says nothing")
    func silentSuccess() throws {
        let site = try DeliverySite()
        let completed = try site.deliver()
        #expect(completed.code == 0)
        #expect(completed.output == "")
        #expect(completed.errors == "")
    }

    @Test(
        "a failure says one line: an enhanced status, and why",
        arguments: [
            ["--no-such-option"], ["-o", "nonsense"], ["-o", "spool.mode=nonsense"], ["operand"], ["-d", ""],
            ["-c", "/nonexistent/postmaster.toml"], ["--mta", "nonsense"], ["-p", "/nonexistent/message"],
            ["--a\nline\rend", "\u{1b}[31m"], ["LONG"],
        ])
    func oneLine(arguments: [String]) throws {
        let site = try DeliverySite()
        // -c and -d are at odds with --mail-dir, and so is what follows from them.
        let completed = try run(
            try site.workplace.program(.postmaster),
            arguments.map { $0 == "LONG" ? String(repeating: "x", count: 9000) : $0 },
            input: TestMessage.text(subject: "x"), user: .nobody)
        #expect(completed.code == 75)
        #expect(completed.errors.wholeMatch(of: Self.statusLine) != nil, "\(completed.errors)")
        #expect(completed.errors.hasPrefix("4."), "\(completed.errors)")
        #expect(completed.errors.utf8.count < 1024)
        #expect(completed.output == "")
    }

    // MARK: Signals

    @Test(
        "a signal in the middle of the message leaves it to the MTA",
        arguments: [
            SIGTERM, SIGALRM, SIGINT, SIGHUP, SIGQUIT, SIGXCPU,
        ])
    func signals(signal: Int32) throws {
        let site = try DeliverySite()
        let pipe = try OpenPipe()
        let running = try site.start([], pipe: pipe)
        try pipe.write(Data("Subject: half\n\nof a mess".utf8))
        usleep(150_000)
        running.send(signal)
        let completed = try running.wait(10)
        #expect(completed.code == 75, "killed: \(completed.wasKilled), status \(completed.status)")
        #expect(messages(site.maildir).isEmpty)
    }

    @Test(
        "a crash of the program itself is 75", arguments: [SIGSEGV, SIGILL, SIGTRAP, SIGBUS, SIGFPE, SIGABRT])
    func crashes(signal: Int32) throws {
        let site = try DeliverySite()
        let pipe = try OpenPipe()
        let running = try site.start([], pipe: pipe)
        try pipe.write(Data("Subject: half\n\nof a mess".utf8))
        usleep(150_000)
        running.send(signal)
        #expect(try running.wait(10).code == 75)
    }

    @Test("a message that never ends is left to the MTA at the deadline")
    func deadline() throws {
        let site = try DeliverySite()
        let pipe = try OpenPipe()
        let running = try site.start(["-o", "delivery.deadline=1s"], pipe: pipe)
        try pipe.write(Data("Subject: never\n\n".utf8))
        let completed = try running.wait(15)
        #expect(completed.code == 75)
        #expect(completed.errors.hasPrefix("4."), "\(completed.errors)")
        #expect(messages(site.maildir).isEmpty)
    }

    // MARK: Statuses

    /// Verdict, and the status for each agent; the first is without `--mta`.
    private static let agents = ["", "postfix", "exim", "sendmail", "opensmtpd", "qmail"]

    @Test(
        "a message that loops is refused, in the agent's own terms",
        arguments: zip(agents, [77, 77, 77, 77, 77, 100]))
    func loopStatus(agent: String, status: Int32) throws {
        let site = try DeliverySite()
        let looping = TestMessage.text(subject: "round", fields: "Delivered-To: reader@example.net\n")
        let completed = try site.deliver(looping, agent.isEmpty ? [] : ["--mta", agent])
        #expect(completed.code == status)
        #expect(completed.errors.hasPrefix("5.4.6 "), "\(completed.errors)")
        #expect(messages(site.maildir).isEmpty)
    }

    @Test("a message with too many hops is refused")
    func hops() throws {
        let site = try DeliverySite()
        let hop = "Received: from a.example by b.example; Mon, 5 Oct 2026 08:14:03 +0000\n"
        let fine = Data((String(repeating: hop, count: 100) + "Subject: far\n\n").utf8)
        #expect(try site.deliver(fine).code == 0)
        let completed = try site.deliver(Data(hop.utf8) + fine)
        #expect(completed.code == 77)
        #expect(completed.errors.hasPrefix("5.4.6 "), "\(completed.errors)")
    }

    @Test("a message that is too large is refused", arguments: zip(agents, [77, 77, 77, 77, 77, 100]))
    func sizeStatus(agent: String, status: Int32) throws {
        let site = try DeliverySite()
        let message = TestMessage.text(subject: "large", body: String(repeating: "x", count: 9000))
        let mta = agent.isEmpty ? [] : ["--mta", agent]
        let completed = try site.deliver(message, mta + ["-o", "mail.max-size=8K"])
        #expect(completed.code == status)
        #expect(
            completed.errors.hasPrefix("5.3.4 ") || completed.errors.hasPrefix("5.2.3 "),
            "\(completed.errors)")
        #expect(try site.deliver(message, mta + ["-o", "mail.max-size=16K"]).code == 0)
    }

    @Test(
        "what is no verdict is to be tried again, in the agent's own terms",
        arguments: zip(agents, [75, 75, 75, 75, 75, 111]))
    func deferralStatus(agent: String, status: Int32) throws {
        let site = try DeliverySite()
        let mta = agent.isEmpty ? [] : ["--mta", agent]
        let completed = try site.deliver(
            TestMessage.text(subject: "no room", body: String(repeating: "x", count: 9000)),
            mta + ["-o", "quota.limit=1K", "-o", "spool.mode=tempfail"])
        #expect(completed.code == status)
        #expect(completed.errors.hasPrefix("4.2.2 "), "\(completed.errors)")
    }

    @Test(
        "a user who does not exist is told apart", .enabled(if: isRoot, "only root delivers to others"),
        arguments: zip(agents, [67, 67, 67, 67, 67, 100]))
    func unknownUserStatus(agent: String, status: Int32) throws {
        let site = try DeliverySite()
        let completed = try run(
            try site.workplace.program(.postmaster),
            ["-d", "no-such-user-here", "-o", "log.target=none"] + (agent.isEmpty ? [] : ["--mta", agent]),
            input: TestMessage.text(subject: "x"))
        #expect(completed.code == status)
        #expect(completed.errors.hasPrefix("5.1.1 "), "\(completed.errors)")
    }

    @Test(
        "a look-up that does not work is no verdict on the user",
        .enabled(if: isRoot, "only root delivers to others"),
        arguments: ["passwd-file:/nonexistent/users", "dovecot:/nonexistent/auth-userdb", "nonsense"])
    func brokenLookup(source: String) throws {
        let site = try DeliverySite()
        let completed = try run(
            try site.workplace.program(.postmaster),
            ["-d", "somebody", "-o", "log.target=none", "-o", "users.source=\(source)"],
            input: TestMessage.text(subject: "x"))
        #expect(completed.code == 75)
        #expect(completed.errors.hasPrefix("4."), "\(completed.errors)")
    }

    // MARK: What is broken around it

    @Test("a script with a mistake delivers to INBOX, and its owner is told once")
    func brokenScript() throws {
        let site = try DeliverySite()
        let script = try site.workplace.write("fileinto \"Nowhere\n", to: "broken.sieve")
        let message = TestMessage.text(subject: "still here")
        for _ in 0..<3 { #expect(try site.deliver(message, ["--script", script]).code == 0) }
        let stored = messages(site.maildir)
        #expect(stored.filter { $0.bytes.suffix(message.count) == message }.count == 3)
        #expect(stored.count <= 4)
        #expect(everything(site.maildir).allSatisfy { !$0.contains("Nowhere") })
    }

    @Test(
        "a script that is not there, a directory or not readable delivers to INBOX",
        arguments: [
            "/nonexistent/x.sieve", "/tmp", "/dev/null", "WORKPLACE",
        ])
    func missingScript(path: String) throws {
        let site = try DeliverySite()
        let secret = try site.workplace.write("discard;", to: "secret.sieve", mode: 0)
        let script = path == "WORKPLACE" ? secret : path
        #expect(try site.deliver(TestMessage.text(subject: "x"), ["--script", script]).code == 0)
        #expect(messages(site.maildir).count >= 1)
    }

    @Test(
        "a log that cannot be written changes nothing",
        arguments: [
            "file:/nonexistent/log", "file:/dev/full", "file:/", "syslog", "journal",
        ])
    func brokenLog(target: String) throws {
        let site = try DeliverySite()
        let completed = try site.deliver(TestMessage.text(subject: "x"), ["-o", "log.target=\(target)"])
        #expect(completed.code == 0)
        #expect(completed.errors == "")
        #expect(messages(site.maildir).count == 1)
    }

    @Test("without mail directory and without spool the message stays with the MTA")
    func nowhereToPut() throws {
        let site = try DeliverySite()
        try site.workplace.makeDirectory("home", mode: 0o500, owner: .nobody)
        try site.workplace.makeDirectory("spool", mode: 0)
        let completed = try site.deliver(TestMessage.text(subject: "x"))
        #expect(completed.code == 75)
        #expect(completed.errors.wholeMatch(of: Self.statusLine) != nil, "\(completed.errors)")
    }

    @Test("without mail directory the message goes into the spool, and from there to where it belongs")
    func spooled() throws {
        let site = try DeliverySite()
        try site.workplace.makeDirectory("home", mode: 0o500, owner: .nobody)
        let message = TestMessage.difficult(subject: "later")
        #expect(try site.deliver(message).code == 0)
        #expect(messages(site.maildir).isEmpty)
        try site.workplace.makeDirectory("home", mode: 0o700, owner: .nobody)
        let sweep = ["--now", "-o", "spool.directory=\(site.workplace["spool"])", "-o", "log.target=none"]
        for _ in 0..<2 {
            #expect(try run(try site.workplace.program(.retry), sweep, user: .nobody).code == 0)
        }
        #expect(messages(site.maildir).count == 1)
        #expect(messages(site.maildir).first?.bytes.suffix(message.count) == message)
    }

    @Test("what stands in the environment is not believed to be more than it is")
    func hostileEnvironment() throws {
        let site = try DeliverySite()
        let hostile = [
            "SENDER": "a@b\nX-Injected: yes", "RECIPIENT": "../../etc", "EXTENSION": "../..",
            "HOME": "/nonexistent",
            "LD_PRELOAD": "/nonexistent.so", "ENVID": "x\ny", "QUEUE_ID": String(repeating: "q", count: 5000),
            "CLIENT_ADDRESS": "\u{1b}[31m", "LC_ALL": "nonsense", "TZ": ":/etc/passwd", "USER": "root",
        ]
        let completed = try run(
            try site.workplace.program(.postmaster), site.arguments(sender: nil, recipient: nil),
            input: TestMessage.text(subject: "x"), user: .nobody, environment: hostile)
        #expect(completed.code == 0, "\(completed.errors)")
        let stored = try #require(messages(site.maildir).first)
        #expect(!stored.text.contains("\nX-Injected"))
        #expect(everything(site.workplace["home"]).allSatisfy { !$0.contains("..") && !$0.contains("etc") })
        let log = site.workplace.read("log")
        #expect(log.split(separator: "\n").count == 1, "\(log)")
        #expect(log.unicodeScalars.allSatisfy { $0 == "\n" || $0.value >= 0x20 })
    }
}
