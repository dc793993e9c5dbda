import Foundation
import Glibc

/// One site in a directory: a Maildir, a spool, a script, a sendmail that keeps what it is given, and a log.
struct World: Sendable {
    let root: String
    var mail: String { "\(root)/mail" }
    var spool: String { "\(root)/spool" }
    var log: String { "\(root)/log" }
    var script: String { "\(root)/rules.sieve" }
    var sendmail: String { "\(root)/sendmail" }
    var outbox: String { "\(root)/outbox" }
    var trace: String { "\(root)/trace" }

    static let keep = "keep;\n"

    init(_ root: String, script text: String = World.keep) throws {
        self.root = root
        if !isDirectory(root) { try makeDirectory(root) }
        try makeDirectory(mail)
        try makeDirectory(spool)
        try makeDirectory(outbox)
        try Data(text.utf8).write(to: URL(fileURLWithPath: script))
        // What it was given appears under its final name only when it was read to the end.
        let taking = """
            #!/bin/sh
            : > '\(outbox)'/$$.begun
            /bin/cat > '\(outbox)'/$$.part && /bin/mv '\(outbox)'/$$.part '\(outbox)'/$$.mail

            """
        try Self.makeProgram(sendmail, taking)
        try Self.makeProgram("\(root)/busy", "#!/bin/sh\nexit 75\n")
    }

    private static func makeProgram(_ path: String, _ text: String) throws {
        try Data(text.utf8).write(to: URL(fileURLWithPath: path))
        guard unsafe chmod(path, 0o700) == 0 else { throw FileError("chmod \(path)") }
    }

    private var common: [String] {
        [
            "-o", "spool.directory=\(spool)", "-o", "mail.autocreate=true", "-o", "log.target=file:\(log)",
            "-o", "transport.sendmail=\(sendmail)",
        ]
    }

    /// `postmaster` with the message in the file `input`; `options` go last.
    func delivery(of input: String, _ options: [String] = []) throws -> Launch {
        let arguments =
            ["--mail-dir", mail, "--script", script] + common
            + ["-f", SampleMessage.sender, "-r", SampleMessage.recipient] + options
        var launch = Launch(try Binaries.path(of: "postmaster"), arguments, input: input)
        launch.workingDirectory = root
        return launch
    }

    /// `postmaster-retry` for all that waits, due or not; in one thread, so that each call has its place.
    func sweep(_ options: [String] = []) throws -> Launch {
        var launch = Launch(
            try Binaries.path(of: "postmaster-retry"),
            common + ["-o", "retry.workers=1", "--now"] + options)
        launch.workingDirectory = root
        return launch
    }

    /// Makes a Maildir++ folder.
    func makeFolder(_ name: String) throws {
        try makeDirectory("\(mail)/\(name)")
        for folder in ["tmp", "new", "cur"] { try makeDirectory("\(mail)/\(name)/\(folder)") }
    }

    /// Puts a file of more than 10 KB into the Maildir: with `quota.limit=10K` nothing fits any more.
    func fill() throws {
        for folder in ["tmp", "new", "cur"] { try makeDirectory("\(mail)/\(folder)") }
        try SampleMessage.ballast.original.write(
            to: URL(fileURLWithPath: "\(mail)/cur/1700000000.M1P1.old:2,S"))
    }

    /// A mail reader takes what is new and marks it as seen, as it may at any time.
    func readNewMail() throws {
        for folder in folders() {
            for name in names(in: "\(folder)/new") {
                try FileManager.default.moveItem(
                    atPath: "\(folder)/new/\(name)", toPath: "\(folder)/cur/\(name):2,S")
            }
        }
    }

    func remove() { removeTree(root) }
}

/// What a world holds after a run, everything compared byte by byte.
struct Holdings: Equatable, Sendable {
    /// Whole copies by message and mailbox, as `message@mailbox`.
    var copies: [String: Int] = [:]
    /// What is visible in `new/` or `cur/`, or was sent, and is not a whole copy of anything.
    var damaged: [String] = []
    /// Spool entries that wait, are held, and are corrupt.
    var queued = 0
    var held = 0
    var corrupt = 0
    /// Whole messages that sendmail took, by message.
    var sent: [String: Int] = [:]
    /// sendmail was started this often.
    var started = 0
    /// Files in a `tmp/`.
    var litter = 0

    var isEmpty: Bool { copies.isEmpty && queued == 0 && held == 0 && corrupt == 0 && sent.isEmpty }
}

extension World {
    func holdings(_ messages: [SampleMessage]) -> Holdings {
        var holdings = Holdings()
        for folder in folders() {
            let mailbox = folder.dropFirst(mail.count + 1)
            for place in ["new", "cur"] {
                for name in names(in: "\(folder)/\(place)") {
                    holdings.count(
                        "\(folder)/\(place)/\(name)", mailbox: mailbox.isEmpty ? "INBOX" : String(mailbox),
                        messages)
                }
            }
            holdings.litter += names(in: "\(folder)/tmp").count
        }
        for user in names(in: spool) {
            for minute in names(in: "\(spool)/\(user)/queue") {
                holdings.queued += entries(in: "\(spool)/\(user)/queue/\(minute)")
            }
            holdings.held += entries(in: "\(spool)/\(user)/hold")
            holdings.corrupt += entries(in: "\(spool)/\(user)/corrupt")
        }
        for name in names(in: outbox) {
            if name.hasSuffix(".begun") { holdings.started += 1 }
            if name.hasSuffix(".mail") { holdings.countSent("\(outbox)/\(name)", messages) }
        }
        return holdings
    }

    /// Directories beneath the Maildir that are Maildirs themselves.
    func folders() -> [String] {
        [mail]
            + names(in: mail).filter { !["tmp", "new", "cur"].contains($0) }.map { "\(mail)/\($0)" }.filter(
                isDirectory)
    }

    private func entries(in directory: String) -> Int {
        names(in: directory).filter { !$0.hasSuffix(".journal") && !$0.hasSuffix(".lock") }.count
    }
}

extension Holdings {
    fileprivate mutating func count(_ path: String, mailbox: String, _ messages: [SampleMessage]) {
        let bytes = contents(of: path)
        if bytes == SampleMessage.ballast.original { return }
        if let message = messages.first(where: { $0.delivered == bytes }) {
            copies["\(message.name)@\(mailbox)", default: 0] += 1
        } else {
            damaged.append(
                "\(path) (\(bytes.count) bytes: \(String(decoding: bytes.prefix(80), as: UTF8.self)))")
        }
    }

    fileprivate mutating func countSent(_ path: String, _ messages: [SampleMessage]) {
        let bytes = contents(of: path)
        if let message = messages.first(where: { bytes.range(of: $0.original) != nil }) {
            sent[message.name, default: 0] += 1
        } else {
            damaged.append(
                "sent: \(path) (\(bytes.count) bytes: \(String(decoding: bytes.prefix(80), as: UTF8.self)))")
        }
    }
}
