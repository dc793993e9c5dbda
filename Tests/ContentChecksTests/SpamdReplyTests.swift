import TestSupport
import Testing

@testable import ContentChecks

@Suite("spamd's reply")
struct SpamdReplyTests {
    private static func read(_ pieces: [[UInt8]]) -> Result<SpamAnswer, ScannerFailure> {
        var reply = SpamdReply(of: "spamd")
        for piece in pieces { reply.take(piece) }
        reply.end()
        return Result { () throws(ScannerFailure) in try reply.answer() }
    }

    private static func read(_ text: String) -> Result<SpamAnswer, ScannerFailure> {
        read([Array(text.utf8)])
    }

    private static let answers: [(String, SpamAnswer)] = [
        (
            "SPAMD/1.1 0 EX_OK\r\nContent-length: 18\r\nSpam: True ; 1002.5 / 5.0\r\n\r\nGTUBE,TEST_SUBJECT",
            SpamAnswer(isSpam: true, score: 1002.5, threshold: 5, symbols: ["GTUBE", "TEST_SUBJECT"])
        ),
        (
            "SPAMD/1.1 0 EX_OK\r\nContent-length: 0\r\nSpam: False ; 0.0 / 5.0\r\n\r\n",
            SpamAnswer(isSpam: false, score: 0, threshold: 5)
        ),
        (
            "SPAMD/1.5 0 EX_OK\nSpam: No;-12.75/5\n\n A,\r\n B \n",
            SpamAnswer(isSpam: false, score: -12.75, threshold: 5, symbols: ["A", "B"])
        ),
        (
            "SPAMD/1.1 0 EX_OK\r\nspam: YES ; +1e2 / 5.\r\n\r\n,,A\u{1B}\u{FF},,",
            SpamAnswer(isSpam: true, score: 100, threshold: 5, symbols: ["A???"])
        ),
        (
            "SPAMD/1.1 0 EX_OK\r\nSpam: False ; 5.0 / -1\r\nDidSet: x\r\n\r\n",
            SpamAnswer(isSpam: false, score: 5, threshold: -1)
        ),
    ]

    @Test("score, threshold and rules are what it says", arguments: answers)
    func answered(text: String, answer: SpamAnswer) throws {
        #expect(try Self.read(text).get() == answer)
    }

    private static let ok = "SPAMD/1.1 0 EX_OK\r\n"
    private static let failures: [(String, ScannerFailure.Reason, detail: String)] = [
        ("SPAMD/1.0 76 Bad header line: FOO SPAMC/1.5\r\n", .declined, "76 Bad header line: FOO SPAMC/1.5"),
        ("SPAMD/1.1 75 EX_TEMPFAIL\r\nContent-length: 0\r\n\r\n", .declined, "75 EX_TEMPFAIL"),
        ("SPAMD/1.1 74 EX_IOERR\r\nSpam: False ; 0 / 5\r\n\r\n", .declined, "74 EX_IOERR"),
        (
            "SPAMD/1.1 79 Timeout: (30 second timeout)\r\nnonsense", .declined,
            "79 Timeout: (30 second timeout)"
        ),
        ("SPAMD/1.1 64 \u{1B}[2J\r\n", .declined, "64 ?[2J"),
        ("", .cutOff, "it hung up without an answer"),
        ("SPAMD/1.1 0 EX_OK", .cutOff, "it hung up without an answer"),
        (ok, .cutOff, "its answer has no end"),
        (ok + "Spam: True ; 10.0 / 5.0\r\n", .cutOff, "its answer has no end"),
        (ok + "Content-length: 9\r\nSpam: True ; 10.0 / 5.0\r\n\r\nGTUBE", .cutOff, "its answer has no end"),
        ("HTTP/1.1 200 OK\r\n\r\n", .unintelligible, "HTTP/1.1 200 OK"),
        ("SPAMD/1.1 0\r\nSpam: True ; 10.0 / 5.0\r\n\r\n", .unintelligible, "SPAMD/1.1 0"),
        ("SPAMD/1.1 00000 EX_OK\r\n\r\n", .unintelligible, "SPAMD/1.1 00000 EX_OK"),
        ("SPAMD/1.1 -1 EX_OK\r\n\r\n", .unintelligible, "SPAMD/1.1 -1 EX_OK"),
        (ok + "\r\nGTUBE", .unintelligible, "it says nothing of spam"),
        (
            ok + "Spam: True ; 1.0 / 5.0\r\nSpam: False ; 1.0 / 5.0\r\n\r\n", .unintelligible,
            "it says nothing of spam"
        ),
        (
            ok + "Content-length: 99999999\r\nSpam: True ; 10 / 5\r\n\r\n", .unintelligible,
            "it answers too much"
        ),
    ]

    @Test("what is no answer says why", arguments: failures)
    func refused(text: String, reason: ScannerFailure.Reason, detail: String) {
        #expect(Self.read(text) == .failure(ScannerFailure(reason, scanner: "spamd", detail)))
    }

    @Test(
        "a verdict is a word and two finite numbers",
        arguments: [
            "", "True", "True ;", "True ; 5.0", "True ; / 5.0", "True ; 5.0 /", "Maybe ; 5.0 / 5.0",
            "; 5.0 / 5.0",
            "True ; nan / 5.0", "True ; 5.0 / inf", "True ; 1e999 / 5.0", "True ; 0x10 / 5.0",
            "True ; 5,0 / 5,0",
            "True ; 5.0 / 5.0 / 5.0", "True ; 5.0 ; 5.0 / 5.0", "True ; 5 0 / 5.0", "True ; --5 / 5.0",
            "True ; . / 5.0", "True ; 1e / 5.0", "True, 5.0 / 5.0", "True ; 5.0 / 5.0x",
            "True ; 000000000000000000000000000000000000005 / 5.0",
        ])
    func verdicts(text: String) {
        #expect(
            Self.read(Self.ok + "Spam: \(text)\r\n\r\n")
                == .failure(ScannerFailure(.unintelligible, scanner: "spamd", "it says nothing of spam")))
    }

    @Test("of many rules the first ones are kept, each to a length that a log takes")
    func manySymbols() throws {
        let names = (0..<1000).map { "RULE_\($0)" }
        let answer = try Self.read(Self.ok + "Spam: True ; 9 / 5\r\n\r\n" + names.joined(separator: ","))
            .get()
        #expect(answer.symbols == Array(names.prefix(SpamAnswer.mostSymbols)))
        let long = String(repeating: "x", count: 60_000)
        #expect(
            try Self.read(Self.ok + "Spam: True ; 9 / 5\r\n\r\n" + long).get().symbols
                == [String(repeating: "x", count: ScannerText.longest)])
    }

    @Test("a pong is a pong")
    func pong() {
        func check(_ text: String) -> ScannerFailure.Reason? {
            var reply = SpamdReply(of: "spamd")
            reply.take(Array(text.utf8))
            do throws(ScannerFailure) { try reply.checkPong() } catch { return error.reason }
            return nil
        }
        #expect(check("SPAMD/1.5 0 PONG\r\n") == nil)
        #expect(check("SPAMD/1.5 0 PING\r\n") == .unintelligible)
        #expect(check("SPAMD/1.5 0 PONG") == .cutOff)
        #expect(check("SPAMD/1.0 76 Bad header line\r\n") == .declined)
        #expect(check("HTTP/1.1 200 OK\r\n") == .unintelligible)
    }

    @Test("how a reply is divided makes no difference", arguments: answers.map(\.0) + failures.map(\.0))
    func divisions(text: String) {
        let octets = Array(text.utf8)
        let whole = Self.read([octets])
        for place in octets.indices {
            #expect(Self.read([Array(octets[..<place]), Array(octets[place...])]) == whole, "at \(place)")
        }
        #expect(Self.read(octets.map { [$0] }) == whole)
    }

    @Test("a changed reply is an answer with finite numbers and plain words, or none")
    func mutations() {
        var generator = SeededGenerator(seed: 7)
        var answered = 0
        for round in 0..<5000 {
            var octets = Array(Self.answers[round % Self.answers.count].0.utf8)
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let place = Int.random(in: octets.indices, using: &generator)
                octets[place] = UInt8.random(in: 0...255, using: &generator)
            }
            guard case .success(let answer) = Self.read([octets]) else { continue }
            answered += 1
            #expect(answer.score.isFinite && answer.threshold.isFinite && 0...1 ~= answer.fraction)
            #expect(answer.symbols.allSatisfy { $0.utf8.allSatisfy { 0x20..<0x7F ~= $0 } })
        }
        #expect(answered > 500)
    }
}

@Suite("spamd's request")
struct SpamdRequestTests {
    @Test("the user is told where there is one")
    func user() {
        func head(_ user: String?) -> String {
            String(decoding: SpamdRequest.symbols(length: 12, user: user), as: UTF8.self)
        }
        #expect(head(nil) == "SYMBOLS SPAMC/1.5\r\nContent-length: 12\r\n\r\n")
        #expect(head("ann") == "SYMBOLS SPAMC/1.5\r\nContent-length: 12\r\nUser: ann\r\n\r\n")
        #expect(head("é@x") == "SYMBOLS SPAMC/1.5\r\nContent-length: 12\r\nUser: é@x\r\n\r\n")
    }

    @Test(
        "a name that would not stay in its line is left out",
        arguments: ["", "a\r\nb", "a\nb", "a\r", "a\0", "\u{7F}", "a\tb", String(repeating: "x", count: 257)])
    func hostileUser(user: String) {
        #expect(SpamdRequest.symbols(length: 12, user: user) == SpamdRequest.symbols(length: 12, user: nil))
    }
}
