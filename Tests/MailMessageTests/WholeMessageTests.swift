import MailMessage
import Platform
import Testing

/// Messages of the kinds that the appendices of the RFCs show, in words of our own.
@Suite("Whole messages")
struct WholeMessageTests {
    private func addresses(_ message: Message, _ name: String) -> [String] {
        message.fields(named: name).flatMap { message.addresses($0).addresses.map(\.text) }
    }

    @Test("of the simplest kind are read (RFC 5322 appendix A.1)")
    func simple() throws {
        let message = Message(
            """
            From: Otto Ohm <otto@volt.example>
            Sender: Wanda Watt <wanda@volt.example>
            To: Amy Ampere <amy@current.example>, (no name) who@volt.example
            Subject: A greeting
            Date: Mon, 03 Mar 2025 12:34:56 -0800
            Message-ID: <77@volt.example>

            Hello.
            """)
        #expect(addresses(message, "From") == ["otto@volt.example"])
        #expect(addresses(message, "Sender") == ["wanda@volt.example"])
        #expect(addresses(message, "To") == ["amy@current.example", "who@volt.example"])
        let date = try #require(message.firstField(named: "Date").flatMap { message.date($0) })
        #expect(date == MailDate(seconds: 1_741_034_096, zoneOffset: -28_800))
        #expect(date.text == "Mon, 3 Mar 2025 12:34:56 -0800")
        #expect(message.bodyText == "Hello.")
    }

    @Test("with white space and comments everywhere are read (RFC 5322 appendix A.5)")
    func whiteSpaceAndComments() throws {
        let message = Message(
            """
            From: Otto(his \\) name) <otto(the account)@volt(the host).example(the place)>
            To:A circle(some (of them)):Cora Coulomb <c@(the host of)volt.example>,
                 who@volt.example,
              Fay <fay(Fay \\( is it) . farad@current.example > ; , amy @ current . example
            Cc:(nobody(at all)  ):   ;
            Cc : (Void)  ( here ) unseen :(Nobody)  ;
            Date: Wed (mid-week)
              ,
                13
                  Feb
                    1980
                23:32
                         -0330 (Newfoundland (in winter))

            Testing.
            """)
        #expect(addresses(message, "From") == ["otto@volt.example"])
        #expect(
            addresses(message, "To")
                == ["c@volt.example", "who@volt.example", "fay.farad@current.example", "amy@current.example"])
        #expect(addresses(message, "Cc") == [])
        let cc = try #require(message.fields(named: "cc").last)
        #expect(message.addresses(cc).invalid == [])
        let date = try #require(message.firstField(named: "Date").flatMap { message.date($0) })
        #expect(date.text == "Wed, 13 Feb 1980 23:32:00 -0330")
    }

    @Test("of obsolete forms are read (RFC 5322 appendix A.6)")
    func obsolete() throws {
        let message = Message(
            """
            From  : Otto Q. Ohm <otto@volt.example>
            To    : Amy <@relay.example,@other.example:amy@current.example>, , fay@current.example
            Date  : 21 Nov 97 09(morning):55:06 GMT
            Message-ID  : <78 @ volt.example>

            Testing.
            """)
        #expect(addresses(message, "from") == ["otto@volt.example"])
        #expect(addresses(message, "to") == ["amy@current.example", "fay@current.example"])
        let date = try #require(message.firstField(named: "date").flatMap { message.date($0) })
        #expect(date.seconds == 880_106_106)
        #expect(message.decoded("message-id") == "<78 @ volt.example>")
    }

    @Test("that were sent on have both sets of fields (RFC 5322 appendix A.3)")
    func resent() {
        let message = Message(
            """
            Resent-From: amy@current.example
            Resent-To: Fay <fay@current.example>
            Resent-Date: Tue, 4 Mar 2025 00:00:00 +0000
            From: Otto <otto@volt.example>
            To: Amy <amy@current.example>
            Resent-To: ida@current.example

            Hello.
            """)
        #expect(addresses(message, "Resent-To") == ["fay@current.example", "ida@current.example"])
        #expect(addresses(message, "To") == ["amy@current.example"])
        #expect(message.count(named: "resent-to") == 2)
    }

    @Test("of every kind of part at once are divided (RFC 2049 appendix A)")
    func complex() {
        let message = Message(
            """
            MIME-Version: 1.0
            From: Otto <otto@volt.example>
            Subject: Of every kind
            Content-Type: multipart/mixed;
                 boundary=first-boundary

            Readers that know nothing of parts show this.

            --first-boundary

            A part without a header of its own.

            --first-boundary
            Content-type: text/plain; charset=US-ASCII

            The same, but said.

            --first-boundary
            Content-Type: multipart/parallel; boundary=second-boundary

            --second-boundary
            Content-Type: audio/basic
            Content-Transfer-Encoding: base64

            c291bmQ=

            --second-boundary
            Content-Type: image/jpeg
            Content-Transfer-Encoding: base64

            aW1hZ2U=

            --second-boundary--

            --first-boundary
            Content-type: text/enriched

            <bold>bold</bold>

            --first-boundary
            Content-Type: message/rfc822

            From: (nobody) nobody@volt.example
            Subject: (in ASCII)
            Content-Type: Text/plain; charset=ISO-8859-1
            Content-Transfer-Encoding: Quoted-printable

            d=E9j=E0 vu

            --first-boundary--
            """)
        let root = message.structure()
        var found: [String] = []
        root.forEach { part in
            let content = part.children.isEmpty ? message.text(of: part, limit: 100).text : ""
            found.append("\(part.mediaType)/\(part.mediaSubtype) \(content)")
        }
        #expect(
            found == [
                "multipart/mixed ", "text/plain A part without a header of its own.\n",
                "text/plain The same, but said.\n",
                "multipart/parallel ", "audio/basic sound", "image/jpeg image",
                "text/enriched <bold>bold</bold>\n",
                "message/rfc822 ", "text/plain déjà vu\n",
            ])
        #expect(message.text(root.preamble) == "Readers that know nothing of parts show this.\n")
    }

    @Test(
        "name the limit that they exceed",
        arguments: [
            (MessageLimits(headerBytes: 10), MessageLimit.headerBytes),
            (MessageLimits(headerFields: 1), .headerFields),
            (MessageLimits(mimeDepth: 2), .mimeDepth), (MessageLimits(mimeParts: 2), .mimeParts),
        ])
    func limits(_ limits: MessageLimits, _ expected: MessageLimit) {
        let text =
            "Content-Type: multipart/mixed; boundary=b\nSubject: x\n\n--b\nContent-Type: message/rfc822\n\n\n1\n--b\n\n2\n--b--"
        let plain = Message(text).structure()
        #expect(plain.exceeded == nil)
        #expect(Message(text, limits: limits).structure().exceeded == expected)
    }

    @Test("give what they were asked for under the limits of fields", arguments: [1, 2, 3])
    func limitsOfFields(_ limit: Int) throws {
        let message = Message(
            "To: a@b, c@d, e@f\nContent-Type: x/y; a=1; b=2; c=3\n\n",
            limits: MessageLimits(addresses: limit, parameters: limit))
        let to = try #require(message.firstField(named: "To"))
        let type = try #require(message.firstField(named: "Content-Type"))
        #expect(message.addresses(to).addresses.count == limit)
        #expect(message.parameters(type).parameters.count == limit)
        #expect(message.addresses(to).exceeded == (limit < 3 ? .addresses : nil))
        #expect(message.parameters(type).exceeded == (limit < 3 ? .parameters : nil))
    }

    @Test("that are composed here are read as they were meant")
    func composed() throws {
        var sender = try #require(MailAddress(path: "MAILER-DAEMON@mail.example"))
        sender.displayName = "Zustellung (größere Störung)"
        let recipient = try #require(MailAddress(path: "\"joe smith\"@example.org"))
        let body = "Größe: 5 %\n.\nFrom here on\n"
        var bytes = try FieldComposition.addresses(name: "From", [sender])
        bytes += try FieldComposition.addresses(name: "To", [recipient])
        bytes += try FieldComposition.unstructured(
            name: "Subject", text: "Unzustellbar: \"Grüße aus dem Süden\" und noch etwas mehr")
        bytes += try FieldComposition.structured(name: "Date", text: MailDate.format(seconds: 1_741_034_096))
        bytes += try FieldComposition.structured(name: "Content-Type", text: "text/plain; charset=utf-8")
        bytes += try FieldComposition.structured(name: "Content-Transfer-Encoding", text: "quoted-printable")
        bytes += [0x0A] + encodeQuotedPrintable([UInt8](body))
        #expect(bytes.allSatisfy { $0 < 0x80 })
        #expect(bytes.split(separator: 0x0A).allSatisfy { $0.count <= 78 })

        let message = Message(SharedBytes(bytes))
        let from = try #require(message.firstField(named: "From"))
        #expect(message.addresses(from).addresses == [sender])
        #expect(addresses(message, "To") == ["\"joe smith\"@example.org"])
        #expect(message.decoded("Subject") == "Unzustellbar: \"Grüße aus dem Süden\" und noch etwas mehr")
        #expect(message.firstField(named: "Date").flatMap { message.date($0) }?.seconds == 1_741_034_096)
        #expect(message.text(of: message.structure(), limit: 1000).text == body)
    }
}
