import Foundation
import TestSupport
import Testing

/// Spam scanners: spamd(8p) and rspamd(8) themselves, those that misbehave, and those of the site's own hosts
/// before.
@Suite(
    "Spam", .enabled(if: isRoot && SpamdDaemon.isInstalled && RspamdDaemon.isInstalled),
    .timeLimit(.minutes(5)))
struct SpamTests {
    private let queue: Queue

    init() throws { queue = try Queue() }

    private var site: DeliverySite { queue.site }

    /// A daemon of either kind.
    private enum Daemon {
        case spamd(SpamdDaemon)
        case rspamd(RspamdDaemon)

        init(_ kind: Kind) throws {
            switch kind {
            case .spamd: self = .spamd(try SpamdDaemon())
            case .rspamd: self = .rspamd(try RspamdDaemon())
            }
        }

        var server: String {
            switch self {
            case .spamd(let daemon): daemon.local
            case .rspamd(let daemon): daemon.local
            }
        }

        func freeze(_ isSo: Bool) {
            switch self {
            case .spamd(let daemon): daemon.freeze(isSo)
            case .rspamd(let daemon): daemon.freeze(isSo)
            }
        }

        func stop() {
            switch self {
            case .spamd(let daemon): daemon.stop()
            case .rspamd(let daemon): daemon.stop()
            }
        }

        func start() throws {
            switch self {
            case .spamd(let daemon): try daemon.start()
            case .rspamd(let daemon): try daemon.start()
            }
        }
    }

    enum Kind: String, CaseIterable, Sendable {
        case spamd, rspamd

        /// `-o` for what becomes of GTUBE, of which rspamd says that it would reject it.
        func onSpam(_ policy: String) -> [String] {
            let key = self == .spamd ? "checks.spamd.on-spam" : "checks.rspamd.on-reject"
            return ["-o", "\(key)=\(policy)"]
        }

        func option(_ key: String, _ value: String) -> [String] {
            ["-o", "checks.\(rawValue).\(key)=\(value)"]
        }
    }

    /// The sign of spam for every scanner, put together here so that this file is not spam.
    private static let sign = ["XJS*C4JDBQADN1.NSBN3*2IDNEN*", "GTUBE-STANDARD-ANTI-UBE-TEST-EMAIL*C.34X"]
        .joined()

    private static func spam(fields: String = "") -> Data {
        TestMessage.text(subject: "offer", fields: fields, body: "\(sign)\n")
    }

    private var inbox: [StoredMessage] { messages(site.maildir) }

    private func clear() throws {
        try? FileManager.default.removeItem(atPath: site.maildir)
        try site.workplace.write("", to: "log", mode: 0o666)
    }

    private var log: String { site.workplace.read("log") }

    /// What stands behind the header.
    private static func body(_ message: Data) -> Data {
        guard let blank = message.range(of: Data("\n\n".utf8)) else { return Data() }
        return message[blank.upperBound...]
    }

    private static func field(_ name: String, _ message: StoredMessage) -> [String] {
        let header = message.text.components(separatedBy: "\n\n")[0].replacingOccurrences(
            of: "\n\t", with: " "
        )
        .replacingOccurrences(of: "\n ", with: " ")
        return header.split(separator: "\n").filter { $0.lowercased().hasPrefix("\(name.lowercased()):") }
            .map { $0.dropFirst(name.count + 1).trimmingCharacters(in: .whitespaces) }
    }

    // MARK: What is found

    @Test("spam is tagged, quarantined, held, refused, discarded, or kept", arguments: Kind.allCases)
    func policies(kind: Kind) throws {
        let daemon = try Daemon(kind)
        let message = Self.spam()
        func deliver(_ policy: String, _ more: [String] = []) throws -> Completed {
            try clear()
            return try queue.deliver(
                message, more: kind.option("server", daemon.server) + kind.onSpam(policy) + more)
        }

        #expect(try deliver("tag").code == 0)
        let tagged = try #require(inbox.first)
        #expect(Self.field("X-Spam-Flag", tagged) == ["YES"])
        #expect(Self.field("X-Spam-Status", tagged).first?.contains("GTUBE") == true)
        #expect(Self.body(tagged.bytes) == Self.body(message))

        #expect(try deliver("quarantine").code == 0)
        #expect(inbox.isEmpty)
        let quarantined = messages("\(site.maildir)/.Quarantine")
        #expect(quarantined.count == 1 && quarantined.first.map { Self.body($0.bytes) } == Self.body(message))

        #expect(try deliver("keep").code == 0)
        #expect(inbox.count == 1 && inbox.allSatisfy { !$0.text.contains("X-Spam") })

        #expect(try deliver("discard").code == 0)
        #expect(messages(site.maildir).isEmpty && messages("\(site.maildir)/.Quarantine").isEmpty)
        #expect(log.contains("GTUBE") || log.contains(kind.rawValue))

        let rejected = try deliver("reject")
        #expect(rejected.code == 77 && rejected.errors.hasPrefix("5.7."), "\(rejected)")
        #expect(inbox.isEmpty)

        #expect(try queue.list().isEmpty)
        #expect(try deliver("quarantine", ["-o", "checks.quarantine=hold"]).code == 0)
        #expect(inbox.isEmpty)
        #expect(try queue.list().count == 1)
        try queue.sweep()
        #expect(inbox.isEmpty, "held")
    }

    @Test(
        "what is no spam is delivered as it is, and has fields where they are wanted",
        arguments: Kind.allCases)
    func harmless(kind: Kind) throws {
        let daemon = try Daemon(kind)
        let server = kind.option("server", daemon.server)
        let message = TestMessage.text(subject: "cheap")
        let without = try queue.deliver(message)
        #expect(without.code == 0)
        let plain = try #require(inbox.first)
        try clear()
        #expect(try queue.deliver(message, more: server + kind.onSpam("discard")).code == 0)
        #expect(inbox.first?.text.contains("X-Spam") == false)
        #expect(inbox.first.map { Self.body($0.bytes) } == Self.body(plain.bytes))
        try clear()
        #expect(try queue.deliver(message, more: server + ["-o", "checks.fields=true"]).code == 0)
        let told = try #require(inbox.first)
        #expect(Self.field("X-Spam-Flag", told) == ["NO"] && Self.field("X-Spam-Score", told) == ["2.5"])
    }

    @Test("rspamd's milder actions have a policy of their own, and it is told the envelope")
    func actions() throws {
        let daemon = try RspamdDaemon()
        let more =
            ["-o", "checks.rspamd.server=\(daemon.network)", "-o", "checks.rspamd.on-spam=tag"]
            + [
                "-o", "checks.rspamd.on-reject=quarantine", "--queue-id", "4F5G", "--client-address",
                "192.0.2.7",
            ]
        #expect(try queue.deliver(TestMessage.text(subject: "dear"), more: more).code == 0)
        #expect(inbox.first.map { Self.field("X-Spam-Flag", $0) } == ["YES"])
        try clear()
        let foe = TestMessage.text(subject: "x")
        #expect(try queue.deliver(foe, sender: "foe@evil.example", more: more).code == 0)
        #expect(inbox.isEmpty && messages("\(site.maildir)/.Quarantine").count == 1)
        #expect(daemon.output.contains("qid: <4F5G>, ip: 192.0.2.7"))
        #expect(daemon.output.contains("rcpts: <reader@example.net>"))
    }

    @Test("a message larger than the limit is not looked at", arguments: Kind.allCases)
    func tooLarge(kind: Kind) throws {
        let daemon = try Daemon(kind)
        let more = kind.option("server", daemon.server) + kind.onSpam("discard")
        // rspamd looks for GTUBE in short texts alone.
        let foe = "foe@evil.example"
        let large = TestMessage.text(
            subject: "x", body: "\(Self.sign)\n" + String(repeating: "0123456789abcde\n", count: 1000))
        #expect(try queue.deliver(large, sender: foe, more: more + kind.option("max-size", "8K")).code == 0)
        #expect(inbox.count == 1)
        #expect(log.contains("skipped"))
        try clear()
        #expect(try queue.deliver(large, sender: foe, more: more + kind.option("max-size", "0")).code == 0)
        #expect(inbox.isEmpty)
    }

    // MARK: Scripts

    private static let script = """
        require ["spamtest", "spamtestplus", "relational", "comparator-i;ascii-numeric", "fileinto", "environment",
                 "variables", "editheader", "mailbox"];
        if environment :matches "vnd.postmaster.spam-score" "*" { addheader "X-Seen-Score" "${1}"; }
        if environment :matches "vnd.postmaster.spam-symbols" "*" { addheader "X-Seen-Rules" "${1}"; }
        if spamtest :value "eq" :comparator "i;ascii-numeric" "10" { addheader "X-Test" "10"; }
        if spamtest :value "eq" :comparator "i;ascii-numeric" "0" { addheader "X-Test" "0"; }
        if spamtest :value "eq" :comparator "i;ascii-numeric" "1" { addheader "X-Test" "1"; }
        if allof (spamtest :percent :value "gt" :comparator "i;ascii-numeric" "10",
                  spamtest :percent :value "lt" :comparator "i;ascii-numeric" "90") { addheader "X-Test" "between"; }
        if spamtest :percent :value "eq" :comparator "i;ascii-numeric" "100" { fileinto :create "Junk"; }
        """

    @Test("scripts see the score, whatever the message says of itself", arguments: Kind.allCases)
    func scripts(kind: Kind) throws {
        let daemon = try Daemon(kind)
        let more =
            kind.option("server", daemon.server)
            + ["-o", "sieve.spam-header=X-Spam-Score", "-o", "sieve.spam-max=10"] + kind.onSpam("keep")
        let forged = "X-Spam-Score: -20\nX-Spam-Flag: NO\nX-Spam-Status: No, score=-20\n"
        #expect(try queue.deliver(Self.spam(fields: forged), rules: Self.script, more: more).code == 0)
        let junk = try #require(messages("\(site.maildir)/.Junk").first)
        #expect(Self.field("X-Test", junk) == ["10"] && Self.field("X-Seen-Rules", junk) == ["GTUBE"])
        #expect(!junk.text.contains("-20"), "what it says of itself is gone")
        #expect(inbox.isEmpty)

        func test(_ subject: String) throws -> (test: [String], score: [String]) {
            try clear()
            let message = TestMessage.text(subject: subject, fields: "X-Spam-Score: 20\n")
            #expect(try queue.deliver(message, rules: Self.script, more: more).code == 0)
            let stored = try #require(inbox.first)
            return (Self.field("X-Test", stored), Self.field("X-Seen-Score", stored))
        }
        #expect(try test("cheap") == (["between"], ["2.5"]))
        #expect(try test("friend") == (["1"], ["-1.5"]))
        daemon.stop()
        #expect(try test("cheap") == (["0"], []))
    }

    // MARK: Fields of others

    @Test(
        "fields that came with the message are removed, whatever the scanner says", arguments: Kind.allCases)
    func forged(kind: Kind) throws {
        let daemon = try Daemon(kind)
        let fields = "X-Spam-Flag: NO\nx-spam-STATUS: No,\n score=-100\nX-Spam-Score: -100\nX-Other: kept\n"
        for isRunning in [true, false] {
            if !isRunning { daemon.stop() }
            try clear()
            let message = TestMessage.text(subject: "x", fields: fields)
            #expect(try queue.deliver(message, more: kind.option("server", daemon.server)).code == 0)
            let stored = try #require(inbox.first)
            #expect(!stored.text.contains("-100") && stored.text.contains("X-Other: kept"))
            #expect(Self.field("X-Spam-Flag", stored).isEmpty)
        }
    }

    @Test("fields of our own hosts' scanners stay and count, those of strangers are removed")
    func upstream() throws {
        let received = "Received: from a (evil.example [203.0.113.9]) by mx.example.net with SMTP; d\n"
        func deliver(
            _ header: String, _ placement: String, host: String = "mx.example.net"
        ) throws -> StoredMessage {
            try clear()
            let message = Data((header + "Subject: x\nFrom: <a@example.org>\n\nHello.\n").utf8)
            let more = [
                "-o", "checks.upstream.hosts=\(host)", "-o", "checks.upstream.placement=\(placement)",
            ]
            let settings = ["-o", "sieve.spam-header=X-Spam-Score", "-o", "sieve.spam-max=10"]
            #expect(try queue.deliver(message, rules: Self.script, more: more + settings).code == 0)
            return try #require((inbox + messages("\(site.maildir)/.Junk")).first)
        }
        let above = try deliver("X-Spam-Score: 5\n\(received)X-Spam-Score: 0\nX-Spam-Flag: NO\n", "above")
        #expect(Self.field("X-Spam-Score", above) == ["5"] && Self.field("X-Spam-Flag", above).isEmpty)
        #expect(Self.field("X-Test", above) == ["between"])
        let end = try deliver("\(received)X-Spam-Score: 0\nX-Foo: a\nX-Spam-Score: 10\n", "end")
        #expect(Self.field("X-Spam-Score", end) == ["10"] && Self.field("X-Test", end) == ["10"])
        let below = try deliver("\(received)X-Spam-Score: 10\nX-Foo: a\nX-Spam-Score: 0\n", "below")
        #expect(Self.field("X-Spam-Score", below) == ["10"] && Self.field("X-Test", below) == ["10"])
        for placement in ["above", "below", "end"] {
            let foreign = try deliver(
                "X-Spam-Score: 10\n\(received)X-Spam-Score: 10\n", placement, host: "other.example")
            #expect(Self.field("X-Spam-Score", foreign).isEmpty && Self.field("X-Test", foreign) == ["0"])
        }
    }

    // MARK: What does not answer

    /// What a scanner does instead of answering.
    enum Trouble: String, CaseIterable, Sendable {
        case nobody, hangs, hangsUp, garbage, halfAnswer, endless, slow, halfCloses, refuses
    }

    private static func start(_ trouble: Trouble, _ kind: Kind, at path: String) throws -> FakeServer? {
        let head = kind == .spamd ? "SPAMD/1.1 0 EX_OK\r\n" : "HTTP/1.1 200 OK\r\n"
        let answer =
            kind == .spamd
            ? head + "Content-length: 3\r\nSpam: False ; 0.0 / 5.0\r\n\r\nABC"
            : head + "Content-Length: 31\r\n\r\n" + #"{"score":0,"action":"no action"}"#
        guard trouble != .nobody else { return nil }
        return try FakeServer(at: path) { end, _ in
            _ = end.read(200)
            switch trouble {
            case .nobody, .hangsUp: break
            case .hangs: end.waitForHangUp()
            case .garbage: end.write("220 mail.example ESMTP\r\n\0\u{1B}[2J\r\n")
            case .halfAnswer: end.write(String(answer.dropLast(10)))
            case .endless: while end.write("X: y\r\n") {}
            case .slow: end.write(answer, pausing: 100)
            case .halfCloses:
                end.write(String(answer.dropLast(10)))
                end.finishWriting()
                end.waitForHangUp()
            case .refuses: end.write(kind == .spamd ? "SPAMD/1.0 74 EX_IOERR\r\n" : "HTTP/1.1 500 x\r\n\r\n")
            }
        }
    }

    @Test(
        "a scanner that does not answer is given up in time, and the message is delivered, or tried again",
        arguments: Kind.allCases, Trouble.allCases)
    func troubles(kind: Kind, trouble: Trouble) throws {
        let path = site.workplace["scanner"]
        for policy in ["keep", "tag", "defer"] {
            try clear()
            try? FileManager.default.removeItem(atPath: path)
            let server = try Self.start(trouble, kind, at: path)
            if server != nil {
                try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: path)
            }
            let message = TestMessage.text(subject: "x")
            let more =
                kind.option("server", "unix:\(path)") + kind.option("timeout", "1s")
                + kind.option("on-failure", policy)
            let start = Date()
            let completed = try queue.deliver(message, more: more)
            #expect(Date().timeIntervalSince(start) < 5, "\(policy)")
            #expect(completed.code == 0, "\(policy): \(completed.errors)")
            server?.end()
            let entries = try queue.list()
            if policy == "defer" {
                #expect(inbox.isEmpty && entries.count == 1)
                #expect(log.contains("deferred"), "\(log)")
            } else {
                #expect(entries.isEmpty)
                let stored = try #require(inbox.first, "\(policy)")
                #expect(Self.body(stored.bytes) == Self.body(message))
                #expect(Self.field("X-Spam-Status", stored) == (policy == "tag" ? ["Unknown"] : []))
            }
            #expect(log.contains("unanswered") && log.contains(kind.rawValue), "\(log)")
            #expect(!log.contains("\u{1B}"))
        }
    }

    @Test(
        "a deferred message is asked about again, and decided on, when the scanner is back",
        arguments: Kind.allCases)
    func again(kind: Kind) throws {
        let daemon = try Daemon(kind)
        let settings =
            kind.option("server", daemon.server) + kind.option("timeout", "1s")
            + kind.option("on-failure", "defer") + kind.onSpam("quarantine")
        daemon.freeze(true)
        #expect(try queue.deliver(Self.spam(), more: settings).code == 0)
        #expect(try queue.deliver(TestMessage.text(subject: "x"), more: settings).code == 0)
        #expect(try inbox.isEmpty && queue.list().count == 2)
        try queue.sweep(["--now"] + settings)
        #expect(try inbox.isEmpty && queue.list().count == 2, "it still stands still")
        daemon.freeze(false)
        try queue.sweep(["--now"] + settings)
        #expect(try queue.list().isEmpty)
        #expect(inbox.count == 1 && messages("\(site.maildir)/.Quarantine").count == 1)
    }

    @Test("the next server is asked in time where the first one hangs", arguments: Kind.allCases)
    func failover(kind: Kind) throws {
        let daemon = try Daemon(kind)
        let path = site.workplace["scanner"]
        let hanging = try #require(try Self.start(.hangs, kind, at: path))
        try FileManager.default.setAttributes([.posixPermissions: 0o777], ofItemAtPath: path)
        let servers = "unix:\(site.workplace["nobody"]),unix:\(path),\(daemon.server)"
        let more = kind.option("server", servers) + kind.option("timeout", "2s") + kind.onSpam("discard")
        #expect(try queue.deliver(Self.spam(), more: more).code == 0)
        #expect(inbox.isEmpty && log.contains("found"))
        hanging.end()
    }

    // MARK: Doctor

    @Test("doctor asks each server, and says which one is of no use", arguments: Kind.allCases)
    func doctor(kind: Kind) throws {
        let daemon = try Daemon(kind)
        func ask() throws -> Completed {
            try run(
                try site.workplace.program(.control),
                ["doctor", "--json"] + kind.option("server", daemon.server) + kind.option("timeout", "2s"),
                user: .nobody)
        }
        func states(_ completed: Completed) throws -> [String] {
            let list = try JSONSerialization.jsonObject(with: Data(completed.output.utf8)) as? [[String: Any]]
            return (list ?? []).filter { ($0["object"] as? String)?.contains(daemon.server) == true }
                .compactMap { $0["state"] as? String }
        }
        let well = try states(ask())
        #expect(!well.isEmpty && well.allSatisfy { $0 == "ok" })
        daemon.freeze(true)
        #expect(try states(ask()).contains("failure"))
        daemon.stop()
        #expect(try states(ask()).contains("failure"))
    }
}
