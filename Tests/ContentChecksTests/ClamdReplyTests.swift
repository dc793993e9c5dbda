import TestSupport
import Testing

@testable import ContentChecks

@Suite("an answer of clamd")
struct ClamdReplyTests {
    @Test(
        "what clamd says of a stream or a descriptor",
        arguments: [
            ("stream: OK", ClamdReply.Meaning.clean),
            ("fd[10]: OK", .clean),
            ("stream: Eicar-Test-Signature FOUND", .found(name: "Eicar-Test-Signature")),
            ("fd[10]: Win.Test.EICAR_HDB-1 FOUND", .found(name: "Win.Test.EICAR_HDB-1")),
            ("stream: X.UNOFFICIAL(44d88612:68) FOUND", .found(name: "X.UNOFFICIAL(44d88612:68)")),
            ("stream: Heuristics.Encrypted.Zip FOUND", .found(name: "Heuristics.Encrypted.Zip")),
            (
                "stream: Heuristics.OLE2.ContainsMacros.VBA FOUND",
                .found(name: "Heuristics.OLE2.ContainsMacros.VBA")
            ),
            ("stream: a: OK FOUND", .found(name: "a: OK")),
            ("stream: FOUND FOUND", .found(name: "FOUND")),
        ])
    func verdicts(text: String, meaning: ClamdReply.Meaning) {
        #expect(ClamdReply(text.utf8).meaning == meaning)
    }

    @Test(
        "what clamd could not look at",
        arguments: [
            ("INSTREAM size limit exceeded. ERROR", "INSTREAM size limit exceeded."),
            ("stream: Can't allocate memory ERROR", "stream: Can't allocate memory"),
            ("fd[10]: Access denied. ERROR", "fd[10]: Access denied."),
            (" ERROR", ""),
            ("stream: OK ERROR", "stream: OK"),
            (
                "stream: Heuristics.Limits.Exceeded.MaxFileSize FOUND",
                "Heuristics.Limits.Exceeded.MaxFileSize"
            ),
            ("fd[3]: Heuristics.Limits.Exceeded FOUND", "Heuristics.Limits.Exceeded"),
        ])
    func declined(text: String, reason: String) {
        #expect(ClamdReply(text.utf8).meaning == .declined(reason))
    }

    @Test(
        "what clamd never says is neither a virus nor none",
        arguments: [
            "", "OK", "FOUND", "ERROR", "stream:OK", "stream: ", "stream: ok", "stream:  OK", "stream: OK ",
            "stream: OK\n", "stream: NOT OK", "stream: FOUND", "stream:  FOUND", "stream: x found",
            "stream: x FOUND\r", "Stream: OK", "stream2: OK", "fd: OK", "fd[]: OK", "fd[1: OK", "fd[1]OK",
            "fd[x]: OK", "fd[-1]: OK", "fd[1]: ", "PONG", "UNKNOWN COMMAND", "COMMAND READ TIMED OUT",
            "HTTP/1.1 200 OK", "220 mail.example.org ESMTP", "/tmp/x: OK", "1: stream: OK",
            "stream: OK\0stream: OK",
        ])
    func unknown(text: String) {
        switch ClamdReply(text.utf8).meaning {
        case .unknown(let words): #expect(words.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F })
        case .found(let name) where text == "stream:  FOUND": Issue.record("a virus without a name: \(name)")
        case let meaning: Issue.record("\(meaning)")
        }
    }

    @Test("a name is fit for a log: printable, and no longer than a line takes")
    func names() {
        #expect(
            ClamdReply("stream: a\r\nb\u{1B}[31mc\u{202E}d FOUND".utf8).meaning
                == .found(name: "a??b?[31mc???d"))
        let long = ClamdReply("stream: \(String(repeating: "x", count: 4000)) FOUND".utf8)
        #expect(long.meaning == .found(name: String(repeating: "x", count: 128)))
    }

    @Test("any octets mean something, and clean is one thing alone")
    func total() {
        var random = SeededGenerator(seed: 51)
        let words = [
            "stream: ", "fd[1]: ", "OK", " FOUND", " ERROR", "Heuristics.Limits.Exceeded", "x", "\0", "é",
        ]
        for _ in 0..<5000 {
            var octets = (0..<Int.random(in: 0...4, using: &random)).flatMap { _ in
                Array(words[Int.random(in: 0..<words.count, using: &random)].utf8)
            }
            octets += Bool.random(using: &random) ? random.bytes(upTo: 3) : []
            let meaning = ClamdReply(octets).meaning
            let text = String(decoding: octets, as: UTF8.self)
            #expect((meaning == .clean) == (text == "stream: OK" || text == "fd[1]: OK"))
            if case .found = meaning { #expect(text.hasSuffix(" FOUND")) }
        }
    }
}
