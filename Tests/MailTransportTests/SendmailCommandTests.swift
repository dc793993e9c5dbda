import MailTransport
import Platform
import TestSupport
import Testing

@Suite struct SendmailCommandTests {
    @Test("the program gets the sender, the recipients, and the message with LF line ends")
    func arguments() throws {
        let program = try StandIn("printf '%s|' \"$@\" >$0.args; cat >$0.input; env >$0.env; pwd >$0.pwd")
        let body = Array("one\r\ntwo\nthree\r\r\nfour\r".utf8)
        let result = program.command.send(
            sender: "s@example.org", recipients: ["a@x", "b@y"], head: Array("Head: 1\r".utf8),
            body: body.span)
        #expect(result.isAccepted)
        #expect(try program.wrote("args") == "-i|-f|s@example.org|--|a@x|b@y|")
        #expect(try program.wrote("input") == "Head: 1\rone\ntwo\nthree\r\nfour\r")
        let names = try program.wrote("env").split(separator: "\n").map { $0.prefix { $0 != "=" } }
        #expect(Set(names).isSubset(of: ["PATH", "PWD", "SHLVL", "_", "OLDPWD"]))
        #expect(try program.wrote("pwd") == "/\n")
    }

    @Test("a CR LF that is divided between head and body is one line end")
    func dividedLineEnd() throws {
        let program = try StandIn("cat >$0.input")
        let body = Array("\nrest".utf8)
        let result = program.command.send(
            sender: "s@x", recipients: ["a"], head: Array("head\r".utf8), body: body.span)
        #expect(result.isAccepted)
        #expect(try program.wrote("input") == "head\nrest")
    }

    @Test("the null reverse path is <>")
    func nullSender() throws {
        let program = try StandIn("printf '%s|' \"$@\" >$0.args")
        let result = program.command.send(
            sender: "", recipients: ["a@x"], head: [], body: [UInt8]().span)
        #expect(result.isAccepted)
        #expect(try program.wrote("args") == "-i|-f|<>|--|a@x|")
    }

    @Test("a large message arrives whole", arguments: [65_535, 65_536, 65_537, 3_000_000])
    func large(count: Int) throws {
        let program = try StandIn(
            "cat >$0.input; wc -c <$0.input >$0.count; cmp $0.input $0.expected >$0.cmp 2>&1 || exit 75")
        let line = Array("0123456789abcdef\r\n".utf8)
        var body: [UInt8] = []
        while body.count < count { body += line }
        let expected = body.filter { $0 != UInt8(ascii: "\r") }
        try program.write("expected", String(decoding: expected, as: UTF8.self))
        let result = program.command.send(sender: "s@x", recipients: ["a@x"], head: [], body: body.span)
        #expect(result.isAccepted)
        #expect(try program.wrote("count") == "\(expected.count)\n")
    }

    @Test("a program that reads nothing has its say all the same")
    func notReading() throws {
        let program = try StandIn("echo 'not today'; exit 75")
        let body = [UInt8](repeating: UInt8(ascii: "x"), count: 1 << 20)
        let result = program.command.send(sender: "s@x", recipients: ["a@x"], head: [], body: body.span)
        #expect(result.failure?.status == "4.3.0" && result.failure?.text == "not today")
    }

    @Test(
        "exit statuses have their meaning",
        arguments: [
            (0, nil, true), (1, "4.3.0", true), (64, "5.5.4", false), (65, "5.6.0", false),
            (66, "4.3.0", true), (67, "5.1.1", false),
            (68, "5.1.2", false), (69, "4.3.0", true), (70, "4.3.0", true), (71, "4.3.0", true),
            (74, "4.3.0", true), (75, "4.3.0", true), (77, "5.7.1", false),
            (78, "4.3.0", true), (126, "4.3.0", true), (127, "4.3.0", true), (255, "4.3.0", true),
        ] as [(Int, String?, Bool)])
    func exitStatus(code: Int, status: String?, isTemporary: Bool) throws {
        let program = try StandIn("cat >/dev/null; echo reason >&2; exit \(code)")
        let path = program.command.path
        let failure = status.map {
            TransportFailure(status: $0, text: "reason", cause: .program, peer: path)
        }
        let expected =
            failure.map { isTemporary ? TransportResult.temporaryFailure($0) : .permanentFailure($0) }
            ?? .accepted(TransportReceipt(peer: path))
        #expect(program.send() == expected)
    }

    @Test("without a word from the program, the failure says what is known")
    func silence() throws {
        #expect(try StandIn("exit 75").send().text?.hasSuffix("/sendmail: exit status 75") == true)
        #expect(try StandIn("exit 67").send().text?.hasSuffix("/sendmail: unknown user (67)") == true)
        let killed = try StandIn("kill -9 $$").send()
        #expect(killed.text?.hasSuffix("/sendmail: ended by signal 9") == true)
        guard case .temporaryFailure = killed else {
            Issue.record("\(killed)")
            return
        }
    }

    @Test(
        "a program that cannot be started is a temporary failure",
        arguments: ["/nonexistent", "/etc/passwd", "/", "", "relative"])
    func cannotStart(path: String) {
        let result = SendmailCommand(path: path, timeout: 5).send(
            sender: "s@x", recipients: ["a@x"], head: [], body: [UInt8]().span)
        guard case .temporaryFailure(let failure) = result else {
            Issue.record("\(result)")
            return
        }
        #expect(failure.status == "4.3.0")
        #expect(failure.text.hasPrefix("posix_spawn"))
    }

    @Test("a program that does not end is killed, with what it started")
    func timeout() throws {
        let program = try StandIn("sleep 600 & echo $! >$0.child; sleep 600", timeout: 5)
        let start = SteadyTime.now()
        let result = program.send()
        #expect(SteadyTime.now().milliseconds - start.milliseconds < 120_000)
        let child = try program.wrote("child").filter(\.isNumber)
        #expect(!child.isEmpty)
        let deadline = Deadline(milliseconds: 30_000)
        while Self.isRunning(child), !deadline.hasPassed { pause(milliseconds: 10) }
        #expect(!Self.isRunning(child))
        guard case .temporaryFailure(let failure) = result else {
            Issue.record("\(result)")
            return
        }
        #expect(failure.status == "4.4.7" && failure.text.hasSuffix("took too long"))
    }

    /// Who has ended has no command line any more, even while nobody has waited for him.
    private static func isRunning(_ process: String) -> Bool {
        let path = "/proc/\(process)/cmdline"
        let line = try? OwnedFileDescriptor(reading: path).readAll(limit: 4096, path: path)
        return line.map { String(decoding: $0, as: UTF8.self).hasPrefix("sleep") } ?? false
    }

    @Test(
        "only the first line of what it says is kept, made harmless",
        arguments: [
            ("\\n\\n  hello world \\nmore\\n", "hello world"),
            ("a\\tb\\001c\\033[31md\\177\\n", "a?b?c?[31md?"),
            ("a\\rb", "a"),
            ("caf\\303\\251 \\302\\205 \\342\\200\\250 x", "caf\u{E9} ? ? x"),
            ("\\377\\376", "\u{FFFD}\u{FFFD}"),
        ])
    func output(format: String, text: String) throws {
        let program = try StandIn("printf '\(format)'; exit 75")
        #expect(program.send().text == text)
    }

    @Test("of a long line, 500 bytes are kept, and no character is cut")
    func longOutput() throws {
        let program = try StandIn(
            "i=0; while [ $i -lt 3000 ]; do printf '\\303\\251'; i=$((i+1)); done; exit 75")
        #expect(program.send().text == String(repeating: "\u{E9}", count: 250))
    }

    @Test(
        "addresses that could be more than addresses never reach the program",
        arguments: [
            ("-bs", ["a@x"], "5.1.7"), ("a@x,b@y", ["a@x"], "5.1.7"), ("s@x", ["a@x", "|sh"], "5.1.3"),
            ("s@x", [""], "5.1.3"),
            ("s@x", [], "5.1.3"), ("s@x", ["a\0@x"], "5.1.3"),
        ])
    func hostile(sender: String, recipients: [String], status: String) throws {
        let program = try StandIn("touch $0.started")
        let result = program.command.send(
            sender: sender, recipients: recipients, head: [], body: [UInt8]().span)
        guard case .permanentFailure(let failure) = result else {
            Issue.record("\(result)")
            return
        }
        #expect(failure.status == status)
        #expect(throws: SystemError.self) { try program.wrote("started") }
    }
}

extension TransportResult {
    fileprivate var text: String? { failure?.text }

    fileprivate var isAccepted: Bool { failure == nil }
}

/// A shell script in place of sendmail, in a directory of its own.
private final class StandIn {
    private let directory: TemporaryDirectory
    let command: SendmailCommand

    init(_ script: String, timeout: Int = 60) throws {
        directory = try TemporaryDirectory()
        let path = try directory.write("sendmail", "#!/bin/sh\n\(script)\n", permissions: 0o755)
        command = SendmailCommand(path: path, timeout: timeout)
    }

    func write(_ suffix: String, _ text: String) throws { try directory.write("sendmail.\(suffix)", text) }

    func wrote(_ suffix: String) throws -> String { try directory.read("sendmail.\(suffix)") }

    func send() -> TransportResult {
        command.send(sender: "s@example.org", recipients: ["a@example.org"], head: [], body: [UInt8]().span)
    }
}
