import MailMessage
import Platform
import TestSupport
import Testing

@testable import DeliveryStatus

private func refusal(_ reason: String, original bytes: [UInt8] = original) throws -> Refusal {
    Refusal(
        identity, from: try address("postmaster@mx.example.org"), to: try address("s@example.com"),
        recipient: "joe@example.org", reason: reason, original: SharedBytes(bytes))
}

private func text(_ bytes: [UInt8]) -> String { String(decoding: bytes, as: UTF8.self) }

@Suite("a refusal as a disposition notification")
struct DispositionNotificationTests {
    @Test("octet by octet")
    func wholeMessage() throws {
        var refusal = try refusal(
            "I am not taking mail from you,\r\nand I don't want your birdseed, either!\r\n")
        refusal.originalRecipient = "j@old.example"
        refusal.original = SharedBytes(Array("Message-ID: <1@example.com>\n".utf8) + original)
        let bytes = refusal.dispositionNotification(boundarySeed: 1)
        let reader = MessageReader(bytes)
        let field = try #require(reader.message.firstField(named: "Content-Type"))
        let boundary = try #require(reader.message.parameters(field).bytes("boundary"))
        #expect(
            text(bytes)
                == """
                Date: Tue, 14 Nov 2023 23:13:20 +0100
                From: postmaster@mx.example.org
                To: s@example.com
                Subject: Rejected: Hello
                Message-ID: <u1@mx.example.org>
                In-Reply-To: <1@example.com>
                References: <1@example.com>
                Auto-Submitted: auto-replied (rejected)
                MIME-Version: 1.0
                Content-Type: multipart/report; report-type="disposition-notification";
                 boundary="BOUNDARY"

                This is a message in MIME format.

                --BOUNDARY
                Content-Type: text/plain; charset=utf-8

                Your message to <joe@example.org> was refused by the recipient's mail filter, and deleted.
                The reason given was as follows:

                I am not taking mail from you,
                and I don't want your birdseed, either!

                --BOUNDARY
                Content-Type: message/disposition-notification

                Reporting-UA: mx.example.org; Postmaster
                Original-Recipient: rfc822; j@old.example
                Final-Recipient: rfc822; joe@example.org
                Original-Message-ID: <1@example.com>
                Disposition: automatic-action/MDN-sent-automatically; deleted

                --BOUNDARY
                Content-Type: message/rfc822

                Message-ID: <1@example.com>
                From: s@example.com
                To: joe@example.org
                Subject: Hello

                A body.

                --BOUNDARY--

                """.replacing("BOUNDARY", with: text(boundary)))
    }

    @Test(
        "the reason keeps its characters (RFC 5429 §2.2)",
        arguments: ["Né  \u{202E}x", "{host} {reason}", "a\n\n\nb", "--x"])
    func exactReason(reason: String) throws {
        let body = text(MessageReader(try refusal(reason).dispositionNotification()).body(0))
        #expect(body.contains("\n\n" + reason))
    }

    @Test("of a large message only the header goes back")
    func largeMessage() throws {
        var refusal = try refusal("n")
        refusal.sizeLimit = 10
        let reader = MessageReader(refusal.dispositionNotification())
        #expect(reader.type(2) == "text/rfc822-headers")
        #expect(!text(reader.body(2)).contains("A body."))
    }

    @Test("a message without subject and identifier is answered all the same")
    func bareMessage() throws {
        let reader = MessageReader(try refusal("n", original: Array("\n".utf8)).dispositionNotification())
        #expect(reader.fields("Subject") == ["Rejected message"])
        #expect(reader.fields("In-Reply-To").isEmpty)
        let names = reader.blocks(1).first?.map(\.name)
        #expect(names == ["Reporting-UA", "Final-Recipient", "Disposition"])
    }

    @Test("lines end as they should")
    func lineEnds() throws {
        let bytes = try refusal("a\nb").dispositionNotification(lineEnd: .crlf)
        #expect(bytes.count { $0 == 0x0A } == bytes.count { $0 == 0x0D })
        #expect(!(try refusal("a\r\nb").dispositionNotification()).contains(0x0D))
    }

    @Test("no text makes fields of its own", arguments: 0..<60)
    func hostileTexts(seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let hostile = generator.hostileText(upTo: 8)
        var refusal = try refusal(hostile, original: Array("Subject: \(hostile)\n\n".utf8))
        refusal.recipient = hostile
        refusal.originalRecipient = hostile
        let reader = MessageReader(refusal.dispositionNotification())
        let expected = [
            "Date", "From", "To", "Subject", "Message-ID", "Auto-Submitted", "MIME-Version", "Content-Type",
        ]
        #expect(reader.fieldNames.filter { $0 != "Content-Transfer-Encoding" } == expected)
        #expect(reader.structure.children.count == 3)
    }
}

@Suite("a refusal as a delivery report")
struct RefusalReportTests {
    @Test("it says that the delivery failed, and gives the reason (RFC 5429 §2.1.2)")
    func failed() throws {
        var refusal = try refusal("No {host}.\r\nReally not.\r\n")
        refusal.originalRecipient = "j@old.example"
        let reader = MessageReader(refusal.deliveryReport())
        #expect(reader.fields("Subject") == ["Message Refused"])
        #expect(reader.fields("Auto-Submitted") == ["auto-replied"])
        #expect(reader.type(1) == "message/delivery-status")
        let fields = try #require(reader.blocks(1).last).map { "\($0.name): \($0.value)" }
        #expect(fields.contains("Action: failed"))
        #expect(fields.contains("Status: 5.7.1"))
        #expect(fields.contains("Final-Recipient: rfc822; joe@example.org"))
        #expect(fields.contains("Original-Recipient: rfc822; j@old.example"))
        let explanation = text(reader.body(0))
        #expect(explanation.contains("mail filter"))
        #expect(explanation.contains("\n\nNo {host}.\nReally not.\n"))
    }

    @Test("of a large message only the header goes back")
    func largeMessage() throws {
        var refusal = try refusal("n")
        refusal.sizeLimit = 10
        #expect(MessageReader(refusal.deliveryReport()).type(2) == "text/rfc822-headers")
    }
}
