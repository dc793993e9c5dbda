import TestSupport
import Testing

@testable import ContentChecks

@Suite("a reply with a head")
struct HeadedReplyTests {
    /// What a reply comes to when it comes in these pieces.
    private static func read(_ pieces: [[UInt8]], bodyLimit: Int = 1000, ends: Bool = true) -> HeadedReply {
        var reply = HeadedReply(of: "peer", bodyLimit: bodyLimit)
        for piece in pieces { reply.take(piece) }
        if ends { reply.end() }
        return reply
    }

    private static func read(_ text: String, bodyLimit: Int = 1000, ends: Bool = true) -> HeadedReply {
        read([Array(text.utf8)], bodyLimit: bodyLimit, ends: ends)
    }

    private static let good: [(text: String, body: String)] = [
        ("OK\r\nContent-Length: 3\r\n\r\nabc", "abc"),
        ("OK\nContent-length:3\n\nabc", "abc"),
        ("OK\r\nContent-Length: 3\r\nX: y\r\nContent-Length: 3\r\n\r\nabc", "abc"),
        ("OK\r\nContent-Length: 2\r\n\r\nabc", "ab"),
        ("OK\r\nContent-Length: 0\r\n\r\nabc", ""),
        ("OK\r\n\r\nabc\r\n\r\n", "abc\r\n\r\n"),
        ("OK\r\n\r\n", ""),
        ("OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n", "abc"),
        (
            "OK\r\nTransfer-Encoding: Chunked\r\n\r\n1;x=y\r\na\r\nB \r\n01234567890\r\n0\r\nX: y\r\n\r\n",
            "a01234567890"
        ),
        ("OK\nTransfer-Encoding: chunked\n\n000a\n0123456789\n0\n\n", "0123456789"),
    ]

    @Test("the body is what the head says", arguments: good)
    func bodies(text: String, body: String) {
        let reply = Self.read(text)
        #expect(reply.fault == nil && reply.isComplete)
        #expect(reply.statusLine == Array("OK".utf8))
        #expect(String(decoding: reply.body, as: UTF8.self) == body)
    }

    private static let bad: [(text: String, reason: ScannerFailure.Reason)] = [
        ("", .cutOff), ("O", .cutOff), ("OK\r\n", .cutOff), ("OK\r\nContent-Length: 3\r\n", .cutOff),
        ("OK\r\nContent-Length: 3\r\n\r\nab", .cutOff),
        ("OK\r\nTransfer-Encoding: chunked\r\n\r\n", .cutOff),
        ("OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n", .cutOff),
        ("OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n", .cutOff),
        ("OK\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\nabcd", .unintelligible),
        ("OK\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n", .unintelligible),
        ("OK\r\nTransfer-Encoding: gzip\r\n\r\n", .unintelligible),
        ("OK\r\nTransfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n", .unintelligible),
        ("OK\r\nContent-Length: -3\r\n\r\nabc", .unintelligible),
        ("OK\r\nContent-Length: \r\n\r\nabc", .unintelligible),
        ("OK\r\nContent-Length: 3, 3\r\n\r\nabc", .unintelligible),
        ("OK\r\nContent-Length: 0x3\r\n\r\nabc", .unintelligible),
        ("OK\r\nContent-Length: 99999999999999999999\r\n\r\nabc", .unintelligible),
        ("OK\r\nContent-Length: 1001\r\n\r\nabc", .unintelligible),
        ("OK\r\nContent-Length : 3\r\n\r\nabc", .unintelligible),
        ("OK\r\n: 3\r\n\r\nabc", .unintelligible),
        ("OK\r\nnonsense\r\n\r\nabc", .unintelligible),
        ("OK\r\nA: b\r\n c\r\n\r\nabc", .unintelligible),
        ("OK\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n", .unintelligible),
        ("OK\r\nTransfer-Encoding: chunked\r\n\r\n\r\n", .unintelligible),
        ("OK\r\nTransfer-Encoding: chunked\r\n\r\n3x\r\nabc\r\n", .unintelligible),
        ("OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabcd\r\n0\r\n\r\n", .unintelligible),
        ("OK\r\nTransfer-Encoding: chunked\r\n\r\nffffffff\r\nabcd\r\n0\r\n\r\n", .unintelligible),
        ("OK\r\nTransfer-Encoding: chunked\r\n\r\n100000000\r\nabcd\r\n0\r\n\r\n", .unintelligible),
    ]

    @Test("what ends early, or is no such reply, is a fault", arguments: bad)
    func faults(text: String, reason: ScannerFailure.Reason) {
        let reply = Self.read(text)
        #expect(reply.fault?.reason == reason)
        #expect(!reply.isComplete && reply.isOver)
    }

    @Test("how a reply is divided makes no difference", arguments: good.map(\.text) + bad.map(\.text))
    func divisions(text: String) {
        let octets = Array(text.utf8)
        let whole = Self.read([octets])
        func isSame(_ other: HeadedReply) -> Bool {
            other.fault == whole.fault && other.body == whole.body && other.fields == whole.fields
                && other.statusLine == whole.statusLine && other.isComplete == whole.isComplete
        }
        for place in octets.indices {
            #expect(isSame(Self.read([Array(octets[..<place]), Array(octets[place...])])), "at \(place)")
        }
        #expect(isSame(Self.read(octets.map { [$0] })))
    }

    @Test("a reply is over as soon as its length is there")
    func over() {
        #expect(Self.read("OK\r\nContent-Length: 3\r\n\r\nabc", ends: false).isOver)
        #expect(!Self.read("OK\r\nContent-Length: 3\r\n\r\nab", ends: false).isOver)
        #expect(!Self.read("OK\r\n\r\nabc", ends: false).isOver)
        #expect(Self.read("OK\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", ends: false).isOver)
    }

    @Test("a head, and a body, without an end are given up")
    func endless() {
        var head = HeadedReply(of: "peer", bodyLimit: 1000)
        head.take(Array("OK\r\n".utf8))
        var lines = 0
        while !head.isOver, lines < 1_000_000 {
            head.take(Array("X: y\r\n".utf8))
            lines += 1
        }
        #expect(lines <= 101 && head.fault?.reason == .unintelligible)

        for start in ["", "OK\r\nX: ", "OK\r\nTransfer-Encoding: chunked\r\n\r\n1;", "OK\r\n\r\n"] {
            var reply = HeadedReply(of: "peer", bodyLimit: 100_000)
            reply.take(Array(start.utf8))
            var pieces = 0
            while !reply.isOver, pieces < 1000 {
                reply.take([UInt8](repeating: UInt8(ascii: "x"), count: 1000))
                pieces += 1
            }
            #expect(pieces <= 101 && reply.fault?.reason == .unintelligible, "\(start)")
        }
    }

    @Test("a field that stands twice is none")
    func fields() {
        let reply = Self.read("OK\r\nA:  b c \r\nD: e\r\nd: f\r\nEmpty:\r\n\r\n")
        #expect(reply.field("a") == Array("b c".utf8))
        #expect(reply.field("d") == nil)
        #expect(reply.field("empty") == [])
        #expect(reply.field("x") == nil)
    }

    @Test("any octets in any pieces keep within the limits, and come to the same")
    func noise() {
        var generator = SeededGenerator(seed: 5)
        for round in 0..<4000 {
            var octets = Array(
                (Self.good + Self.bad.map { ($0.text, "") })[round % (Self.good.count + Self.bad.count)].text
                    .utf8)
            for _ in 0..<Int.random(in: 1...4, using: &generator) where !octets.isEmpty {
                let place = Int.random(in: octets.indices, using: &generator)
                switch Int.random(in: 0..<3, using: &generator) {
                case 0: octets[place] = UInt8.random(in: 0...255, using: &generator)
                case 1: octets.remove(at: place)
                default: octets.insert(contentsOf: octets[place...].prefix(9), at: place)
                }
            }
            let whole = Self.read([octets], bodyLimit: 10)
            let middle = octets.isEmpty ? 0 : Int.random(in: octets.indices, using: &generator)
            let divided = Self.read([Array(octets[..<middle]), Array(octets[middle...])], bodyLimit: 10)
            #expect(whole.body.count <= 10)
            #expect(whole.isComplete == (whole.fault == nil))
            #expect(whole.fault?.reason == divided.fault?.reason)
            #expect(whole.fault != nil || whole.body == divided.body)
        }
    }
}
