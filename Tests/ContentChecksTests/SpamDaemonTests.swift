import Platform
import TestSupport
import Testing

@testable import ContentChecks

@Suite("spamd(8p) itself", .enabled(if: SpamdDaemon.isInstalled), .timeLimit(.minutes(2)))
struct SpamdDaemonTests {
    private static func check(
        _ server: String, _ message: [UInt8], user: String? = nil
    ) throws -> SpamAnswer {
        let scanner = SpamdScanner(servers: [try #require(ScannerAddress(text: server))])
        return try scanner.check(
            ScannedMessage(SharedBytes(message)), user: user, until: Deadline(milliseconds: 20_000))
    }

    private static func message(_ subject: String, lines: Int = 1) -> [UInt8] {
        Array("From: a@x.example\nSubject: \(subject)\n\n".utf8)
            + [[UInt8]](repeating: Array("All is well.\n".utf8), count: lines).joined()
    }

    @Test("answers by socket and by port, with scores either way")
    func answers() throws {
        let daemon = try SpamdDaemon()
        for server in [daemon.local, daemon.network] {
            let spam = try Self.check(server, ScannerSamples.spam)
            #expect(spam == SpamAnswer(isSpam: true, score: 1000, threshold: 5, symbols: ["GTUBE"]))
            #expect(spam.fraction == 1)
            let ham = try Self.check(server, ScannerSamples.harmless)
            #expect(ham == SpamAnswer(isSpam: false, score: 0, threshold: 5))
        }
        let cheap = try Self.check(daemon.local, Self.message("cheap"), user: "nobody")
        #expect(cheap == SpamAnswer(isSpam: false, score: 2.5, threshold: 5, symbols: ["CHEAP"]))
        #expect(cheap.fraction == 0.5)
        #expect(try Self.check(daemon.local, Self.message("my friend")).score == -1.5)
        let crlf = Array(
            String(decoding: Self.message("cheap"), as: UTF8.self).replacing("\n", with: "\r\n").utf8)
        #expect(try Self.check(daemon.local, crlf).score == 2.5)
        #expect(try Self.check(daemon.local, []).score == 0)
        #expect(try Self.check(daemon.local, Array("no header\0\u{FF}".utf8)).score == 0)
    }

    @Test("takes a message of some hundred kilobytes, and is there when it is asked")
    func large() throws {
        let daemon = try SpamdDaemon()
        #expect(try Self.check(daemon.local, Self.message("cheap", lines: 24_000)).score == 2.5)
        let address = try #require(ScannerAddress(text: daemon.network))
        try SpamdScanner.ping(address, until: Deadline(milliseconds: 5000))
        daemon.freeze(true)
        let failure = #expect(throws: ScannerFailure.self) {
            try SpamdScanner.ping(address, until: Deadline(milliseconds: 300))
        }
        #expect(failure?.reason == .tooSlow)
        daemon.freeze(false)
        try SpamdScanner.ping(address, until: Deadline(milliseconds: 5000))
        daemon.stop()
        let gone = #expect(throws: ScannerFailure.self) {
            try SpamdScanner.ping(address, until: Deadline(milliseconds: 5000))
        }
        #expect(gone?.reason == .unreachable)
    }
}

@Suite("rspamd(8) itself", .enabled(if: RspamdDaemon.isInstalled), .timeLimit(.minutes(2)))
struct RspamdDaemonTests {
    private static func check(
        _ server: String, _ message: [UInt8], sender: String = "a@x.example"
    ) throws -> SpamAnswer {
        let scanner = RspamdScanner(
            servers: [try #require(ScannerAddress(text: server))], password: "none is asked")
        var envelope = ScannedEnvelope(sender: sender, recipient: "b@y.example")
        envelope.clientAddress = "192.0.2.1"
        envelope.clientHELO = "x.example"
        envelope.queueIdentifier = "4F5G"
        return try scanner.check(
            ScannedMessage(SharedBytes(message)), envelope, until: Deadline(milliseconds: 20_000))
    }

    private static func message(_ subject: String, lines: Int = 1) -> [UInt8] {
        Array("From: a@x.example\nSubject: \(subject)\n\n".utf8)
            + [[UInt8]](repeating: Array("All is well.\n".utf8), count: lines).joined()
    }

    @Test("answers by socket and by port, with scores either way, and with its action")
    func answers() throws {
        let daemon = try RspamdDaemon()
        for server in [daemon.local, daemon.network] {
            let spam = try Self.check(server, ScannerSamples.spam)
            #expect(
                spam
                    == SpamAnswer(
                        isSpam: true, score: 15, threshold: 15, action: "reject", symbols: ["GTUBE"]))
            let ham = try Self.check(server, ScannerSamples.harmless)
            #expect(ham == SpamAnswer(isSpam: false, score: 0, threshold: 15, action: "no action"))
        }
        let cheap = try Self.check(daemon.local, Self.message("cheap and dear"))
        #expect(
            cheap
                == SpamAnswer(
                    isSpam: true, score: 10, threshold: 15, action: "add header", symbols: ["DEAR", "CHEAP"]))
        #expect(try Self.check(daemon.local, Self.message("cheap, cheap, friend")).score == 1)
        let greylisted = try Self.check(daemon.local, Self.message("dear friend, cheap, cheap"))
        #expect(greylisted.score == 8.5 && greylisted.isSpam)
        #expect(try Self.check(daemon.local, []).action == "no action")
        #expect(daemon.output.contains("qid: <4F5G>") && daemon.output.contains("ip: 192.0.2.1"))
    }

    @Test("is told the sender of the envelope")
    func sender() throws {
        let daemon = try RspamdDaemon()
        let foe = try Self.check(daemon.local, Self.message("x"), sender: "foe@evil.example")
        #expect(foe.action == "reject" && foe.symbols == ["FOE"])
        #expect(try Self.check(daemon.local, Self.message("x"), sender: "").action == "no action")
        #expect(
            try Self.check(daemon.local, Self.message("x"), sender: "a@x\r\nFrom: foe@evil.example").symbols
                == [])
    }

    @Test("takes a message of many megabytes, and is there when it is asked")
    func large() throws {
        let daemon = try RspamdDaemon()
        #expect(try Self.check(daemon.local, Self.message("cheap", lines: 800_000)).score == 2.5)
        let address = try #require(ScannerAddress(text: daemon.network))
        try RspamdScanner.ping(address, until: Deadline(milliseconds: 5000))
        daemon.freeze(true)
        let failure = #expect(throws: ScannerFailure.self) {
            try RspamdScanner.ping(address, until: Deadline(milliseconds: 300))
        }
        #expect(failure?.reason == .tooSlow)
        daemon.freeze(false)
        try RspamdScanner.ping(address, until: Deadline(milliseconds: 5000))
        daemon.stop()
        let gone = #expect(throws: ScannerFailure.self) {
            try RspamdScanner.ping(address, until: Deadline(milliseconds: 5000))
        }
        #expect(gone?.reason == .unreachable)
    }
}
