import TestSupport
import Testing

@testable import ContentChecks

@Suite("a Received field")
struct ReceivedFieldTests {
    private static let known: [(text: String, by: String, from: String?, hasClient: Bool)] = [
        // Postfix
        (
            "from mail.x.example (mail.x.example [192.0.2.1])\r\n\t(using TLSv1.3)\r\n\tby MX.Y.example (Postfix) with ESMTPS id 4F\r\n\tfor <b@y>; Mon, 1 Jan 2024 00:00:00 +0000",
            "mx.y.example", "192.0.2.1", true
        ),
        (
            "from x (unknown [IPv6:2001:DB8::1])\n by mx (Postfix) with SMTP id 1; date", "mx", "2001:db8::1",
            true
        ),
        ("by mx (Postfix, from userid 1000)\n\tid 4F; date", "mx", nil, false),
        (
            "from localhost (localhost [127.0.0.1])\n\tby mx (Postfix) with ESMTP id 1; date", "mx",
            "127.0.0.1", true
        ),
        (
            "from [127.0.0.1] (unknown [203.0.113.9]) by mx (Postfix) with SMTP id 1; d", "mx", "203.0.113.9",
            true
        ),
        // amavis
        (
            "from mx ([127.0.0.1])\n by localhost (mx [127.0.0.1]) (amavisd-new, port 10024)\n with ESMTP id a; d",
            "localhost", "127.0.0.1", true
        ),
        // Exim
        (
            "from mail.x.example ([192.0.2.1]:4711 helo=[127.0.0.1])\n\tby mx with esmtps (TLS1.3) (Exim 4.96)\n\tid 1-2; d",
            "mx", "192.0.2.1", true
        ),
        ("from [192.0.2.1] (helo=[127.0.0.1])\n\tby mx with esmtp (Exim 4.96)\n\tid 1-2; d", "mx", nil, true),
        ("from [192.0.2.1] (port=1 helo=[127.0.0.1])\n\tby mx with esmtp id 1-2; d", "mx", nil, true),
        ("from ann by mx with local (Exim 4.96)\n\tid 1-2; d", "mx", nil, true),
        // Sendmail
        (
            "from x (mail.x [192.0.2.1] (may be forged))\n by mx (8.17/8.17) with ESMTP id 1; d", "mx",
            "192.0.2.1", true
        ),
        ("from x (IDENT:a@b [192.0.2.1]) by mx (8.17) with SMTP id 1; d", "mx", nil, true),
        ("(from ann@localhost)\n\tby mx (8.17/8.17/Submit) id 1; d", "mx", nil, false),
        // qmail
        (
            "from unknown (HELO [127.0.0.1]) (192.0.2.1)\n  by mx with SMTP; 1 Jan 2024 00:00:00 -0000", "mx",
            nil, true
        ),
        ("from unknown (ehlo [127.0.0.1]) (192.0.2.1)\n  by mx with SMTP; d", "mx", nil, true),
        // Dovecot, OpenSMTPD, address literals
        (
            "from a.example ([192.0.2.1])\n\tby mx with LMTP\n\tid x\n\t(envelope-from <a@x>)\n\tfor <b@y>; d",
            "mx", "192.0.2.1", true
        ),
        ("from a.example\n\tby mx with LMTP\n\tid x; d", "mx", nil, true),
        ("FROM a (a [::1]) BY [IPv6:2001:DB8::2] (OpenSMTPD); d", "2001:db8::2", "::1", true),
        ("from a (a [192.0.2.1]) by mx.y.example.", "mx.y.example", "192.0.2.1", true),
        ("from(a)b(c [192.0.2.1])by(d)mx(e)", "mx", "192.0.2.1", true),
        ("from a (b \\([192.0.2.7]) by mx", "mx", nil, true),
        ("from a (b(c) [192.0.2.7]) by mx", "mx", nil, true),
        ("from a (b [192.0.2.7 x]) by mx", "mx", nil, true),
        ("from a ([192.0.2.7) by mx", "mx", nil, true),
        ("from by (b [192.0.2.7]) by mx", "mx", "192.0.2.7", true),
    ]

    @Test("its author, and the address of the client, are where its author alone writes", arguments: known)
    func authors(text: String, by: String, from: String?, hasClient: Bool) throws {
        let field = try #require(ReceivedField(text.utf8))
        #expect(field.by == by && field.from == from && field.hasClient == hasClient)
        #expect(!ReceivedField.isComment(text.utf8))
    }

    @Test(
        "what names no author where it has to be names none",
        arguments: [
            "", ";", "by", "by ;", "by (mx)", "from", "from by mx", "from a", "from a (b [127.0.0.1])",
            "from a x by mx", "with SMTP by mx", "; by mx", "from a; by mx", "(by mx",
            "from (a [127.0.0.1]) by mx",
            "from a (b [127.0.0.1] by mx", "for <b@y>; d", "bye mx", "from a (x\\) by mx",
        ])
    func unknown(text: String) {
        #expect(ReceivedField(text.utf8) == nil)
    }

    @Test("qmail's own is a comment")
    func comment() {
        #expect(ReceivedField.isComment("(qmail 12 invoked by uid 89); 1 Jan 2024 00:00:00 -0000".utf8))
        #expect(ReceivedField.isComment(" (a)\r\n (b) ".utf8))
        #expect(!ReceivedField.isComment("".utf8))
        #expect(!ReceivedField.isComment("(a".utf8))
        #expect(!ReceivedField.isComment("(a) b".utf8))
        #expect(!ReceivedField.isComment("; d".utf8))
    }

    @Test("comments may lie deep within one another, and a field may be endless")
    func size() {
        let deep = String(repeating: "(", count: 1000) + String(repeating: ")", count: 1000)
        #expect(ReceivedField("by \(deep) mx".utf8)?.by == "mx")
        #expect(ReceivedField("by \(String(repeating: "(", count: 1_000_000)) mx".utf8) == nil)
        #expect(ReceivedField("by \(String(repeating: " ", count: 1_000_000)) mx".utf8) == nil)
    }

    @Test("any octets are a field or none, whose author is a word of it")
    func noise() {
        var generator = SeededGenerator(seed: 11)
        for round in 0..<5000 {
            var octets = Array(Self.known[round % Self.known.count].text.utf8)
            for _ in 0..<Int.random(in: 1...5, using: &generator) {
                let place = Int.random(in: octets.indices, using: &generator)
                octets[place] = Array("()[]\\; \nbyfrom\0\u{FF}".utf8).randomElement(using: &generator) ?? 0
            }
            guard let field = ReceivedField(octets) else { continue }
            let text = String(decoding: octets, as: UTF8.self).lowercased()
            #expect(text.contains(field.by) || field.by.isEmpty)
            #expect(field.from.map { text.contains($0) } != false)
            #expect(field.hasClient || field.from == nil)
        }
    }
}
