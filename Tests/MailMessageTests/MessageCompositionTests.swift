import MailMessage
import Platform
import Testing

private func address(_ text: String) -> [MailAddress] { AddressList([UInt8](text)).addresses }

/// A message with the usual fields.
private func composition(subject: String = "Hello") -> MessageComposition {
    var message = MessageComposition()
    message.addDate(MailDate(seconds: 0, zoneOffset: 3600))
    message.addAddresses("From", address("Joe <joe@x.example>"))
    message.addAddresses("To", address("a@x.example, b@x.example"))
    message.addText("Subject", subject)
    message.addMessageID("1@x.example")
    message.addStructured("Auto-Submitted", "auto-replied")
    return message
}

private func compose(_ entity: ComposedEntity, lineEnds: LineEndStyle = .lf, seed: UInt64 = 1) -> Message {
    Message(composition().composed(entity, boundarySeed: seed, lineEnds: lineEnds))
}

private func longestLine(_ bytes: [UInt8]) -> Int {
    bytes.split(separator: 0x0A).map(\.count).max() ?? 0
}

@Suite("A message that is composed")
struct MessageCompositionTests {
    @Test("is what it is composed of")
    func whole() {
        let bytes = composition().composed(.text([UInt8]("Hi\nthere")), boundarySeed: 1)
        #expect(
            bytes.text == """
                Date: Thu, 1 Jan 1970 01:00:00 +0100\r
                From: Joe <joe@x.example>\r
                To: a@x.example, b@x.example\r
                Subject: Hello\r
                Message-ID: <1@x.example>\r
                Auto-Submitted: auto-replied\r
                MIME-Version: 1.0\r
                Content-Type: text/plain; charset=utf-8\r
                \r
                Hi\r
                there\r

                """)
    }

    @Test(
        "has one field for each that is added, whatever the text",
        arguments: [
            "a\nBcc: x@y", "a\r\n\r\nbody", "a\rb", "a\0b", "\n", "", " \n ", "é\nX: y", "a\u{7}b",
            "=?utf-8?q?a?=",
            String(repeating: "x", count: 3000), String(repeating: " ", count: 3000) + "x",
            String(repeating: "a ", count: 1000), String(repeating: "é\n", count: 1000), "\u{2028}\u{85}",
        ])
    func injection(_ text: String) {
        var message = MessageComposition()
        message.addText("Subject", text)
        message.addStructured("X-Token", text)
        message.addMessageID(text)
        for var address in address("a@x.example") {
            address.displayName = text
            message.addAddresses("From", [address, address])
        }
        var entity = ComposedEntity.multipart(
            "mixed", parameters: [("name", text)], [.text([UInt8](text)), .text([UInt8](text))])
        entity.addText("Content-Description", text)
        entity.addStructured("Content-Disposition", text)
        let bytes = message.composed(entity, boundarySeed: 7)
        let result = Message(bytes)
        #expect(
            result.fieldNames == [
                "Subject", "X-Token", "Message-ID", "From", "MIME-Version", "Content-Type",
                "Content-Description", "Content-Disposition",
            ])
        #expect(result.firstField(named: "from").map { result.addresses($0).addresses.count } == 2)
        #expect(result.structure().children.count == 2)
        // QP's soft line ends and all others are CRLF, none too long for transport.
        #expect(longestLine(bytes) <= 999)
        #expect(!bytes.contains(0))
        let returns = bytes.indices.filter { bytes[$0] == 0x0D }
        #expect(returns.allSatisfy { $0 + 1 < bytes.count && bytes[$0 + 1] == 0x0A })
        #expect(bytes.filter { $0 == 0x0A }.count == returns.count)
    }

    @Test("leaves out what is no field")
    func names() {
        var message = MessageComposition()
        for name in ["", "A:", "A B", "A\n", "é"] {
            let added = [
                message.addText(name, "x"), message.addStructured(name, "x"),
                message.addAddresses(name, address("a@x.example")),
            ]
            #expect(added == [false, false, false])
        }
        let (nobody, text) = (message.addAddresses("To", []), message.addText("X-A", ""))
        #expect(!nobody && text)
        #expect(!message.hasField(named: "To"))
        #expect(message.hasField(named: "x-a"))
        message.addText("mime-version", "1.0 (mine)")
        let result = Message(message.composed(.text([]), boundarySeed: 0, lineEnds: .lf))
        #expect(result.fieldNames == ["X-A", "mime-version", "Content-Type"])
    }

    @Test("copies fields of other messages as they are")
    func copies() {
        let long = String(repeating: "y", count: 1200)
        let other = Message("Received: a\r\n\tb;\r\n c\r\nX: \(long)\r\nY: 1\r2\0\r\nZ: end")
        var message = MessageComposition()
        for field in other.header.fields { message.addCopy(of: field, in: other) }
        let bytes = message.composed(.text([]), boundarySeed: 0)
        let result = Message(bytes)
        #expect(result.rawBodies.first == " a\r\n\tb;\r\n c")
        #expect(result.decoded("X") == long)
        #expect(longestLine(bytes) <= 999)
        #expect(result.decoded("Y") == "1 2")
        #expect(result.decoded("Z") == "end")
        #expect(result.fieldNames == ["Received", "X", "Y", "Z", "MIME-Version", "Content-Type"])
    }

    @Test(
        "encodes its text where that is needed",
        arguments: [
            ("plain\n", false, nil, "plain\n"),
            ("", false, nil, "\n"),
            ("a\r\nb\rc\n\n", false, nil, "a\nb\nc\n\n"),
            ("café", false, "quoted-printable", "caf=C3=A9\n"),
            ("café", true, "8bit", "café\n"),
            (String(repeating: "x", count: 998), false, nil, String(repeating: "x", count: 998) + "\n"),
            ("a\0b", false, nil, "a b\n"),
            ("From x\n.\n", false, nil, "From x\n.\n"),
            ("é\nFrom x\n.\n", false, "quoted-printable", "=C3=A9\n=46rom x\n=2E\n"),
        ])
    func encodings(_ text: String, _ allows8Bit: Bool, _ encoding: String?, _ body: String) {
        let message = compose(.text([UInt8](text), allows8Bit: allows8Bit))
        #expect(message.decoded("Content-Transfer-Encoding") == encoding)
        #expect(message.bodyText == body)
    }

    @Test("has text that is read as it was given", arguments: [false, true], [LineEndStyle.lf, .crlf])
    func textRoundTrip(_ allows8Bit: Bool, _ lineEnds: LineEndStyle) {
        var random = Random(seed: 59)
        let cases = 400
        for number in 0..<cases {
            let alphabet = number % 2 == 0 ? [UInt8]("ab =.F\n\t") : [UInt8]("ab =\né€") + [0xFF]
            let given = random.bytes(upTo: number % 10 == 0 ? 5000 : 200, of: alphabet)
            let text = String(decoding: given, as: UTF8.self)
            let bytes = composition().composed(
                .text(given, allows8Bit: allows8Bit), boundarySeed: 3, lineEnds: lineEnds)
            let message = Message(bytes)
            let read = message.text(of: message.structure(), limit: .max).filter { $0 != 0x0D }.text
            #expect(read == (text.hasSuffix("\n") ? text : text + "\n"))
            #expect(longestLine(bytes) <= 999)
        }
        print("texts composed and read: \(cases) cases")
    }

    static let original = Message(
        "From joe Mon\nReceived: by x\r\nSubject: orig\r\n\tinal\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"
            + "--b\r\n\r\nbod\u{7}y\r\n--b--\r\n")

    @Test("encloses a message")
    func enclosure() throws {
        let message = compose(
            .multipart("mixed", [.text([UInt8]("See")), .message(MessageCompositionTests.original)]))
        let root = message.structure()
        #expect(root.children.map(\.mediaType) == ["text", "message"])
        let inner = try #require(root.children.last?.children.first)
        #expect(
            message.firstField(named: "subject", of: inner).map { message.decodedBody($0).text }
                == "orig\tinal")
        #expect(inner.children.count == 1)
        #expect(message.text(inner.range).hasPrefix("Received: by x\nSubject"))
        #expect(message.text(inner.range).hasSuffix("--b--\n"))
        #expect(message.text(root.preamble) == "This is a message in MIME format.\n")
        #expect(message.decoded("Content-Transfer-Encoding") == nil)
    }

    @Test("is a report")
    func report() throws {
        let parts: [ComposedEntity] = [
            .text([UInt8]("Refusé")),
            .fields(
                type: "message/disposition-notification",
                [
                    ("Reporting-UA", "x.example; Postmaster"), ("Final-Recipient", "rfc822;\na@x.example"),
                    ("Disposition", "automatic-action/MDN-sent-automatically; deleted"), ("No field:", "x"),
                ]),
            .headers(of: MessageCompositionTests.original),
        ]
        let message = compose(
            .multipart("report", parameters: [("report-type", "disposition-notification")], parts),
            lineEnds: .crlf)
        let root = message.structure()
        #expect(message.contentTypeParameters(of: root)["report-type"] == "disposition-notification")
        #expect(
            root.children.map { "\($0.mediaType)/\($0.mediaSubtype)" } == [
                "text/plain", "message/disposition-notification", "text/rfc822-headers",
            ])
        #expect(message.text(of: root.children[0], limit: 100).text == "Refusé\r\n")
        #expect(
            message.text(root.children[1].body)
                == "Reporting-UA: x.example; Postmaster\r\nFinal-Recipient: rfc822; a@x.example\r\n"
                + "Disposition: automatic-action/MDN-sent-automatically; deleted\r\n")
        #expect(
            message.text(root.children[2].body)
                == "Received: by x\r\nSubject: orig\r\n\tinal\r\nContent-Type: multipart/mixed; boundary=b\r\n"
        )
    }

    @Test("says that it is 8bit where a part is")
    func eightBit() {
        let original = Message("Subject: x\n\ncafé\n")
        let message = compose(
            .multipart("mixed", [.text([UInt8]("é")), .multipart("mixed", [.message(original)])]))
        let list = MIMEPartList(message.structure()).entries.map(\.part)
        let encodings = list.map { part in
            message.firstField(named: "Content-Transfer-Encoding", of: part).map {
                message.decodedBody($0).text
            }
        }
        #expect(encodings == ["8bit", "quoted-printable", "8bit", "8bit", nil])
    }

    @Test("takes entities that are given as text, and of their fields those of MIME alone")
    func parsing() throws {
        let given =
            "Content-Type: multipart/alternative;\r\n boundary=\"a  b\"\r\nBcc: x@y\r\nSubject: no\r\nContent-X: é\r\n\r\n"
            + "--a  b\r\n\r\none\r\n--a  b\r\nContent-Type: text/html\r\n\r\n<p>zw\u{F6}lf\r\n--a  b--\r\n"
        let message = compose(.parsing([UInt8](given)))
        #expect(
            message.fieldNames.suffix(4) == [
                "MIME-Version", "Content-Transfer-Encoding", "Content-Type", "Content-X",
            ])
        #expect(message.count(named: "Bcc") == 0 && message.decoded("Subject") == "Hello")
        let root = message.structure()
        #expect(root.children.map(\.mediaSubtype) == ["plain", "html"])
        #expect(message.text(root.body).hasSuffix("--a  b--\n"))
        let plain = compose(.parsing([UInt8]("\n" + String(repeating: "é", count: 700))))
        #expect(plain.decoded("Content-Transfer-Encoding") == "quoted-printable")
        #expect(plain.decoded("Content-Type") == "text/plain")
        let encoded = compose(
            .parsing([UInt8]("Content-Type: text/plain\nContent-Transfer-Encoding: base64\n\naGk=\n")))
        #expect(encoded.count(named: "Content-Transfer-Encoding") == 1)
        #expect(encoded.content(of: encoded.structure(), limit: 10).text == "hi")
        let noHeader = compose(.parsing([UInt8]("just text")))
        #expect(noHeader.bodyText == "just text")
        let hostile = compose(
            .parsing([UInt8]("Content-Type: text/plain; x=\(String(repeating: "y", count: 2000))\n\nz")))
        #expect(longestLine(hostile.bytes.array(0..<hostile.bytes.count)) <= 998)
        #expect(hostile.structure().mediaSubtype == "plain")
    }

    @Test("takes parts of other messages")
    func parts() {
        let other = Message(MIMEContentTests.text)
        let entries = MIMEPartList(other.structure()).entries
        let entity = ComposedEntity.multipart("mixed", entries.map { .part($0.part, of: other) })
        let message = compose(entity)
        let types = message.structure().children.map(\.mediaSubtype)
        #expect(types == ["mixed", "alternative", "plain", "html", "rfc822", "png", "csv"])
        for (child, entry) in zip(message.structure().children, entries) {
            #expect(message.text(child.body) == other.text(entry.part.body))
        }
    }

    @Test("is the same for the same seed, and another for another")
    func deterministic() {
        let entity = ComposedEntity.multipart("mixed", [.text([UInt8]("a"))])
        let boundary = { (seed: UInt64) -> String? in
            let message = compose(entity, seed: seed)
            return message.contentTypeParameters(of: message.structure())["boundary"]
        }
        #expect(boundary(1) == boundary(1))
        #expect(boundary(1) != boundary(2))
        #expect((boundary(0)?.utf8.count).map { (12...60).contains($0) } == true)
    }

    @Test("has boundaries that no part holds, though it knows them")
    func boundaries() throws {
        // Enclosed again and again with one seed, each inner message holds the boundary that comes first.
        var inner = composition().composed(.multipart("mixed", [.text([UInt8]("x"))]), boundarySeed: 5)
        var seen: Set<String> = []
        for depth in 1...6 {
            let message = Message(inner)
            let boundary = try #require(message.contentTypeParameters(of: message.structure())["boundary"])
            #expect(seen.insert(boundary).inserted)
            inner = composition().composed(.multipart("mixed", [.message(message)]), boundarySeed: 5)
            let list = MIMEPartList(Message(inner).structure())
            #expect(list.entries.map(\.depth).max() == 2 * depth + 1)
        }
        let text = seen.map { "--\($0)--\n--\($0)\n" }.joined()
        let hostile = compose(.multipart("mixed", [.text([UInt8](text)), .text([])]), seed: 5)
        #expect(hostile.structure().children.count == 2)
        #expect(hostile.structure().children.first.map { hostile.text($0.body) } == text)
    }

    @Test("encloses anything, and stays what it is")
    func anything() {
        var random = Random(seed: 60)
        let cases = 1500
        for number in 0..<cases {
            var bytes: [UInt8] = []
            for _ in 0..<random.next(40) {
                bytes += RobustnessTests.fragments[random.next(RobustnessTests.fragments.count)]
            }
            let other = Message(bytes)
            let entities: [ComposedEntity] = [
                .text(bytes), .message(other), .headers(of: other), .parsing(bytes),
                .part(other.structure(), of: other),
            ]
            let entity = ComposedEntity.multipart("mixed", entities)
            let lineEnds: LineEndStyle = number % 2 == 0 ? .lf : .crlf
            let result = composition().composed(entity, boundarySeed: random.next(), lineEnds: lineEnds)
            let message = Message(result)
            let root = message.structure()
            #expect(root.children.count == entities.count, "\(bytes)")
            #expect(
                message.fieldNames.prefix(7).last == "MIME-Version" && message.fieldNames.count <= 9,
                "\(bytes)")
            #expect(!result.contains(0))
            #expect(lineEnds == .crlf || !result.contains(0x0D))
            // Again, as an entity of its own.
            let alone = Message(entity.composed(boundarySeed: 1, lineEnds: lineEnds))
            #expect(alone.structure().children.count == entities.count, "\(bytes)")
        }
        print("messages composed of anything: \(cases) cases")
    }
}
