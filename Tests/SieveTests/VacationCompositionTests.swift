import MailMessage
import Platform
import Testing

@testable import Sieve

@Suite("what vacation answers")
struct VacationCompositionTests {
    @Test("the answer, octet by octet")
    func wholeMessage() throws {
        let bytes = try vacationReply().reply.message.bytes
        #expect(
            bytes.text == """
                X-Sieve: Postmaster
                Message-ID: <new@example.net>
                Date: Sun, 9 Sep 2001 02:46:40 +0100
                From: bob@example.net
                To: "Ann Field" <ann@example.org>
                Subject: Auto: Tulips
                In-Reply-To: <1@example.org>
                References: <1@example.org>
                Auto-Submitted: auto-replied (vacation)
                Precedence: bulk
                X-Auto-Response-Suppress: All
                MIME-Version: 1.0
                Content-Type: text/plain; charset=utf-8

                I am away.

                """)
        try expectSound(bytes)
    }

    @Test("lines end as the transport wants them")
    func lineEnds() throws {
        let bytes = try vacationReply(vacationRequest(), ResponseCase(lineEnds: .crlf)).reply.message.bytes
        #expect(bytes.count { $0 == 0x0A } == bytes.count { $0 == 0x0D })
    }

    @Test("the script's subject and sender are used, and encoded (RFC 5230 §4.3)")
    func subjectAndSender() throws {
        let message = try vacationReply(
            vacationRequest {
                $0.subject = Array("Grüße: =?utf-8?q?=C3=A4?= x".utf8)
                $0.from = "=?utf-8?q?G=C3=BCnther?= M. Karotte <g@example.com>"
            }
        ).message
        #expect(message.values("Subject") == ["Grüße: ä x"])
        #expect(message.values("From") == ["Günther M. Karotte <g@example.com>"])
        try expectSound(message.bytes.array(0..<message.bytes.count))
    }

    @Test("an encoded subject is decoded and encoded anew (RFC 5230 §5.3)")
    func encodedSubject() throws {
        let test = ResponseCase(message: "Subject: =?iso-8859-1?q?Gr=FC=DFe?=\n" + "To: bob@example.net\n\n")
        #expect(try vacationReply(vacationRequest(), test).message.values("Subject") == ["Auto: Grüße"])
    }

    @Test("without a subject there is the site's, or an ordinary one")
    func defaultSubject() throws {
        let test = ResponseCase(message: "To: bob@example.net\n\n")
        #expect(try vacationReply(vacationRequest(), test).message.values("Subject") == ["Automated reply"])
        var settings = VacationSettings()
        settings.defaultSubject = "Bin weg"
        #expect(try vacationReply(vacationRequest(), test, settings).message.values("Subject") == ["Bin weg"])
        let empty = ResponseCase(message: "Subject:\nTo: bob@example.net\n\n")
        #expect(
            try vacationReply(vacationRequest(), empty, settings).message.values("Subject") == ["Bin weg"])
    }

    @Test(
        "the site's template is filled in once",
        arguments: [
            ("Weg: %{subject}", "Weg: Tulips"), ("%$!", "Tulips!"), ("100%% %$", "100% Tulips"),
            ("%x %{a}", "%x %{a}"),
            ("plain", "plain"), ("%", "%"),
        ])
    func subjectTemplate(template: String, expected: String) throws {
        var settings = VacationSettings()
        settings.subjectTemplate = template
        #expect(
            try vacationReply(vacationRequest(), ResponseCase(), settings).message.values("Subject") == [
                expected
            ])
    }

    @Test("a long subject is cut between characters, and shows that", arguments: [10, 20, 256])
    func longSubject(limit: Int) throws {
        var settings = VacationSettings()
        settings.subjectCharacters = limit
        let subject = String(repeating: "日本", count: 300)
        let test = ResponseCase(message: "Subject: \(subject)\nTo: bob@example.net\n\n")
        let values = try vacationReply(vacationRequest(), test, settings).message.values("Subject")
        #expect(values == [String(("Auto: " + subject).unicodeScalars.prefix(limit - 1)) + "…"])
    }

    @Test("no text of the script or the message makes fields of its own")
    func injection() throws {
        let message = try vacationReply(
            vacationRequest {
                $0.subject = Array("a\r\nBcc: x@y.example\r\n\r\nb".utf8)
                $0.reason = Array("Bcc: z@y.example\n\nx".utf8)
            }
        ).message
        #expect(message.count(named: "Bcc") == 0)
        #expect(message.values("Subject").count == 1)
    }

    @Test(
        "the recipient has the name that the header gives it", arguments: ["Sender", "Resent-From", "From"])
    func displayName(name: String) throws {
        let test = ResponseCase(
            message: "\(name): x@y.example, \"A \\\"B\\\" (C)\" <ANN@example.org>\nTo: bob@example.net\n\n")
        #expect(
            try vacationReply(vacationRequest(), test).message.raw("To")
                == "\"A \\\"B\\\" (C)\" <ANN@example.org>")
    }

    @Test("a sender that the header does not name has no name")
    func unknownSender() throws {
        let test = ResponseCase(sender: "bounce@other.example")
        let (reply, message) = try vacationReply(vacationRequest(), test)
        #expect(message.raw("To") == "<bounce@other.example>")
        #expect(reply.message.recipients == ["bounce@other.example"])
    }

    @Test("the site can have the header's sender named; the envelope stays")
    func headerSender() throws {
        var settings = VacationSettings()
        settings.takesSenderFromHeader = true
        let (reply, message) = try vacationReply(
            vacationRequest(), ResponseCase(sender: "srs0=x=y@other.example"), settings)
        #expect(message.raw("To") == "\"Ann Field\" <ann@example.org>")
        #expect(reply.message.recipients == ["srs0=x=y@other.example"])
    }

    @Test("a name that is not ASCII is encoded")
    func encodedName() throws {
        let test = ResponseCase(message: "From: Änn <ann@example.org>\nTo: bob@example.net\n\n")
        let message = try vacationReply(vacationRequest(), test).message
        #expect(message.values("To") == ["Änn <ann@example.org>"])
        try expectSound(message.bytes.array(0..<message.bytes.count))
    }

    @Test("it takes its place in the thread (RFC 5230 §5.8)")
    func thread() throws {
        let test = ResponseCase(
            message: "Message-ID: <3@x>\nReferences: <1@x>\n <2@x>\nTo: bob@example.net\n\n")
        let message = try vacationReply(vacationRequest(), test).message
        #expect(message.raw("In-Reply-To") == "<3@x>")
        #expect(message.raw("References") == "<1@x> <2@x> <3@x>")
        let alone = try vacationReply(vacationRequest(), ResponseCase(message: "To: bob@example.net\n\n"))
            .message
        #expect(alone.count(named: "In-Reply-To") == 0)
        #expect(alone.count(named: "References") == 0)
    }

    @Test("the reverse path is the null one, or an address that the site knows")
    func reversePath() throws {
        var settings = VacationSettings()
        #expect(try vacationReply(vacationRequest(), ResponseCase(), settings).reply.message.sender == "")
        settings.sendsFromRecipient = true
        #expect(
            try vacationReply(vacationRequest(), ResponseCase(), settings).reply.message.sender
                == "bob@example.net")
        // What a script calls an address of the user's does not become one.
        let test = ResponseCase(message: "To: victim@x.example\n\n")
        let claimed = try vacationReply(
            vacationRequest { $0.addresses = ["victim@x.example"] }, test, settings)
        #expect(claimed.message.raw("From") == "victim@x.example")
        #expect(claimed.reply.message.sender == "bob@example.net")
    }

    @Test("with :mime the reason is an entity: its Content- fields and its body (RFC 5230 §4.4)")
    func mime() throws {
        let entity = """
            Content-Type: multipart/alternative; boundary=x
            Bcc: y@z.example
            Subject: no

            --x

            plain
            --x
            Content-Type: text/html

            <p>rich
            --x--
            """
        let message = try vacationReply(
            vacationRequest {
                $0.isMIME = true
                $0.reason = Array(entity.utf8)
            }
        ).message
        #expect(message.raw("Content-Type") == "multipart/alternative; boundary=x")
        #expect(message.count(named: "Bcc") == 0)
        #expect(message.values("Subject") == ["Auto: Tulips"])
        #expect(message.structure().children.map(\.mediaSubtype) == ["plain", "html"])
    }

    @Test("text that is not ASCII says so; lines that are too long are encoded")
    func transferEncodings() throws {
        let umlauts = try vacationReply(vacationRequest { $0.reason = Array("Ä\n".utf8) }).message
        #expect(umlauts.raw("Content-Transfer-Encoding") == "8bit")
        #expect(umlauts.bodyText == "Ä\n")
        let long = try vacationReply(vacationRequest { $0.reason = [UInt8](repeating: 0x78, count: 5000) })
            .message
        #expect(long.raw("Content-Transfer-Encoding") == "quoted-printable")
        try expectSound(long.bytes.array(0..<long.bytes.count))
    }

    @Test("a copy goes where :fcc says")
    func copy() throws {
        let target = MailboxTarget(mailbox: "Sent")
        #expect(try vacationReply(vacationRequest { $0.copy = target }).reply.copy == target)
    }
}

@Suite("what vacation remembers")
struct VacationKeyTests {
    private func key(_ sender: String, _ handle: String) throws -> [UInt8] {
        try vacationReply(vacationRequest { $0.handle = Array(handle.utf8) }, ResponseCase(sender: sender))
            .reply.key
    }

    @Test("the sender, in any case, and the handle, exactly")
    func sameness() throws {
        #expect(try key("ann@example.org", "h") == key("ANN@Example.ORG", "h"))
        #expect(try key("ann@example.org", "h") != key("ann@example.org", "H"))
        #expect(try key("ann@example.org", "h") != key("eve@example.org", "h"))
    }

    @Test("no two pairs make the same key")
    func distinct() throws {
        #expect(try key("b1x@example.org", "a") != key("x@example.org", "ab1"))
        #expect(try key("ax@example.org", "") != key("x@example.org", "a"))
    }

    @Test("the subject and the other senders of the message do not matter")
    func independence() throws {
        let one = try vacationReply().reply.key
        let other = try vacationReply(
            vacationRequest(), ResponseCase(message: "From: z@z.example\nTo: bob@example.net\n\n")
        )
        .reply.key
        #expect(one == other)
    }
}
