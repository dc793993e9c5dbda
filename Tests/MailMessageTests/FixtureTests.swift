import MailMessage
import Platform
import Testing

@Suite("The messages of the fixtures")
struct FixtureTests {
    func addresses(_ message: Message, _ name: String) throws -> AddressList {
        message.addresses(try #require(message.firstField(named: name)))
    }

    @Test("a plain message")
    func plain() throws {
        let message = try Fixtures.message("ordinary/plain")
        #expect(message.fieldNames == ["Received", "From", "To", "Subject", "Date", "Message-ID"])
        #expect(message.decoded("subject") == "Lunch on Thursday")
        #expect(try addresses(message, "From").addresses.map(\.displayName) == ["Bert Beispiel"])
        let date = try #require(message.firstField(named: "date"))
        #expect(message.date(date) == MailDate(seconds: 1_746_512_098, zoneOffset: 7200))
        #expect(message.bodyText.hasSuffix("\n\nBert\n"))
    }

    @Test("alternatives, in CRLF")
    func alternative() throws {
        let message = try Fixtures.message("ordinary/alternative")
        let root = message.structure()
        #expect(root.mediaSubtype == "alternative")
        #expect(message.contentTypeParameters(of: root)["boundary"] == "=_alt 1")
        #expect(root.children.map(\.mediaSubtype) == ["plain", "html"])
        #expect(
            root.children.map { message.text(of: $0, limit: 1000).text } == [
                "It costs 12 € and is on its way.", "<p>It is on its way, über München.</p>\n",
            ])
        #expect(message.text(root.preamble) == "A reader that shows this is older than MIME.")
        #expect(message.text(root.epilogue) == "Nobody reads the epilogue.\r\n")
        #expect(try addresses(message, "From").addresses.map(\.displayName) == ["Shop, Example"])
    }

    @Test("an attachment whose name is continued and encoded")
    func attachment() throws {
        let message = try Fixtures.message("ordinary/attachment")
        let part = try #require(message.structure().children.last)
        let disposition = try #require(message.disposition(of: part))
        #expect(disposition.type == "attachment")
        #expect(disposition.parameters["filename"] == "résumé du mois.pdf")
        #expect(message.contentTypeParameters(of: part)["name"] == "résumé.pdf")
        #expect(message.content(of: part, limit: 10_000) == (0...255).map { UInt8($0) })
    }

    @Test("encoded words in several character sets")
    func encodedWords() throws {
        let message = try Fixtures.message("ordinary/encoded-words")
        #expect(try addresses(message, "From").addresses.map(\.displayName) == ["Jürgen Müller"])
        #expect(try addresses(message, "To").addresses.map(\.displayName) == ["Иван", "山田"])
        #expect(try addresses(message, "Cc").addresses.map(\.displayName) == ["Zøe €"])
        #expect(message.decoded("Subject") == "Mehr als ein Wort: Grüße and =?x-no-such-set?Q?this_stays?=")
    }

    @Test("a header in UTF-8")
    func utf8() throws {
        let message = try Fixtures.message("ordinary/utf8-headers")
        #expect(try addresses(message, "From").addresses.map(\.text) == ["дима@пример.рф"])
        #expect(try addresses(message, "To").addresses.map(\.displayName) == ["用户"])
        #expect(message.decoded("Subject") == "Grüße aus Köln ☀")
        #expect(message.text(of: message.structure(), limit: 100).text == "Viele Grüße!\n")
    }

    @Test("messages within one another")
    func forwarded() throws {
        let message = try Fixtures.message("ordinary/forwarded")
        let root = message.structure()
        #expect(
            MIMEPartTests.outline(root, of: message)
                == "multipart/mixed[text/plain(See below.) message/rfc822[multipart/mixed[message/rfc822[text/plain(The last of them.)]]]]"
        )
        let inner = try #require(root.children.last?.children.first)
        let bytes = message.bytes.span
        let subject = inner.header.firstField(named: "Subject", in: bytes)
        #expect(subject.map { message.unfoldedBody($0).text } == "inner")
        #expect(inner.header.fields(named: "subject", in: bytes).count == 1)
        #expect(inner.header.count(named: "absent", in: bytes) == 0)
    }

    @Test("mail of a list")
    func list() throws {
        let message = try Fixtures.message("ordinary/list")
        #expect(
            try addresses(message, "To").addresses.map(\.text) == [
                "birds@lists.example.net", "archive@lists.example.net", "anna@example.org",
            ])
        #expect(try addresses(message, "Reply-To").addresses.map(\.displayName) == ["Finn", nil])
        let cc = try addresses(message, "Cc")
        #expect(cc.addresses.isEmpty && cc.invalid.isEmpty)
        let date = try #require(message.firstField(named: "date"))
        #expect(message.date(date)?.zoneOffset == -14_400)
    }

    @Test("a bounce")
    func bounce() throws {
        let message = try Fixtures.message("ordinary/bounce")
        let root = message.structure()
        #expect(
            root.children.map { "\($0.mediaType)/\($0.mediaSubtype)" } == [
                "text/plain", "message/delivery-status", "text/rfc822-headers",
            ])
        #expect(message.contentTypeParameters(of: root)["report-type"] == "delivery-status")
        #expect(try addresses(message, "From").addresses.map(\.text) == ["MAILER-DAEMON@mail.example.net"])
        let status = try #require(root.children.dropFirst().first)
        #expect(message.text(status.body).hasSuffix("Status: 5.1.1\n"))
    }

    @Test(
        "malformed messages",
        arguments: [
            ("malformed/cr-only", ["From"], ""),
            ("malformed/nul-bytes", ["From", "Subject", "X-Bin"], "body\0with\0NUL\n\0"),
            ("malformed/no-final-newline", ["From", "Subject"], "The last line has no end"),
            ("malformed/header-only", ["From", "To", "Subject"], ""),
            (
                "malformed/not-a-field", ["From", "Subject", "Date", "To"],
                "This line is no field.\nX-Late: part of the body\n\ntext\n"
            ),
        ])
    func malformed(_ name: String, _ fields: [String], _ body: String) throws {
        let message = try Fixtures.message(name)
        #expect(message.fieldNames == fields)
        #expect(message.bodyText == body)
    }

    @Test("a message with all kinds of mistakes")
    func mistakes() throws {
        let message = try Fixtures.message("malformed/not-a-field")
        #expect(message.decoded("Subject")?.hasPrefix("broken=ZZ") == true)
        #expect(message.decoded("Subject")?.hasSuffix("raw \u{FFFD}") == true)
        let date = try #require(message.firstField(named: "date"))
        #expect(message.date(date) == nil)
        let to = try addresses(message, "To")
        #expect(to.addresses.map(\.text) == ["ok@example.org"])
        #expect(to.invalid == ["<broken", "\"unclosed, still@example.org"])
    }

    @Test("a multipart entity without its last delimiter")
    func noCloseDelimiter() throws {
        let message = try Fixtures.message("malformed/no-close-delimiter")
        let root = message.structure()
        #expect(root.children.map { message.content(of: $0, limit: 100).count } == [5, 7])
    }
}
