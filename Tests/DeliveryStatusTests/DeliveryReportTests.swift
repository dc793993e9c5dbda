import MailMessage
import Platform
import TestSupport
import Testing

@testable import DeliveryStatus

let identity = MessageIdentity(host: "mx.example.org", unique: "u1", time: 1_700_000_000, zoneOffset: 3600)

func address(_ text: String) throws -> MailAddress {
    try #require(MailAddress(path: text))
}

let original = Array("From: s@example.com\nTo: joe@example.org\nSubject: Hello\n\nA body.\n".utf8)

func report(
    _ recipients: [DeliveryReport.Recipient], to sender: String = "s@example.com",
    original bytes: [UInt8] = original
) throws -> DeliveryReport {
    DeliveryReport(
        identity, from: try address("MAILER-DAEMON@mx.example.org"), to: try address(sender),
        recipients: recipients,
        original: SharedBytes(bytes))
}

private let failure = DeliveryReport.Recipient(
    "joe@example.org", action: .failed, status: .mailboxFull.asPermanent, reason: "Mailbox is full")

private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

@Suite struct DeliveryReportTests {
    @Test("a report of a failure, in full")
    func failed() throws {
        var recipient = failure
        recipient.original = "j@old.example"
        recipient.lastAttempt = 1_700_000_000
        var report = try report([recipient])
        report.envelopeID = "QQ314159"
        report.queueID = "65a1.7f"
        report.arrival = 1_699_900_000
        #expect(
            text(report.composed()) == """
                Date: Tue, 14 Nov 2023 23:13:20 +0100
                From: MAILER-DAEMON@mx.example.org
                To: s@example.com
                Subject: Undelivered Mail Returned to Sender
                Message-ID: <u1@mx.example.org>
                Auto-Submitted: auto-replied
                MIME-Version: 1.0
                Content-Type: multipart/report; report-type=delivery-status;
                 boundary="report-u1-0"

                This is a delivery report in MIME format.

                --report-u1-0
                Content-Type: text/plain; charset=utf-8
                Content-Description: Notification

                Your message could not be delivered to joe@example.org.

                This is the mail system at host mx.example.org. It has given up; the message,
                or its header, is attached. If you need help, write to
                postmaster@mx.example.org and include this report.

                <joe@example.org>: Mailbox is full (5.2.2)

                --report-u1-0
                Content-Type: message/delivery-status
                Content-Description: Delivery report

                Reporting-MTA: dns; mx.example.org
                Original-Envelope-Id: QQ314159
                X-Postmaster-Queue-ID: 65a1.7f
                X-Postmaster-Sender: rfc822; s@example.com
                Arrival-Date: Mon, 13 Nov 2023 19:26:40 +0100

                Original-Recipient: rfc822; j@old.example
                Final-Recipient: rfc822; joe@example.org
                Action: failed
                Status: 5.2.2
                Diagnostic-Code: x-postmaster; Mailbox is full
                Last-Attempt-Date: Tue, 14 Nov 2023 23:13:20 +0100

                --report-u1-0
                Content-Type: message/rfc822
                Content-Description: Undelivered message

                From: s@example.com
                To: joe@example.org
                Subject: Hello

                A body.

                --report-u1-0--

                """)
    }

    @Test("a report of a delay says until when it is tried")
    func delayed() throws {
        var recipient = DeliveryReport.Recipient(
            "joe@example.org", action: .delayed, status: .noAnswer, reason: "No answer")
        recipient.remoteReply = .init(host: "mx.remote.example", text: "421 4.3.2 busy")
        recipient.willRetryUntil = 1_700_400_000
        let reader = MessageReader(try report([recipient]).composed())
        #expect(reader.fields("Subject") == ["Delayed Mail (still being retried)"])
        let blocks = reader.blocks(1)
        let fields = blocks.last?.map { "\($0.name): \($0.value)" } ?? []
        #expect(
            fields == [
                "Final-Recipient: rfc822; joe@example.org", "Action: delayed", "Status: 4.4.1",
                "Remote-MTA: dns; mx.remote.example", "Diagnostic-Code: smtp; 421 4.3.2 busy",
                "Will-Retry-Until: Sun, 19 Nov 2023 14:20:00 +0100",
            ])
        let human = text(reader.body(0)).replacing("\n", with: " ")
        #expect(human.hasPrefix("Your message has not been delivered to joe@example.org yet. "))
        #expect(human.contains("until Sun, 19 Nov 2023 14:20:00 +0100"))
        #expect(human.contains("Host mx.remote.example said: 421 4.3.2 busy"))
    }

    @Test("each recipient has a block of its own")
    func severalRecipients() throws {
        let second = DeliveryReport.Recipient(
            "b@example.org", action: .delivered, status: .success, reason: "")
        let reader = MessageReader(try report([failure, second]).composed())
        let blocks = reader.blocks(1)
        #expect(blocks.count == 3)
        #expect(blocks.map { $0.first?.name } == ["Reporting-MTA", "Final-Recipient", "Final-Recipient"])
        #expect(
            text(reader.body(0)).hasPrefix(
                "Your message could not be delivered to joe@example.org, b@example.org."))
    }

    @Test(
        "the gravest of what happened gives the report its words",
        arguments: [
            ([.delivered], "Successful Mail Delivery Report"),
            ([.delivered, .relayed], "Mail Was Handed On"),
            ([.relayed, .delayed, .delivered], "Delayed Mail (still being retried)"),
            ([.delayed, .failed, .delivered], "Undelivered Mail Returned to Sender"),
        ] as [([DeliveryReport.Action], String)])
    func gravest(_ actions: [DeliveryReport.Action], _ subject: String) throws {
        let recipients = actions.map {
            DeliveryReport.Recipient("b@example.org", action: $0, status: .success, reason: "")
        }
        #expect(MessageReader(try report(recipients).composed()).fields("Subject") == [subject])
    }

    @Test("the person in charge is told what failed, for whom, and gets the report itself")
    func postmaster() throws {
        let bounce = try report([failure]).composed()
        var recipient = failure
        recipient.final = "s@example.com"
        let second = DeliveryReport(
            identity, from: try address("MAILER-DAEMON@mx.example.org"), to: try address("boss@example.org"),
            recipients: [recipient], original: SharedBytes(bounce), kind: .postmaster)
        let reader = MessageReader(second.composed())
        #expect(reader.fields("Subject") == ["Undeliverable Message"])
        #expect(reader.fields("Auto-Submitted") == ["auto-generated"])
        #expect(reader.fields("To") == ["boss@example.org"])
        #expect(text(reader.body(0)).contains("<s@example.com>: Mailbox is full (5.2.2)\n"))
        #expect(reader.type(2) == "message/rfc822")
        #expect(reader.body(2) == bounce)
    }

    @Test(
        "a host's name is shown, in the form that machines read; a path is not",
        arguments: [
            ("mx.example.org", "dns; mx.example.org"),
            ("mx.example.org[192.0.2.1]:25", "dns; mx.example.org"),
            ("mx.example.org:25", "dns; mx.example.org"), ("192.0.2.1[192.0.2.1]:25", "dns; [192.0.2.1]"),
            ("192.0.2.1:25", "dns; [192.0.2.1]"), ("[2001:db8::1]:25", "dns; [IPv6:2001:db8::1]"),
            ("2001:db8::1[2001:db8::1]:25", "dns; [IPv6:2001:db8::1]"),
            ("localhost[::1]:24", "dns; localhost"), ("/run/dovecot/lmtp", nil), ("", nil), (".", nil),
            ("a..b", nil),
            ("a b", nil), ("exämple.org", nil), ("x\r\nBcc: y", nil), ("[", nil), ("[]:", nil),
            ("[/run/x]", nil),
            (String(repeating: "a", count: 64), nil),
        ] as [(String, String?)])
    func remoteSystem(_ host: String, _ expected: String?) throws {
        let reply = DeliveryReport.RemoteReply(host: host, text: "550 no")
        #expect(reply.mailSystem == expected)
        var recipient = failure
        recipient.remoteReply = reply
        let reader = MessageReader(try report([recipient]).composed())
        let names = reader.blocks(1).last?.map(\.name) ?? []
        #expect(names.contains("Remote-MTA") == (expected != nil))
        #expect(names.contains("Diagnostic-Code"))
        if expected == nil, !host.isEmpty { #expect(!text(reader.body(0)).contains(host + " said")) }
    }

    @Test(
        "only a reply with a code is one of SMTP",
        arguments: [
            ("550 5.1.1 no", "smtp; 550 5.1.1 no"), ("421", "smtp; 421"),
            ("250-2.0.0 ok", "smtp; 250-2.0.0 ok"),
            ("5500 no", "x-postmaster; 5500 no"), ("99 no", "x-postmaster; 99 no"),
            ("no", "x-postmaster; no"),
            ("650 no", "x-postmaster; 650 no"), ("", "x-postmaster; Mailbox is full"),
        ])
    func diagnostic(_ reply: String, _ expected: String) throws {
        var recipient = failure
        recipient.remoteReply = .init(host: "mx.example.org", text: reply)
        let block = try #require(MessageReader(try report([recipient]).composed()).blocks(1).last)
        #expect(block.first { $0.name == "Diagnostic-Code" }?.value == expected)
    }

    @Test("to a sender who does not know of other scripts, their letters are written in ASCII (RFC 6533 §3)")
    func embedded() throws {
        var recipient = failure
        recipient.original = "joe@example.org"
        recipient.final = "j\u{FC}r+gen=😀\\@exämple.org"
        let bytes = try report([recipient]).composed()
        let reader = MessageReader(bytes)
        #expect(reader.type(1) == "message/delivery-status")
        #expect(
            text(reader.body(1)).contains(
                "Final-Recipient: utf-8; j\\x{FC}r\\x{2B}gen\\x{3D}\\x{1F600}\\x{5C}@ex\\x{E4}mple.org\n"))
        #expect(reader.body(1).allSatisfy { $0 < 0x80 })
    }

    @Test("what means something to a program keeps its spaces")
    func spaces() throws {
        var recipient = failure
        recipient.final = "\"a  b\"@example.org"
        var report = try report([recipient])
        report.envelopeID = "x  y" + String(repeating: "z", count: 90)
        let body = text(MessageReader(report.composed()).body(1))
        #expect(body.contains("Final-Recipient: rfc822; \"a  b\"@example.org\n"))
        #expect(body.contains("Original-Envelope-Id: x  y" + String(repeating: "z", count: 90) + "\n"))
    }

    @Test("a line that no transport can carry is folded", arguments: [LineEnd.lf, .crlf])
    func longLines(_ lineEnd: LineEnd) throws {
        for count in [998, 999, 1995, 1996, 5000] {
            let long = Array("A: b\n\n".utf8) + [UInt8](repeating: 0x7E, count: count) + [0x0A]
            let bytes = try report([failure], original: long).composed(lineEnd: lineEnd)
            let lines = bytes.split(separator: 0x0A).map { $0.filter { $0 != 0x0D } }
            #expect(lines.allSatisfy { $0.count <= 998 })
            #expect(lines.joined().count { $0 == 0x7E } == count)
            #expect(lines.contains { $0.count == 998 })
        }
    }

    @Test("a site's own address of the person in charge is given")
    func help() throws {
        var report = try report([failure])
        report.postmaster = try address("help@example.org")
        #expect(text(MessageReader(report.composed()).body(0)).contains("help@example.org"))
    }

    @Test("lines end as asked, also those of the original", arguments: [LineEnd.lf, .crlf])
    func lineEnds(_ lineEnd: LineEnd) throws {
        let mixed = Array("A: b\r\nC: d\n\nx\r\ny\rz\0\nno end".utf8)
        let bytes = try report([failure], original: mixed).composed(lineEnd: lineEnd)
        #expect(!bytes.contains(0))
        let returns = bytes.indices.filter { bytes[$0] == 0x0D }
        let feeds = bytes.indices.filter { bytes[$0] == 0x0A }
        #expect(lineEnd == .lf ? returns.isEmpty : returns.map { $0 + 1 } == feeds)
        let end = text(lineEnd.bytes)
        #expect(
            text(bytes).contains(
                "A: b\(end)C: d\(end)\(end)x\(end)y z \(end)no end\(end)\(end)--report-u1-0--\(end)"))
    }

    @Test("of a message that is too large, or where that was asked for, only the header goes back")
    func headerOnly() throws {
        var report = try report([failure])
        report.sizeLimit = original.count
        #expect(MessageReader(report.composed()).type(2) == "message/rfc822")
        report.sizeLimit = original.count - 1
        let reader = MessageReader(report.composed())
        #expect(reader.type(2) == "text/rfc822-headers")
        #expect(text(reader.body(2)).hasPrefix("From: s@example.com\nTo: joe@example.org\nSubject: Hello\n"))
        #expect(!text(reader.body(2)).contains("body"))
        report.sizeLimit = 50000
        report.returning = .header
        #expect(MessageReader(report.composed()).type(2) == "text/rfc822-headers")
        report.sizeLimit = .min
        #expect(MessageReader(report.composed()).type(2) == "text/rfc822-headers")
    }

    @Test("a header without end is not returned without end")
    func endlessHeader() throws {
        let endless = Array("X: y\n".utf8) + [UInt8](repeating: 0x61, count: 2_000_000)
        let many = [UInt8](String(repeating: "A: b\n", count: 300_000).utf8)
        for bytes in [endless, many] {
            #expect(try report([failure], original: bytes).composed().count < 100_000)
        }
    }

    @Test("addresses of any script make it a report of RFC 6533")
    func international() throws {
        let recipient = DeliveryReport.Recipient(
            "jürgen@exämple.org", action: .failed, status: .unknownUser, reason: "Gibt es nicht: jürgen")
        let header = Array("From: s@example.com\nSubject: Grüße\n\nx\n".utf8)
        let bytes = try report([recipient], original: header).composed()
        let reader = MessageReader(bytes)
        #expect(reader.type(1) == "message/global-delivery-status")
        #expect(reader.type(2) == "message/global")
        #expect(text(reader.body(1)).contains("Final-Recipient: utf-8; jürgen@exämple.org\n"))
        #expect(text(reader.body(1)).contains("Diagnostic-Code: x-postmaster; Gibt es nicht: jürgen\n"))
        #expect(reader.fields("Content-Transfer-Encoding") == ["8bit"])
        var limited = try report([recipient], original: header)
        limited.sizeLimit = 0
        #expect(MessageReader(limited.composed()).type(2) == "message/global-headers")
    }

    @Test("only what needs it is international")
    func notInternational() throws {
        var recipient = failure
        recipient.reason = "Gibt es nicht: jürgen"
        let latin1 = Array("Subject: Gr".utf8) + [0xFC, 0xDF] + Array("e\n\nx\n".utf8)
        let reader = MessageReader(try report([recipient], original: latin1).composed())
        #expect(reader.type(1) == "message/delivery-status")
        #expect(reader.type(2) == "message/rfc822")
        #expect(reader.body(1).allSatisfy { $0 < 0x80 })
        #expect(text(reader.body(1)).contains("Gibt es nicht: j?rgen"))
        #expect(text(reader.body(0)).contains("Gibt es nicht: jürgen"))
    }

    @Test("the boundary is not in the content")
    func boundary() throws {
        let hostile = Array(
            "Subject: x\n\n--report-u1-0\n\n--report-u1-1--\nContent-Type: text/html\n\n--report-u1-2x\n".utf8
        )
        var recipient = failure
        recipient.reason = "--report-u1-3"
        let bytes = try report([recipient], original: hostile).composed()
        let reader = MessageReader(bytes)
        #expect(reader.structure.children.count == 3)
        #expect(reader.body(2) == hostile)
        #expect(text(bytes).contains("boundary=\"report-u1-4\""))
    }

    @Test("a site's own words, filled in once")
    func wording() throws {
        var recipient = failure
        recipient.final = "{host}@example.org"
        var report = try report([recipient])
        report.wording = ReportWording(
            subject: "Unzustellbar: Grüße", text: "{recipient} {host} {unknown} {sender} { {} {postmaster}")
        let reader = MessageReader(report.composed())
        #expect(reader.fields("Subject") == ["Unzustellbar: Grüße"])
        let human = text(reader.body(0)).replacing("\n", with: " ")
        #expect(
            human.hasPrefix(
                "{host}@example.org mx.example.org {unknown} s@example.com { {} postmaster@mx.example.org"))
    }

    @Test("no text from elsewhere makes a field, a line or a part")
    func injection() throws {
        var generator = SeededGenerator(seed: 24)
        let names: Set = [
            "Date", "From", "To", "Subject", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type",
            "Content-Transfer-Encoding",
        ]
        let statusNames: Set = [
            "Reporting-MTA", "Original-Envelope-Id", "X-Postmaster-Queue-ID", "X-Postmaster-Sender",
            "Arrival-Date",
            "Original-Recipient", "Final-Recipient", "Action", "Status", "Remote-MTA", "Diagnostic-Code",
            "Last-Attempt-Date", "Will-Retry-Until",
        ]
        for round in 0..<400 {
            var recipient = DeliveryReport.Recipient(
                generator.hostileText(upTo: 4), action: .failed, status: .refused,
                reason: generator.hostileText(upTo: 10))
            recipient.original = generator.hostileText(upTo: 4)
            if Bool.random(using: &generator) {
                recipient.remoteReply = .init(
                    host: generator.hostileText(upTo: 3), text: generator.hostileText(upTo: 10))
            }
            recipient.lastAttempt = Int.random(in: Int.min...Int.max, using: &generator)
            var report = try report(
                [recipient, recipient], original: Array(generator.hostileText(upTo: 20).utf8))
            report.identity = MessageIdentity(
                host: generator.hostileText(upTo: 3), unique: "u1",
                time: .random(in: Int.min...Int.max, using: &generator))
            report.envelopeID = generator.hostileText(upTo: 4)
            report.queueID = generator.hostileText(upTo: 4)
            report.wording.subject = generator.hostileText(upTo: 6)
            report.wording.text += generator.hostileText(upTo: 6)
            let lineEnd: LineEnd = round.isMultiple(of: 2) ? .lf : .crlf
            let bytes = report.composed(lineEnd: lineEnd)
            let reader = MessageReader(bytes)
            #expect(Set(reader.fieldNames).isSubset(of: names))
            #expect(Set(reader.fieldNames).count == reader.fieldNames.count)
            #expect(reader.structure.children.count == 3)
            #expect(["text/plain"] == [reader.type(0)])
            let blocks = reader.blocks(1)
            #expect(blocks.count == 3)
            #expect(blocks.allSatisfy { $0.allSatisfy { statusNames.contains($0.name) } })
            #expect(blocks.map { $0.first?.name == "Reporting-MTA" } == [true, false, false])
            #expect(String(validating: bytes, as: UTF8.self) != nil)
            let ours = text(bytes).components(before: "Content-Description: Undelivered message")
            #expect(ours.utf8.split(separator: 0x0A).allSatisfy { $0.count <= 998 })
        }
    }
}

extension String {
    fileprivate func components(before marker: String) -> Substring {
        firstRange(of: marker).map { self[..<$0.lowerBound] } ?? self[...]
    }
}

@Suite struct MessageIdentityTests {
    @Test(
        "only what can stand in an identifier stays",
        arguments: [
            ("mx.example.org", "1.2.3", "<1.2.3@mx.example.org>"), ("", "", "<7@localhost>"),
            ("a b\r\nc>", "x<y@z", "<xyz@abc>"), ("..a..b..", ".x.", "<x@a.b>"), ("é", "é", "<7@localhost>"),
        ])
    func identifiers(_ host: String, _ unique: String, _ expected: String) {
        #expect(MessageIdentity(host: host, unique: unique, time: 7).messageID == expected)
    }
}

@Suite struct ScriptErrorNoticeTests {
    @Test("a notice to the user of a script with an error")
    func notice() throws {
        let notice = ScriptErrorNotice(
            identity, from: try address("postmaster@example.org"), to: try address("joe@example.org"),
            script: "/home/joe/.sieve",
            diagnostics: ["12:5: error: unknown command \"fileinot\"", "13:1: warning: x"])
        #expect(
            text(notice.composed()) == """
                Date: Tue, 14 Nov 2023 23:13:20 +0100
                From: postmaster@example.org
                To: joe@example.org
                Subject: Error in your mail filter /home/joe/.sieve
                Message-ID: <u1@mx.example.org>
                Auto-Submitted: auto-generated
                MIME-Version: 1.0
                Content-Type: text/plain; charset=utf-8
                Content-Transfer-Encoding: 8bit

                Your mail filter /home/joe/.sieve has an error and is not used. Your mail is
                delivered into your inbox until you correct it; no mail is lost. You are told
                this once for each version of the filter.

                12:5: error: unknown command "fileinot"
                13:1: warning: x

                This is the mail system at host mx.example.org.

                """)
    }

    @Test("a script's name and errors stay where they belong, and there is an end to them")
    func hostile() throws {
        var generator = SeededGenerator(seed: 25)
        for _ in 0..<200 {
            let notice = ScriptErrorNotice(
                identity, from: try address("postmaster@example.org"), to: try address("jö@example.org"),
                script: generator.hostileText(upTo: 6),
                diagnostics: (0..<200).map { _ in generator.hostileText(upTo: 2) })
            let bytes = notice.composed(lineEnd: .crlf)
            let reader = MessageReader(bytes)
            #expect(
                reader.fieldNames == [
                    "Date", "From", "To", "Subject", "Message-ID", "Auto-Submitted", "MIME-Version",
                    "Content-Type",
                    "Content-Transfer-Encoding",
                ])
            #expect(text(bytes).contains("and 150 more\r\n"))
            #expect(bytes.split(separator: 0x0A).allSatisfy { $0.count <= 999 })
        }
    }
}
