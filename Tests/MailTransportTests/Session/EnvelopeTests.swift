import Platform
import TestSupport
import Testing

@testable import MailTransport

@Suite struct EnvelopePathTests {
    @Test(
        "what may be an address is said",
        arguments: [
            "a@example.org", "postmaster", "a.b+c=d@x", "\"a b\"@x", "\"a<b>c\"@x", "\"a\\\"b\"@x",
            "\"a\\\\\"@x", "\"\"@x",
            "é@exämple.org", "a@[192.0.2.1]", "a@[IPv6:2001:db8::1]", "-x@y", "|x@y", "a@b@c", "a..b@x",
            "MAILER-DAEMON", "\"a\"",
            "用户@例子.广告",
        ])
    func good(text: String) {
        #expect(EnvelopePath(text)?.text == text)
        #expect(EnvelopePath(text)?.isInternational == text.utf8.contains { $0 >= 0x80 })
    }

    @Test(
        "what would be more than an address is not",
        arguments: [
            "", "a b@x", "a@x>", "<a@x", "a@x> SIZE=1", "a@x\r\nDATA", "a\n@x", "a\r@x", "a\0@x", "a\t@x",
            "a\u{7F}@x",
            "\"a\r\nb\"@x", "\"a\nb\"@x", "\"a\0\"@x", "\"a\\\n\"@x", "\"a", "\"a\\\"", "\"a\" @x",
            "\"a\"b@x",
            "a\"b\"@x", "a\\ b@x", "a@x\\", "\"a@x", "@x", "@", "a@", "\"a\"@", "\"a\"@x\"", "a\u{85}@x",
            "a\u{2028}@x", "\"a\" b",
        ])
    func bad(text: String) {
        #expect(EnvelopePath(text) == nil)
    }

    @Test("an address has at most 1,000 bytes")
    func length() {
        #expect(EnvelopePath(String(repeating: "a", count: 1000)) != nil)
        #expect(EnvelopePath(String(repeating: "a", count: 1001)) == nil)
    }

    @Test("whatever the text: what is let through divides no command")
    func random() {
        var generator = SeededGenerator(seed: 2)
        let alphabet = Array("ab@.\"\\<> \r\n\0é".unicodeScalars)
        var accepted = 0
        for _ in 0..<50_000 {
            var text = String.UnicodeScalarView()
            for _ in 0..<Int.random(in: 0...12, using: &generator) {
                text.append(alphabet[Int.random(in: 0..<alphabet.count, using: &generator)])
            }
            guard let path = EnvelopePath(String(text)) else { continue }
            accepted += 1
            #expect(path.text.utf8.allSatisfy { $0 >= 0x20 })
            if path.text.utf8.first != UInt8(ascii: "\"") {
                #expect(!path.text.contains { "<> \"\\".contains($0) })
            }
        }
        #expect(accepted > 1000)
    }
}

@Suite struct XtextTests {
    @Test(
        "all but printable characters, + and = is escaped (RFC 3461 §4)",
        arguments: [
            ("abc", "abc"), ("a+b=c", "a+2Bb+3Dc"), ("a b", "a+20b"), ("\u{1}\u{7F}", "+01+7F"), ("", ""),
            ("é", "+C3+A9"),
            ("~!", "~!"), ("\r\n", "+0D+0A"),
        ])
    func encode(text: String, encoded: String) {
        #expect(String(decoding: Xtext.encode(text), as: UTF8.self) == encoded)
    }

    @Test(
        "an address says its type, and is ASCII (RFC 6533 §3)",
        arguments: [
            ("Bob+x@Example.org", "rfc822;Bob+2Bx@Example.org"), ("é@x", "utf-8;\\x{E9}@x"),
            ("é+\\= @x", "utf-8;\\x{E9}\\x{2B}\\x{5C}\\x{3D}\\x{20}@x"), ("用@x", "utf-8;\\x{7528}@x"),
            ("\u{1F600}\u{1}@x", "utf-8;\\x{1F600}\\x{01}@x"),
        ])
    func address(text: String, encoded: String) {
        #expect(String(decoding: Xtext.address(text), as: UTF8.self) == encoded)
    }
}

@Suite struct EnvelopeCommandTests {
    private func mail(_ change: (inout OutgoingMail) -> Void = { _ in }) -> OutgoingMail {
        var mail = OutgoingMail(
            sender: "s@x", recipients: [.init("a@x")], head: Array("A: b\n\n".utf8),
            body: SharedBytes(Array("x".utf8)))
        change(&mail)
        return mail
    }

    private func everything() -> Capabilities {
        var all = Capabilities()
        all.size = true
        all.eightBit = true
        all.internationalized = true
        all.notifications = true
        all.deliverBy = true
        return all
    }

    private func line(_ mail: OutgoingMail, _ offered: Capabilities, isInternational: Bool = false) -> String
    {
        let commands = EnvelopeCommands(
            mail, MessageSurvey(mail), offered, isInternational: isInternational)
        return String(decoding: commands.mailFrom(EnvelopePath(mail.sender)), as: UTF8.self)
    }

    private func recipientLine(_ recipient: OutgoingMail.Recipient, _ offered: Capabilities) throws -> String
    {
        let mail = mail()
        let commands = EnvelopeCommands(mail, MessageSurvey(mail), offered, isInternational: false)
        let path = try #require(EnvelopePath(recipient.address))
        return String(decoding: commands.recipientTo(path, recipient), as: UTF8.self)
    }

    @Test("without extensions there is an address and nothing else")
    func plain() throws {
        let mail = mail {
            $0.returning = "FULL"
            $0.envelopeID = "x"
            $0.deliverBy = "5;R"
            $0.body = SharedBytes([0xE9])
        }
        #expect(line(mail, Capabilities(), isInternational: true) == "MAIL FROM:<s@x>\r\n")
        let recipient = OutgoingMail.Recipient("a@x", notify: "NEVER", original: "b@x")
        #expect(try recipientLine(recipient, Capabilities()) == "RCPT TO:<a@x>\r\n")
        #expect(line(self.mail { $0.sender = "" }, Capabilities()) == "MAIL FROM:<>\r\n")
    }

    @Test("each extension has its parameter")
    func parameters() throws {
        let offered = everything()
        #expect(line(mail(), offered) == "MAIL FROM:<s@x> SIZE=11\r\n")
        #expect(
            line(mail { $0.body = SharedBytes([0xE9]) }, offered)
                == "MAIL FROM:<s@x> SIZE=11 BODY=8BITMIME\r\n")
        #expect(line(mail(), offered, isInternational: true) == "MAIL FROM:<s@x> SIZE=11 SMTPUTF8\r\n")
        let full = mail {
            $0.returning = "hdrs"
            $0.envelopeID = "a+b c"
            $0.deliverBy = "-120;NT"
        }
        #expect(line(full, offered) == "MAIL FROM:<s@x> SIZE=11 RET=HDRS ENVID=a+2Bb+20c BY=-120;NT\r\n")
        let recipient = OutgoingMail.Recipient("a@x", notify: "success,Failure", original: "B+@x")
        #expect(
            try recipientLine(recipient, offered)
                == "RCPT TO:<a@x> NOTIFY=SUCCESS,FAILURE ORCPT=rfc822;B+2B@x\r\n")
    }

    @Test("what makes no sense as a parameter is left out")
    func nonsense() throws {
        let offered = everything()
        for (returning, id, by) in [
            ("ALL", "", ""), ("FULL\r\nDATA", String(repeating: "x", count: 101), "5"),
            ("", "", "x;R"), ("", "", "1234567890;R"), ("", "", "5;R\r\nDATA"), ("", "", "5;X"),
            ("", "", "5;R;N"),
            ("", "", "--5;R"), ("", "", ";R"), ("", "", "-;R"),
        ] {
            let mail = mail {
                $0.returning = returning
                $0.envelopeID = id
                $0.deliverBy = by
            }
            #expect(line(mail, offered) == "MAIL FROM:<s@x> SIZE=11\r\n")
        }
        for notify in ["", "ALWAYS", "NEVER,SUCCESS", "SUCCESS,", "SUCCESS\r\nDATA", "SUCCESS FAILURE", ","] {
            #expect(try recipientLine(.init("a@x", notify: notify), offered) == "RCPT TO:<a@x>\r\n")
        }
        for original in ["", String(repeating: "x", count: 494)] {
            #expect(try recipientLine(.init("a@x", original: original), offered) == "RCPT TO:<a@x>\r\n")
        }
        #expect(
            try recipientLine(.init("a@x", original: "a\r\nDATA"), offered)
                == "RCPT TO:<a@x> ORCPT=rfc822;a+0D+0ADATA\r\n")
    }

    @Test("whatever the mail has: one line")
    func random() throws {
        var generator = SeededGenerator(seed: 3)
        let words = ["FULL", "SUCCESS", ",", "\r", "\n", "é", ";R", "5", " ", "<", ">", "\0", "=", "+", "\\"]
        for _ in 0..<5000 {
            func text() -> String {
                (0..<Int.random(in: 0...4, using: &generator)).map { _ in
                    words[Int.random(in: 0..<words.count, using: &generator)]
                }.joined()
            }
            let mail = mail {
                $0.returning = text()
                $0.envelopeID = text()
                $0.deliverBy = text()
            }
            let recipient = OutgoingMail.Recipient("a@x", notify: text(), original: text())
            for line in [line(mail, everything()), try recipientLine(recipient, everything())] {
                let bytes = Array(line.utf8)
                #expect(bytes.suffix(2) == [13, 10])
                #expect(bytes.dropLast(2).allSatisfy { 0x20...0x7E ~= $0 })
            }
        }
    }
}
