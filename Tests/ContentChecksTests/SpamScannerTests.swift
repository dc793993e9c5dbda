import Platform
import Synchronization
import TestSupport
import Testing

@testable import ContentChecks

/// A kind of spam scanner, with what its servers say.
enum SpamScannerKind: String, CaseIterable, Sendable {
    case spamd, rspamd

    var spam: [UInt8] {
        reply("True ; 7.5 / 5.0", #"{"action":"add header","score":7.5,"required_score":5}"#)
    }
    var ham: [UInt8] { reply("False ; -1.0 / 5.0", #"{"action":"no action","score":-1,"required_score":5}"#) }

    var refusal: [UInt8] {
        switch self {
        case .spamd: Array("SPAMD/1.0 76 Bad header line: too big\r\n".utf8)
        case .rspamd: Array("HTTP/1.1 400 too big\r\nContent-Length: 100\r\n\r\n".utf8)
        }
    }

    private func reply(_ verdict: String, _ json: String) -> [UInt8] {
        switch self {
        case .spamd: Array("SPAMD/1.1 0 EX_OK\r\nContent-length: 3\r\nSpam: \(verdict)\r\n\r\nA,B".utf8)
        case .rspamd: Array("HTTP/1.1 200 OK\r\nContent-Length: \(json.utf8.count)\r\n\r\n\(json)".utf8)
        }
    }

    func check(
        _ message: [UInt8], _ paths: [String], milliseconds: Int = 10_000
    ) -> Result<SpamAnswer, ScannerFailure> {
        let servers = paths.map { ScannerAddress.local(path: $0) }
        let message = ScannedMessage(SharedBytes(message))
        let deadline = Deadline(milliseconds: milliseconds)
        do throws(ScannerFailure) {
            switch self {
            case .spamd:
                return .success(
                    try SpamdScanner(servers: servers).check(message, user: "ann", until: deadline))
            case .rspamd:
                let envelope = ScannedEnvelope(sender: "a@x", recipient: "b@y")
                return .success(try RspamdScanner(servers: servers).check(message, envelope, until: deadline))
            }
        } catch {
            return .failure(error)
        }
    }

    func ping(_ path: String, milliseconds: Int = 10_000) -> ScannerFailure.Reason? {
        let deadline = Deadline(milliseconds: milliseconds)
        do throws(ScannerFailure) {
            switch self {
            case .spamd: try SpamdScanner.ping(.local(path: path), until: deadline)
            case .rspamd: try RspamdScanner.ping(.local(path: path), until: deadline)
            }
            return nil
        } catch {
            return error.reason
        }
    }
}

/// A server that does to each client what a script says, one client after the other.
final class ScriptedServer: Sendable {
    enum Step: Sendable {
        /// Reads the head of a question and, where that has a length, the message behind it.
        case readAll
        /// Reads so many octets.
        case read(Int)
        case readToEnd
        case say([UInt8])
        case saySlowly([UInt8], milliseconds: Int)
        /// Says it over and over, until the client is gone.
        case sayEndlessly([UInt8])
        case pause(milliseconds: Int)
        /// Says nothing more, but listens.
        case finishSaying
        /// Waits until the client is gone.
        case hang
    }

    private let server: FakeServer
    private let received: Received

    private final class Received: Sendable {
        let questions = Mutex<[[UInt8]]>([])
    }

    init(at path: String, _ scripts: [[Step]]) throws {
        let received = Received()
        self.received = received
        server = try FakeServer(at: path) { end, number in
            guard number < scripts.count else { return }
            var question: [UInt8] = []
            for step in scripts[number] { Self.play(step, &end, &question) }
            received.questions.withLock { [question] in $0.append(question) }
        }
    }

    convenience init(at path: String, _ script: [Step]) throws { try self.init(at: path, [script]) }

    /// Ends it, once.
    ///
    /// - Returns: what each client sent, as far as it was read.
    @discardableResult
    func finish() -> [[UInt8]] {
        server.end()
        return received.questions.withLock { $0 }
    }

    private static func play(_ step: Step, _ end: inout FarEnd, _ question: inout [UInt8]) {
        switch step {
        case .readAll:
            var length = 0
            while true {
                let line = end.read(through: UInt8(ascii: "\n"))
                question += line
                let text = String(decoding: line, as: UTF8.self).lowercased()
                if text.hasPrefix("content-length:") { length = Int(text.filter(\.isNumber)) ?? 0 }
                if line.count <= 2 { break }
            }
            question += end.read(length)
        case .read(let count): question += end.read(count)
        case .readToEnd: question += end.readAll()
        case .hang: end.waitForHangUp()
        case .say(let octets): end.write(octets)
        case .saySlowly(let octets, let milliseconds):
            for octet in octets where end.write([octet]) { pause(milliseconds: milliseconds) }
        case .sayEndlessly(let octets): while end.write(octets) {}
        case .pause(let milliseconds): pause(milliseconds: milliseconds)
        case .finishSaying: end.finishWriting()
        }
    }
}

@Suite("a spam scanner's client", .timeLimit(.minutes(1)))
struct SpamScannerTests {
    typealias Kind = SpamScannerKind

    private let folder: TemporaryDirectory
    private var path: String { folder.path("socket") }
    private let message = Array("Subject: x\n\nHello.\n".utf8)

    init() throws { folder = try TemporaryDirectory() }

    private func failure(
        _ kind: Kind, _ script: [ScriptedServer.Step], message: [UInt8]? = nil, milliseconds: Int = 10_000
    ) throws -> ScannerFailure? {
        // A name for each server.
        let path = folder.path("socket-\(Host.random() % 1_000_000_000)")
        let server = try ScriptedServer(at: path, script)
        let result = kind.check(message ?? self.message, [path], milliseconds: milliseconds)
        server.finish()
        guard case .failure(let failure) = result else { return nil }
        #expect(failure.scanner == "\(kind.rawValue) unix:\(path)")
        return failure
    }

    // MARK: Answers

    @Test("the message goes there as it is, and the answer comes back", arguments: Kind.allCases)
    func answers(kind: Kind) throws {
        let server = try ScriptedServer(at: path, [.readAll, .say(kind.spam)])
        let answer = try kind.check(message, [path]).get()
        #expect(answer.isSpam && answer.score == 7.5 && answer.threshold == 5)
        let received = try #require(server.finish().first)
        let head =
            kind == .spamd
            ? "SYMBOLS SPAMC/1.5\r\nContent-length: \(message.count)\r\nUser: ann\r\n\r\n"
            : "POST /checkv2 HTTP/1.1\r\nHost: localhost\r\nContent-Length: \(message.count)\r\n"
        #expect(received.starts(with: head.utf8))
        #expect(received.suffix(message.count + 4) == [13, 10, 13, 10] + message)
    }

    @Test("spamd is told where the message ends; rspamd, which would give up, is not")
    func halfClose() throws {
        let spamd = try ScriptedServer(at: path, [.readToEnd, .say(Kind.spamd.ham)])
        #expect(try !Kind.spamd.check(message, [path]).get().isSpam)
        spamd.finish()
        let other = folder.path("other")
        let rspamd = try ScriptedServer(at: other, [.readToEnd, .say(Kind.rspamd.ham)])
        guard case .failure(let failure) = Kind.rspamd.check(message, [other], milliseconds: 300) else {
            Issue.record("an answer")
            return
        }
        #expect(failure.reason == .tooSlow)
        rspamd.finish()
    }

    @Test("an answer counts at once, whether or not the server hangs up", arguments: Kind.allCases)
    func hanging(kind: Kind) throws {
        let server = try ScriptedServer(at: path, [.readAll, .say(kind.ham), .hang])
        let start = SteadyTime.now()
        #expect(try !kind.check(message, [path]).get().isSpam)
        #expect(SteadyTime.now().milliseconds - start.milliseconds < 5000)
        server.finish()
    }

    @Test("an answer may come octet by octet", arguments: Kind.allCases)
    func slow(kind: Kind) throws {
        let server = try ScriptedServer(at: path, [.readAll, .saySlowly(kind.spam, milliseconds: 1)])
        #expect(try kind.check(message, [path]).get().isSpam)
        server.finish()
    }

    @Test("a server that sends no more, but listens, has answered", arguments: Kind.allCases)
    func halfClosing(kind: Kind) throws {
        let server = try ScriptedServer(at: path, [.readAll, .say(kind.spam), .finishSaying, .hang])
        #expect(try kind.check(message, [path]).get().isSpam)
        server.finish()
    }

    @Test("a message of many megabytes, and one without an octet, are sent", arguments: Kind.allCases)
    func sizes(kind: Kind) throws {
        let large = [UInt8](repeating: UInt8(ascii: "x"), count: 20 << 20) + message
        let server = try ScriptedServer(at: path, [.readAll, .say(kind.ham)])
        #expect(try !kind.check(large, [path]).get().isSpam)
        #expect(server.finish().first.map { $0.suffix(large.count).elementsEqual(large) } == true)
        let other = folder.path("other")
        let empty = try ScriptedServer(at: other, [.readAll, .say(kind.ham)])
        #expect(try !kind.check([], [other]).get().isSpam)
        empty.finish()
    }

    // MARK: Failures

    @Test("nobody listens", arguments: Kind.allCases)
    func stopped(kind: Kind) {
        guard case .failure(let failure) = kind.check(message, [path]) else {
            Issue.record("an answer")
            return
        }
        #expect(failure.reason == .unreachable)
    }

    @Test("a server that hangs is given up at the deadline", arguments: Kind.allCases)
    func deadline(kind: Kind) throws {
        let scripts: [[ScriptedServer.Step]] = [
            [.hang], [.pause(milliseconds: 1500)], [.readAll, .say(Array(kind.spam.dropLast())), .hang],
            [.readAll, .saySlowly(kind.spam, milliseconds: 50)],
        ]
        for script in scripts {
            #expect(try failure(kind, script, milliseconds: 200)?.reason == .tooSlow)
        }
    }

    @Test("the deadline is kept", arguments: Kind.allCases)
    func punctual(kind: Kind) throws {
        let server = try ScriptedServer(at: path, [.hang])
        let start = SteadyTime.now()
        let result = kind.check(message, [path], milliseconds: 200)
        let taken = SteadyTime.now().milliseconds - start.milliseconds
        #expect(200..<2000 ~= taken)
        #expect(throws: ScannerFailure.self) { try result.get() }
        server.finish()
    }

    @Test("a server that never reads a large message is given up at the deadline", arguments: Kind.allCases)
    func stuck(kind: Kind) throws {
        let large = [UInt8](repeating: 0, count: 16 << 20)
        #expect(
            try failure(kind, [.pause(milliseconds: 600)], message: large, milliseconds: 200)?.reason
                == .tooSlow)
    }

    @Test("a server that hangs up has not answered", arguments: Kind.allCases)
    func cutOff(kind: Kind) throws {
        let scripts: [[ScriptedServer.Step]] = [
            [.readAll], [.readAll, .finishSaying, .hang], [.readAll, .say(Array(kind.spam.dropLast()))],
            [.readAll, .say(Array(kind.spam.prefix(20)))],
        ]
        for script in scripts {
            #expect(try failure(kind, script)?.reason == .cutOff)
        }
        let large = [UInt8](repeating: 0, count: 16 << 20)
        #expect(try failure(kind, [.read(1000)], message: large)?.reason == .cutOff)
    }

    @Test("what the protocol does not have is no answer", arguments: Kind.allCases)
    func garbage(kind: Kind) throws {
        let texts = ["220 mail.example ESMTP\r\n", "\0\0\0\r\n", "\r\n\r\n", "{}\n", "PONG\n"]
        for text in texts {
            #expect(try failure(kind, [.readAll, .say(Array(text.utf8))])?.reason == .unintelligible)
        }
        let start = kind == .spamd ? "SPAMD/1.1 0 EX_OK\r\n" : "HTTP/1.1 200 OK\r\n"
        for endless in ["X: y\r\n", "x", "\r\nx"] {
            let script: [ScriptedServer.Step] = [
                .readAll, .say(Array(start.utf8)), .sayEndlessly(Array(endless.utf8)),
            ]
            #expect(try failure(kind, script)?.reason == .unintelligible)
        }
    }

    @Test("what a server says in place of reading a message is why it declines", arguments: Kind.allCases)
    func refusal(kind: Kind) throws {
        let large = [UInt8](repeating: 0, count: 16 << 20)
        let failure = try failure(kind, [.read(10), .say(kind.refusal)], message: large)
        #expect(failure?.reason == .declined)
        #expect(failure?.detail.contains("too big") == true)
    }

    @Test("a verdict on half a message is none", arguments: Kind.allCases)
    func early(kind: Kind) throws {
        let large = [UInt8](repeating: 0, count: 16 << 20)
        #expect(
            try failure(kind, [.read(10), .say(kind.ham), .pause(milliseconds: 100)], message: large)?.reason
                == .unintelligible)
    }

    // MARK: Several servers

    @Test("the next server is asked where one does not answer", arguments: Kind.allCases)
    func failover(kind: Kind) throws {
        let (declining, hanging) = (folder.path("a"), folder.path("b"))
        let servers = [
            try ScriptedServer(at: declining, [.readAll, .say(kind.refusal)]),
            try ScriptedServer(at: hanging, [.hang]),
            try ScriptedServer(at: path, [.readAll, .say(kind.spam)]),
        ]
        let paths = [folder.path("nobody"), declining, hanging, path]
        #expect(try kind.check(message, paths, milliseconds: 2000).get().isSpam)
        for server in servers { server.finish() }
    }

    @Test("servers that all hang have one deadline together", arguments: Kind.allCases)
    func sharedDeadline(kind: Kind) throws {
        let paths = ["a", "b", "c"].map { folder.path($0) }
        let servers = try paths.map { try ScriptedServer(at: $0, [.hang]) }
        let start = SteadyTime.now()
        guard case .failure(let failure) = kind.check(message, paths, milliseconds: 300) else {
            Issue.record("an answer")
            return
        }
        #expect(300..<2000 ~= SteadyTime.now().milliseconds - start.milliseconds)
        #expect(failure.reason == .tooSlow && failure.scanner == kind.rawValue)
        for server in servers { server.finish() }
    }

    @Test("no server is no answer", arguments: Kind.allCases)
    func nobody(kind: Kind) {
        #expect(throws: ScannerFailure.self) { try kind.check(message, []).get() }
    }

    // MARK: Doctor

    @Test("a server that is there says so", arguments: Kind.allCases)
    func ping(kind: Kind) throws {
        let pong =
            kind == .spamd ? "SPAMD/1.5 0 PONG\r\n" : "HTTP/1.1 200 OK\r\nContent-Length: 6\r\n\r\npong\r\n"
        let question = kind == .spamd ? "PING SPAMC/1.5\r\n\r\n" : "GET /ping HTTP/1.1\r\n"
        let server = try ScriptedServer(
            at: path,
            [
                [.readAll, .say(Array(pong.utf8)), .hang],
                [.readAll, .say(kind.refusal)], [.hang],
            ])
        #expect(kind.ping(path) == nil)
        #expect(kind.ping(path) == .declined)
        #expect(kind.ping(path, milliseconds: 200) == .tooSlow)
        #expect(server.finish().first?.starts(with: question.utf8) == true)
        #expect(kind.ping(folder.path("nobody")) == .unreachable)
    }
}
