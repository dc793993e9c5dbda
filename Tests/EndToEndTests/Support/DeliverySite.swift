import Foundation

/// A place for deliveries with `--mail-dir` by `nobody`: home, spool and log of its own.
struct DeliverySite {
    let workplace: Workplace
    var maildir: String { workplace["home/Maildir"] }

    init() throws {
        workplace = try Workplace()
        try workplace.makeDirectory("home", mode: 0o700, owner: .nobody)
        try workplace.makeDirectory("spool", mode: 0o1777)
        try workplace.write("", to: "log", mode: 0o666)
    }

    /// The words behind the program's name.
    func arguments(
        sender: String? = "alice@example.org", recipient: String? = "reader@example.net"
    ) -> [String] {
        ["--mail-dir", maildir, "-o", "spool.directory=\(workplace["spool"])"]
            + ["-o", "log.target=file:\(workplace["log"])"]
            + (sender.map { ["-f", $0] } ?? []) + (recipient.map { ["-r", $0] } ?? [])
    }

    func deliver(_ message: Data = TestMessage.text(subject: "x"), _ more: [String] = []) throws -> Completed
    {
        try run(try workplace.program(.postmaster), arguments() + more, input: message, user: .nobody)
    }

    func start(_ more: [String], pipe: OpenPipe? = nil, errors: OpenPipe? = nil) throws -> RunningProgram {
        var setup = RunningProgram.Setup()
        setup.input = TestMessage.text(subject: "x")
        setup.pipe = pipe
        setup.errors = errors
        setup.user = .nobody
        return try RunningProgram(try workplace.program(.postmaster), arguments() + more, setup: setup)
    }

    /// Starts it by a shell, for words and redirections that stand behind the command.
    func runByShell(_ words: String, input: Data = Data()) throws -> Completed {
        let program = try workplace.program(.postmaster)
        return try run(
            "/bin/sh", ["-c", "exec \"$0\" \"$@\" \(words)", program] + arguments(), input: input,
            user: .nobody)
    }
}
