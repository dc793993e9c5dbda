import Platform
import TestSupport
import Testing

@testable import UserLookup

@Suite("reply of Dovecot's user database")
struct DovecotReplyTests {
    private static let greeting = "VERSION\t1\t2\nSPID\t4711\n"

    private func answer(_ pieces: [[UInt8]]) throws(DovecotReply.Problem) -> DovecotReply.Answer? {
        var reply = DovecotReply()
        for piece in pieces {
            if let answer = try reply.take(piece) { return answer }
        }
        return nil
    }

    private func answer(_ text: String) throws(DovecotReply.Problem) -> DovecotReply.Answer? {
        try answer([Array(text.utf8)])
    }

    private func fields(_ pairs: [(String, String)]) throws -> UserFields {
        var fields = UserFields()
        for (name, value) in pairs { try fields.set(name, value) }
        return fields
    }

    @Test("a user comes with his fields, in pieces of any size")
    func user() throws {
        let text = Array(
            (Self.greeting + "USER\t1\tann\tuid=1000\tgid=1001\thome=/h\tmail=maildir:~/M:INDEX=/x\n").utf8)
        let expected = DovecotReply.Answer.user(
            "ann",
            try fields([("uid", "1000"), ("gid", "1001"), ("home", "/h"), ("mail", "maildir:~/M:INDEX=/x")]))
        for split in 0...text.count {
            #expect(try answer([Array(text[..<split]), Array(text[split...])]) == expected)
        }
        #expect(try answer(text.map { [$0] }) == expected)
    }

    @Test("nobody is nobody")
    func notFound() throws {
        #expect(try answer(Self.greeting + "NOTFOUND\t1\n") == .notFound)
        #expect(try answer(Self.greeting + "CUID\t7\nWHATEVER\n\nNOTFOUND\t1\textra\n") == .notFound)
    }

    @Test("escaped bytes are what they stand for")
    func escapes() throws {
        let reply = try answer(
            Self.greeting + "USER\t1\ta\u{1}tb\u{1}n\u{1}1\u{1}r\u{1}0\u{1}x\thome=/\u{1}t\n")
        #expect(reply == .user("a\tb\n\u{1}\r\0x", try fields([("home", "/\t")])))
    }

    @Test(
        "an answer that is not whole is none",
        arguments: ["", "VERSION", "VERSION\t1\t2\n", "VERSION\t1\t2\nUSER\t1\tann\tuid=1"])
    func half(text: String) throws {
        #expect(try answer(text) == nil)
    }

    @Test(
        "what is no answer is told",
        arguments: [
            ("\n", "it does not speak Dovecot's protocol"),
            ("HTTP/1.1 400 Bad Request\r\n", "it does not speak Dovecot's protocol"),
            ("NOTFOUND\t1\n", "it does not speak Dovecot's protocol"),
            ("VERSION\n", "it speaks another version"),
            ("VERSION\t2\t0\n", "it speaks another version"),
            ("VERSION\t1\t2\nNOTFOUND\n", "it answers another question"),
            ("VERSION\t1\t2\nNOTFOUND\t2\n", "it answers another question"),
            ("VERSION\t1\t2\nUSER\t\tann\n", "it answers another question"),
            ("VERSION\t1\t2\nUSER\t1\n", "it answers without a name"),
            ("VERSION\t1\t2\nUSER\t1\tann\tuid=x\n", "uid is not a number"),
            ("VERSION\t1\t2\nUSER\t1\tann\tuid=0\n", "uid 0 is not a mail user's"),
            ("VERSION\t1\t2\nFAIL\t1\n", "it failed"),
            ("VERSION\t1\t2\nFAIL\t1\treason=No database\n", "it failed: No database"),
            ("VERSION\t1\t2\nFAIL\t1\tcode=x\treason=a\u{1}nb\u{1B}c\u{e9}\n", "it failed: a?b?c?"),
        ])
    func problems(text: String, reason: String) {
        #expect(throws: DovecotReply.Problem(reason: reason)) { try answer(text) }
    }

    @Test("a reason of any length is cut")
    func longReason() {
        let problem = #expect(throws: DovecotReply.Problem.self) {
            try answer(Self.greeting + "FAIL\t1\treason=" + String(repeating: "x", count: 10_000) + "\n")
        }
        #expect(problem.map { $0.reason.utf8.count < 300 } == true)
    }

    @Test("bytes that are no text are told")
    func notText() {
        #expect(throws: DovecotReply.Problem(reason: "its answer is not UTF-8")) {
            try answer([Array("VERSION\t1\t2\nUSER\t1\tann\thome=/".utf8) + [0xFF, 0x0A]])
        }
    }

    @Test("an endless line and endless lines end", arguments: ["x", "SPID\t1\n"])
    func endless(piece: String) {
        var reply = DovecotReply()
        #expect(throws: DovecotReply.Problem(reason: "it answers too much")) {
            _ = try reply.take(Array(Self.greeting.utf8))
            for _ in 0..<DovecotReply.mostBytes { _ = try reply.take(Array(piece.utf8)) }
        }
    }

    @Test("bytes that were changed at random give an answer, ask for more, or are a problem")
    func property() throws {
        var generator = SeededGenerator(seed: 8)
        let valid = Array(
            (Self.greeting + "USER\t1\tann\tuid=1000\tgid=1001\thome=/h\tmail=maildir:~/M\n").utf8)
        var answers = 0
        for _ in 0..<5000 {
            var bytes = valid
            for _ in 0..<Int.random(in: 1...4, using: &generator) {
                let index = Int.random(in: 0..<bytes.count, using: &generator)
                switch Int.random(in: 0...2, using: &generator) {
                case 0: bytes[index] = UInt8.random(in: 0...255, using: &generator)
                case 1: bytes.remove(at: index)
                default: bytes.insert([9, 10, 1, 0, 61].randomElement(using: &generator) ?? 0, at: index)
                }
            }
            let split = Int.random(in: 0...bytes.count, using: &generator)
            let whole = Result { () throws(DovecotReply.Problem) in try answer([bytes]) }
            let parts = Result { () throws(DovecotReply.Problem) in
                try answer([Array(bytes[..<split]), Array(bytes[split...])])
            }
            #expect(whole == parts)
            if case .success(.user(_, let fields)) = whole {
                answers += 1
                #expect(fields.user != 0 && fields.group != 0)
            }
        }
        #expect(answers > 500)
    }
}
