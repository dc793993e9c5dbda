import TestSupport
import Testing

@testable import ContentChecks

@Suite("rspamd's reply")
struct RspamdReplyTests {
    private static func read(_ pieces: [[UInt8]]) -> Result<SpamAnswer, ScannerFailure> {
        var reply = RspamdReply(of: "rspamd")
        for piece in pieces { reply.take(piece) }
        reply.end()
        return Result { () throws(ScannerFailure) in try reply.answer() }
    }

    private static func http(_ body: String, _ status: String = "200 OK") -> [UInt8] {
        let head = "HTTP/1.1 \(status)\r\nConnection: close\r\nServer: rspamd/3.4\r\n"
        return Array(
            "\(head)Content-Length: \(body.utf8.count)\r\nContent-Type: application/json\r\n\r\n\(body)".utf8)
    }

    private static func read(json: String) -> Result<SpamAnswer, ScannerFailure> { read([http(json)]) }

    private static let answers: [(String, SpamAnswer)] = [
        (
            """
            {"is_skipped":true,"score":15.0,"required_score":15.0,"action":"reject","symbols":{"GTUBE":{"name":
            "GTUBE","score":0.0,"metric_score":0.0}},"messages":{"smtp_message":"Gtube pattern"},"message-id":
            "undef","time_real":0.000103}
            """,
            SpamAnswer(isSpam: true, score: 15, threshold: 15, action: "reject", symbols: ["GTUBE"])
        ),
        (
            #"{"is_skipped":false,"score":0.0,"required_score":15.0,"action":"no action","symbols":{},"messages":{}}"#,
            SpamAnswer(isSpam: false, score: 0, threshold: 15, action: "no action")
        ),
        (
            #"{"score":-1.5e0,"required_score":null,"action":"no action"}"#,
            SpamAnswer(isSpam: false, score: -1.5, threshold: 0, action: "no action")
        ),
        (
            """
            { "action" : "add header", "score" : 7, "required_score" : 15, "symbols" : {
              "LIGHT" : {"score" : 0.5}, "HEAVY" : {"score" : 8, "options" : ["a", "b"]},
              "FRIEND" : {"score" : -1.5}, "ODD" : 3, "HALF" : {"score" : 0.5} },
              "milter" : {"add_headers" : {"X" : [{"value" : "a", "order" : 1}]}},
              "urls" : [ "a.example" ], "emails" : [ ] }

            """,
            SpamAnswer(
                isSpam: true, score: 7, threshold: 15, action: "add header",
                symbols: ["HEAVY", "FRIEND", "LIGHT", "HALF", "ODD"])
        ),
        (
            #"{"action":"my own","score":20,"required_score":15}"#,
            SpamAnswer(isSpam: true, score: 20, threshold: 15, action: "my own")
        ),
        (
            #"{"action":"\u001b[2J\r\n","score":14.9,"required_score":15,"symbols":{"é":{"score":1}}}"#,
            SpamAnswer(isSpam: false, score: 14.9, threshold: 15, action: "?[2J??", symbols: ["??"])
        ),
    ]

    @Test("score, threshold, action and rules are what it says", arguments: answers)
    func answered(json: String, answer: SpamAnswer) throws {
        #expect(try Self.read(json: json).get() == answer)
    }

    @Test(
        "an action says whether it is spam",
        arguments: [
            ("reject", true), ("add header", true), ("rewrite subject", true), ("quarantine", true),
            ("discard", true),
            ("no action", false), ("greylist", false), ("soft reject", false),
        ])
    func actions(action: String, isSpam: Bool) throws {
        for score in [0.0, 100] {
            let answer = try Self.read(
                json: #"{"action":"\#(action)","score":\#(score),"required_score":15}"#
            ).get()
            #expect(answer.isSpam == isSpam && answer.action == action)
        }
    }

    private static let failures: [([UInt8], ScannerFailure.Reason, detail: String)] = [
        (
            http(#"{"error":"invalid command","error_domain":"protocol-error"}"#, "500 invalid command"),
            .declined, "500 invalid command"
        ),
        (http(#"{"error":"Unauthorized"}"#, "403 Unauthorized"), .declined, "403 Unauthorized"),
        (http(answers[0].0, "302 Found"), .declined, "302 Found"),
        (Array("HTTP/1.1 502 Bad \u{1B}Gateway\r\nnonsense\r\n".utf8), .declined, "502 Bad ?Gateway"),
        (http(#"{"error":"no\nmemory","action":"no action","score":0}"#), .declined, "no?memory"),
        (http(#"{"error":{"code":1}}"#), .declined, "error"),
        ([], .cutOff, "it hung up without an answer"),
        (Array("HTTP/1.1 200".utf8), .cutOff, "it hung up without an answer"),
        (http(answers[1].0).dropLast(), .cutOff, "its answer has no end"),
        (http(answers[1].0).prefix(60).map { $0 }, .cutOff, "its answer has no end"),
        (Array("SPAMD/1.1 0 EX_OK\r\n\r\n".utf8), .unintelligible, "SPAMD/1.1 0 EX_OK"),
        (Array("HTTP/2 200 OK\r\n\r\n".utf8), .unintelligible, "HTTP/2 200 OK"),
        (Array("HTTP/1.1 2000 OK\r\n\r\n".utf8), .unintelligible, "HTTP/1.1 2000 OK"),
        (Array("HTTP/1.1  200 OK\r\n\r\n".utf8), .unintelligible, "HTTP/1.1  200 OK"),
        (http(""), .unintelligible, "its answer is no JSON object"),
        (http("[1]"), .unintelligible, "its answer is no JSON object"),
        (http("pong\r\n"), .unintelligible, "its answer is no JSON object"),
        (http(answers[1].0 + "}"), .unintelligible, "its answer is no JSON object"),
        (http(String(answers[1].0.dropLast())), .unintelligible, "its answer is no JSON object"),
        (http("{}"), .unintelligible, "it says nothing of spam"),
        (http(#"{"action":"reject"}"#), .unintelligible, "it says nothing of spam"),
        (http(#"{"score":1}"#), .unintelligible, "it says nothing of spam"),
        (http(#"{"action":true,"score":1}"#), .unintelligible, "it says nothing of spam"),
        (http(#"{"action":"reject","score":"1"}"#), .unintelligible, "it says nothing of spam"),
        (http(#"{"action":"reject","score":nan}"#), .unintelligible, "it says nothing of spam"),
        (http(#"{"action":"reject","score":1e999}"#), .unintelligible, "it says nothing of spam"),
        (http(#"{"action":"reject","score":{"score":1}}"#), .unintelligible, "it says nothing of spam"),
    ]

    @Test("what is no answer says why", arguments: failures)
    func refused(octets: [UInt8], reason: ScannerFailure.Reason, detail: String) {
        #expect(Self.read([octets]) == .failure(ScannerFailure(reason, scanner: "rspamd", detail)))
    }

    @Test("values deep within one another are no answer, and cost nothing")
    func depth() {
        for open in ["[", "{\"a\":"] {
            let json = #"{"action":"reject","score":1,"x":"# + String(repeating: open, count: 200_000)
            guard case .failure(let failure) = Self.read(json: json) else {
                Issue.record("an answer")
                return
            }
            #expect(failure.reason == .unintelligible)
        }
    }

    @Test("of many rules the heaviest ones are kept")
    func manySymbols() throws {
        let members = (0..<1000).map { #""RULE_\#($0)":{"score":\#($0)}"# }.joined(separator: ",")
        let answer = try Self.read(json: #"{"action":"reject","score":1,"symbols":{\#(members)}}"#).get()
        #expect(answer.symbols == (800..<1000).reversed().map { "RULE_\($0)" })
    }

    @Test("a reply in chunks, and one without a length, are as good")
    func framing() throws {
        let json = Array(Self.answers[0].0.utf8)
        let head = "HTTP/1.1 200 OK\r\n"
        var chunks = Array((head + "Transfer-Encoding: chunked\r\n\r\n").utf8)
        for start in stride(from: 0, to: json.count, by: 7) {
            let part = json[start...].prefix(7)
            chunks += Array("\(part.count)\r\n".utf8) + part + [13, 10]
        }
        #expect(try Self.read([chunks + Array("0\r\n\r\n".utf8)]).get() == Self.answers[0].1)
        #expect(try Self.read([Array((head + "\r\n").utf8) + json]).get() == Self.answers[0].1)
    }

    @Test("a pong is a pong")
    func pong() {
        func check(_ octets: [UInt8]) -> ScannerFailure.Reason? {
            var reply = RspamdReply(of: "rspamd")
            reply.take(octets)
            do throws(ScannerFailure) { try reply.checkPong() } catch { return error.reason }
            return nil
        }
        #expect(check(Self.http("pong\r\n")) == nil)
        #expect(check(Self.http("hello")) == .unintelligible)
        #expect(check(Self.http("pong\r\n").dropLast()) == .cutOff)
        #expect(check(Self.http("pong\r\n", "404 Not found")) == .declined)
        #expect(check(Array("pong\r\n".utf8)) == .unintelligible)
    }

    @Test(
        "how a reply is divided makes no difference",
        arguments: answers.map { http($0.0) } + failures.map(\.0))
    func divisions(octets: [UInt8]) {
        let whole = Self.read([octets])
        for place in octets.indices {
            #expect(Self.read([Array(octets[..<place]), Array(octets[place...])]) == whole, "at \(place)")
        }
        #expect(Self.read(octets.map { [$0] }) == whole)
    }

    @Test("a changed reply is an answer with finite numbers and plain words, or none")
    func mutations() {
        var generator = SeededGenerator(seed: 9)
        var answered = 0
        for round in 0..<5000 {
            var octets = Self.http(Self.answers[round % Self.answers.count].0)
            for _ in 0..<Int.random(in: 1...3, using: &generator) {
                let place = Int.random(in: octets.indices, using: &generator)
                octets[place] = UInt8.random(in: 0...255, using: &generator)
            }
            guard case .success(let answer) = Self.read([octets]) else { continue }
            answered += 1
            #expect(answer.score.isFinite && answer.threshold.isFinite && 0...1 ~= answer.fraction)
            #expect(
                ([answer.action] + answer.symbols).allSatisfy { $0.utf8.allSatisfy { 0x20..<0x7F ~= $0 } })
        }
        #expect(answered > 500)
    }
}

@Suite("rspamd's request")
struct RspamdRequestTests {
    private static func lines(_ envelope: ScannedEnvelope, password: String? = nil) -> [String] {
        let octets = RspamdRequest.check(length: 12, envelope, password: password, host: "127.0.0.1:11333")
        return String(decoding: octets, as: UTF8.self).split(
            separator: "\r\n", omittingEmptySubsequences: false
        ).map(String.init)
    }

    @Test("what is known of the message is told")
    func full() {
        var envelope = ScannedEnvelope(sender: "ann@x.example", recipient: "bob+x@y.example")
        envelope.user = "bob"
        envelope.clientAddress = "2001:db8::1"
        envelope.clientName = "mail.x.example"
        envelope.clientHELO = "[192.0.2.1]"
        envelope.authenticatedUser = "ann"
        envelope.queueIdentifier = "4f5g6h"
        #expect(
            Self.lines(envelope, password: "q1 w2") == [
                "POST /checkv2 HTTP/1.1", "Host: 127.0.0.1:11333", "Content-Length: 12", "Connection: close",
                "User-Agent: Postmaster", "Password: q1 w2", "From: ann@x.example", "Rcpt: bob+x@y.example",
                "Deliver-To: bob", "User: ann", "Ip: 2001:db8::1", "Helo: [192.0.2.1]",
                "Hostname: mail.x.example",
                "Queue-Id: 4f5g6h", "", "",
            ])
    }

    @Test("what is not known is not told")
    func bare() {
        #expect(
            Self.lines(ScannedEnvelope(sender: "", recipient: "b@y")) == [
                "POST /checkv2 HTTP/1.1", "Host: 127.0.0.1:11333", "Content-Length: 12", "Connection: close",
                "User-Agent: Postmaster", "From: <>", "Rcpt: b@y", "Deliver-To: b@y", "", "",
            ])
        var envelope = ScannedEnvelope(sender: "", recipient: "b@y")
        envelope.clientName = "unknown"
        envelope.clientAddress = "unknown"
        #expect(Self.lines(envelope) == Self.lines(ScannedEnvelope(sender: "", recipient: "b@y")))
    }

    @Test(
        "no value gets out of its field",
        arguments: [
            "a\r\nPassword: x", "a\nb", "a\r", "\0", "a\u{1B}b", "a\u{7F}", "\t", "\r\n\r\n",
            String(repeating: "x", count: 1001),
        ])
    func hostile(value: String) {
        var envelope = ScannedEnvelope(sender: value, recipient: value)
        envelope.user = value
        envelope.clientAddress = value
        envelope.clientName = value
        envelope.clientHELO = value
        envelope.authenticatedUser = value
        envelope.queueIdentifier = value
        #expect(
            Self.lines(envelope, password: value) == [
                "POST /checkv2 HTTP/1.1", "Host: 127.0.0.1:11333", "Content-Length: 12", "Connection: close",
                "User-Agent: Postmaster", "", "",
            ])
    }

    @Test("an address of another alphabet is told as it is")
    func utf8() {
        #expect(
            Self.lines(ScannedEnvelope(sender: "é@ü.example", recipient: "b@y")).contains("From: é@ü.example")
        )
    }

    @Test("random values leave the request's lines as they are")
    func noise() {
        var generator = SeededGenerator(seed: 3)
        for _ in 0..<2000 {
            var envelope = ScannedEnvelope(
                sender: String(decoding: generator.bytes(upTo: 8), as: UTF8.self), recipient: "b@y")
            envelope.clientHELO = String(decoding: generator.bytes(upTo: 4), as: UTF8.self)
            let names = Self.lines(envelope).dropFirst().map { $0.prefix { $0 != ":" } }
            #expect(
                names.filter { $0 != "From" && $0 != "Helo" } == [
                    "Host", "Content-Length", "Connection", "User-Agent", "Rcpt", "Deliver-To", "", "",
                ])
        }
    }
}
