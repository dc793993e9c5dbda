import TestSupport
import Testing

@testable import MailTransport

@Suite struct ReplyParserTests {
    /// All replies in `bytes`, fed in pieces of `size`, and the error that ended them.
    private func parse(_ bytes: [UInt8], size: Int = .max) -> (replies: [Reply], error: ReplyError?) {
        var parser = ReplyParser()
        var replies: [Reply] = []
        var rest = bytes[...]
        while !rest.isEmpty {
            parser.feed(Array(rest.prefix(size)))
            rest = rest.dropFirst(size)
            do throws(ReplyError) {
                while let reply = try parser.next() { replies.append(reply) }
            } catch {
                return (replies, error)
            }
        }
        return (replies, nil)
    }

    private func parse(_ text: String, size: Int = .max) -> (replies: [Reply], error: ReplyError?) {
        parse(Array(text.utf8), size: size)
    }

    @Test(
        "replies are read",
        arguments: [
            ("250 ok\r\n", [250], ["250 ok"]),
            ("250\r\n", [250], ["250"]),
            ("250 \r\n", [250], ["250"]),
            ("220 a\n", [220], ["220 a"]),
            ("250-a\r\n250-b\r\n250 c\r\n", [250], ["250 a b c"]),
            ("250-a\r\n250\r\n", [250], ["250 a"]),
            ("250-a\n250 b\n354 go\r\n", [250, 354], ["250 a b", "354 go"]),
            ("550-5.1.1 no such\r\n550 5.1.1 user\r\n", [550], ["550 5.1.1 no such user"]),
            ("550-5.1.1 no such\r\n550 5.2.2 user\r\n", [550], ["550 5.1.1 no such 5.2.2 user"]),
            ("599 x\r\n", [599], ["599 x"]),
            ("250 a\tb\u{1}c\u{7F}\r\n", [250], ["250 a?b?c?"]),
            ("250 caf\u{E9} \u{85} \u{2028}\r\n", [250], ["250 caf\u{E9} ? ?"]),
        ])
    func good(text: String, codes: [Int], texts: [String]) {
        for size in [1, 2, 3, Int.max] {
            let (replies, error) = parse(text, size: size)
            #expect(error == nil)
            #expect(replies.map(\.code) == codes)
            #expect(replies.map(\.text) == texts)
        }
    }

    @Test(
        "what is no reply is an error, and what came before it counts",
        arguments: [
            ("hello\r\n", 0), ("25\r\n", 0), ("2500 x\r\n", 0), ("250x\r\n", 0), ("150 x\r\n", 0),
            ("600 x\r\n", 0),
            ("099 x\r\n", 0), ("-25 x\r\n", 0), (" 250 x\r\n", 0), ("\r\n", 0), ("\n", 0),
            ("250-a\r\n251 b\r\n", 0),
            ("250 a\rb\r\n", 0), ("250 a\r\r\n", 0), ("250 a\0\r\n", 0), ("250\tx\r\n", 0),
            ("250 a\r\n\r\n", 1),
            ("250 a\r\n250-b\r\nHTTP/1.1\r\n", 1), ("２50 x\r\n", 0), ("2 0 x\r\n", 0), ("25x x\r\n", 0),
        ])
    func bad(text: String, before: Int) {
        for size in [1, 2, 3, Int.max] {
            let (replies, error) = parse(text, size: size)
            #expect(error != nil)
            #expect(replies.count == before)
        }
    }

    @Test("a parser that failed reads nothing more")
    func afterError() {
        var parser = ReplyParser()
        parser.feed(Array("x\r\n250 ok\r\n".utf8))
        let first = Result { try parser.next() }
        #expect(throws: ReplyError.self) { try first.get() }
        parser.feed(Array("250 ok\r\n".utf8))
        let second = Result { try parser.next() }
        #expect(throws: ReplyError.self) { try second.get() }
    }

    @Test("a line has at most 2,048 octets", arguments: [2046, 2047, 2048, 2049, 5000])
    func longLine(count: Int) {
        let line = "250 " + String(repeating: "a", count: count - 6) + "\r\n"
        for size in [1, 1000, Int.max] {
            let (replies, error) = parse(line, size: size)
            #expect((error == nil) == (count <= 2048))
            #expect(replies.count == (count <= 2048 ? 1 : 0))
            if let reply = replies.first { #expect(reply.text.utf8.count == 500) }
        }
    }

    @Test("a line without an end is not waited for")
    func endlessLine() {
        #expect(parse(String(repeating: "2", count: 2047)).error == nil)
        #expect(parse(String(repeating: "2", count: 2048)).error != nil)
    }

    @Test("a reply has at most 100 lines", arguments: [100, 101])
    func manyLines(count: Int) {
        let text = String(repeating: "250-x\r\n", count: count - 1) + "250 x\r\n"
        for size in [1, Int.max] {
            #expect((parse(text, size: size).error == nil) == (count == 100))
        }
    }

    @Test("a reply has at most 65,536 octets")
    func manyBytes() {
        let line = "250-" + String(repeating: "x", count: 1996) + "\r\n"
        #expect(parse(String(repeating: line, count: 32) + "250 x\r\n").error == nil)
        #expect(parse(String(repeating: line, count: 33) + "250 x\r\n").error != nil)
    }

    @Test(
        "an enhanced status is read where it agrees with the code",
        arguments: [
            ("550 5.1.1 no", "5.1.1"), ("550 5.1.1", "5.1.1"), ("250 2.0.0 ok", "2.0.0"),
            ("450 4.999.999 x", "4.999.999"),
            ("550 4.1.1 no", nil), ("550 5.1.1no", nil), ("550 5.1 no", nil), ("550 5.1.1000 no", nil),
            ("550 6.1.1 no", nil),
            ("550 x5.1.1", nil), ("550 5..1 x", nil), ("550", nil), ("550 5.1.1.1 x", nil),
            ("550 3.1.1 x", nil),
            ("550-Sorry\r\n550 5.2.2 full", "5.2.2"), ("550-5.1.1 a\r\n550 5.2.2 b", "5.1.1"),
        ] as [(String, String?)])
    func status(text: String, status: String?) {
        let reply = parse(text + "\r\n").replies.first
        #expect(reply?.code == Int(text.prefix(3)))
        #expect(reply?.status?.text == status)
    }

    @Test("whatever comes: no trap, bounded memory, the same for all pieces, and harmless text")
    func random() {
        var generator = SeededGenerator(seed: 1)
        let words = [
            "250", "354", "5", "0", " ok", "-", "\r\n", "\r\n", "\n", "\r", "\0", "\u{E9}", "450-x\r\n450 y",
        ]
        var count = 0
        for _ in 0..<20_000 {
            let text = (0..<Int.random(in: 0...12, using: &generator)).map { _ in
                words[Int.random(in: 0..<words.count, using: &generator)]
            }.joined()
            let bytes =
                Bool.random(using: &generator) ? generator.bytes(upTo: 40) : Array(text.utf8)
            let whole = parse(bytes)
            for size in 1...3 {
                let divided = parse(bytes, size: size)
                #expect(divided.replies == whole.replies && divided.error == whole.error)
            }
            for reply in whole.replies {
                count += 1
                #expect(200...599 ~= reply.code)
                #expect(reply.text.unicodeScalars.allSatisfy { !TransportText.isControl($0) })
                #expect(reply.text.hasPrefix("\(reply.code)"))
            }
        }
        #expect(count > 100)
    }
}
