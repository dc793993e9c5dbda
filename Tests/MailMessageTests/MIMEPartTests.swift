import MailMessage
import Platform
import Testing

@Suite("The tree of entities")
struct MIMEPartTests {
    /// `multipart/mixed[text/plain(body) …]`
    static func outline(_ part: MIMEPart, of message: Message) -> String {
        let type = "\(part.mediaType)/\(part.mediaSubtype)"
        guard part.children.isEmpty else {
            return "\(type)[\(part.children.map { outline($0, of: message) }.joined(separator: " "))]"
        }
        return "\(type)(\(message.text(part.body)))"
    }

    static func outline(_ text: String) -> String {
        let message = Message(text)
        return outline(message.structure(), of: message)
    }

    static let mixed = "Content-Type: multipart/mixed; boundary=b\n\n"

    @Test(
        "has one leaf where nothing is said",
        arguments: [
            ("\nx", "text/plain(x)"),
            ("", "text/plain()"),
            ("A: 1\n\nx\n", "text/plain(x\n)"),
            ("Content-Type: TEXT/HTML; charset=x\n\nx", "text/html(x)"),
            ("Content-Type: text\n\nx", "text/plain(x)"),
            ("Content-Type: (c) image (d) / (e) png (f)\n\nx", "image/png(x)"),
            ("Content-Type: multipart/mixed\n\n--b\n\nx\n--b--\n", "multipart/mixed(--b\n\nx\n--b--\n)"),
            (
                "Content-Type: multipart/mixed; boundary=\"\"\n\n--\n\nx\n----\n",
                "multipart/mixed(--\n\nx\n----\n)"
            ),
            (
                "Content-Type: multipart/mixed; boundary=b\n\nno delimiter\n",
                "multipart/mixed(no delimiter\n)"
            ),
            (
                "Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\nRnJvbTog\n",
                "message/rfc822(RnJvbTog\n)"
            ),
        ])
    func leaf(_ text: String, _ expected: String) {
        #expect(MIMEPartTests.outline(text) == expected)
    }

    @Test(
        "is divided at delimiters",
        arguments: [
            ("--b\n\n1\n--b\n\n2\n--b--\n", "text/plain(1) text/plain(2)"),
            ("--b\r\n\r\n1\r\n--b\r\n\r\n2\r\n--b--\r\n", "text/plain(1) text/plain(2)"),
            ("preamble\n--b\n\n1\n--b--\nepilogue\n--b\n\nno part\n", "text/plain(1)"),
            ("--b\n\n1\n\n--b--", "text/plain(1\n)"),
            ("--b\n\n1", "text/plain(1)"),
            ("--b\n\n1\n", "text/plain(1\n)"),
            ("--b\n", "text/plain()"),
            ("--b", "text/plain()"),
            ("--b\n--b\n--b--", "text/plain() text/plain()"),
            ("--b\n\n--b\n\n\n--b--", "text/plain() text/plain()"),
            ("--b \t \n\n1\n--b  \n\n2\n--b-- \t\n", "text/plain(1) text/plain(2)"),
            (
                "--b\n\n1\n--bc\n--b-\n--b---\n-b\n --b\n--b x\n--b--\n",
                "text/plain(1\n--bc\n--b-\n--b---\n-b\n --b\n--b x)"
            ),
            ("--b\nContent-Type: text/html\n--b\nA: 1\n--b--", "text/html() text/plain()"),
            ("--b\nContent-Type: text/html\n\nx\r\n--b--", "text/html(x)"),
            ("--b\nnot a field\n--b--", "text/plain(not a field)"),
            ("--B\n\n1\n--b\n\n2\n--b--", "text/plain(2)"),
        ])
    func delimiters(_ body: String, _ expected: String) {
        #expect(MIMEPartTests.outline(MIMEPartTests.mixed + body) == "multipart/mixed[\(expected)]")
    }

    @Test("has preamble and epilogue apart")
    func preambleAndEpilogue() {
        let message = Message(MIMEPartTests.mixed + "before\nit\n--b\n\n1\n--b--\nbehind\n")
        let root = message.structure()
        #expect(message.text(root.preamble) == "before\nit")
        #expect(message.text(root.epilogue) == "behind\n")
        let open = Message(MIMEPartTests.mixed + "--b\n\n1\n")
        let openRoot = open.structure()
        #expect(open.text(openRoot.preamble) == "")
        #expect(open.text(openRoot.epilogue) == "")
    }

    @Test(
        "nests",
        arguments: [
            (
                "--b\nContent-Type: multipart/alternative; boundary=c\n\n--c\n\n1\n--c\n\n2\n--c--\n--b\n\n3\n--b--\n",
                "multipart/alternative[text/plain(1) text/plain(2)] text/plain(3)"
            ),
            // The inner close delimiter is missing: the outer delimiter ends both (RFC 2046 §5.1.2).
            (
                "--b\nContent-Type: multipart/alternative; boundary=c\n\n--c\n\n1\n--b\n\n3\n--b--\n",
                "multipart/alternative[text/plain(1)] text/plain(3)"
            ),
            // One boundary is the beginning of the other, either way round.
            (
                "--b\nContent-Type: multipart/alternative; boundary=bb\n\n--bb\n\n1\n--bb--\n--b\n\n3\n--b--\n",
                "multipart/alternative[text/plain(1)] text/plain(3)"
            ),
            // The boundary ends like a close delimiter of the outer one.
            (
                "--b\nContent-Type: multipart/alternative; boundary=b--\n\n--b--\n\n1\n--b----\n--b\n\n3\n--b--\n",
                "multipart/alternative[text/plain(1)] text/plain(3)"
            ),
            // Both have the same: the inner one is served first.
            (
                "--b\nContent-Type: multipart/alternative; boundary=b\n\n--b\n\n1\n--b--\n--b\n\n3\n--b--\n",
                "multipart/alternative[text/plain(1)] text/plain(3)"
            ),
            // A boundary with a colon looks like a field.
            (
                "--b\nContent-Type: multipart/alternative; boundary=\"c:d\"\n\n--c:d\nA: 1\n--c:d\n\n2\n--c:d--\n--b--",
                "multipart/alternative[text/plain() text/plain(2)]"
            ),
            (
                "--b\nContent-Type: message/rfc822\n\nSubject: in\n\ntext\n--b--\n",
                "message/rfc822[text/plain(text)]"
            ),
            (
                "--b\nContent-Type: message/global\n\nContent-Type: message/rfc822\n\nA: 1\n\ntext\n--b--\n",
                "message/global[message/rfc822[text/plain(text)]]"
            ),
            (
                "--b\nContent-Type: message/rfc822\n\nContent-Type: multipart/mixed; boundary=i\n\n--i\n\n1\n--b\n\n2\n--b--",
                "message/rfc822[multipart/mixed[text/plain(1)]] text/plain(2)"
            ),
            ("--b\nContent-Type: message/rfc822\n\n--b--\n", "message/rfc822[text/plain()]"),
            ("--b\nContent-Type: message/rfc822\n--b--\n", "message/rfc822[text/plain()]"),
        ])
    func nesting(_ body: String, _ expected: String) {
        #expect(MIMEPartTests.outline(MIMEPartTests.mixed + body) == "multipart/mixed[\(expected)]")
    }

    @Test("has messages as the parts of a digest")
    func digest() {
        let text =
            "Content-Type: multipart/digest; boundary=b\n\n--b\n\nSubject: 1\n\none\n--b\nContent-Type: text/plain\n\ntwo\n--b--"
        #expect(
            MIMEPartTests.outline(text) == "multipart/digest[message/rfc822[text/plain(one)] text/plain(two)]"
        )
    }

    @Test(
        "knows the encodings",
        arguments: [
            ("7bit", TransferEncoding.identity), ("8BIT", .identity), ("Binary", .identity),
            ("BASE64", .base64),
            (" (c) quoted-printable (d)", .quotedPrintable), ("x-uuencode", .unknown), ("", .unknown),
        ])
    func encodings(_ text: String, _ expected: TransferEncoding) {
        #expect(Message("Content-Transfer-Encoding: \(text)\n\n").structure().transferEncoding == expected)
        #expect(Message("A: 1\n\n").structure().transferEncoding == .identity)
    }

    @Test("ends at the limit of depth")
    func depth() {
        var text = ""
        for level in 0..<1000 { text += "Content-Type: multipart/mixed; boundary=b\(level)\n\n--b\(level)\n" }
        let message = Message(text + "\nend\n")
        var part = message.structure()
        #expect(part.exceeded == .mimeDepth)
        var depth = 1
        while let child = part.children.first {
            part = child
            depth += 1
        }
        #expect(depth == 100)
        #expect(part.exceeded == .mimeDepth)
        #expect(part.range.upperBound == message.bytes.count)
    }

    @Test("ends at the limit of depth in messages within messages")
    func depthOfMessages() {
        let message = Message(String(repeating: "Content-Type: message/rfc822\n\n", count: 1000))
        var part = message.structure()
        #expect(part.exceeded == .mimeDepth)
        var depth = 1
        while let child = part.children.first {
            part = child
            depth += 1
        }
        #expect(depth == 100)
    }

    @Test("ends at the limit of parts, and the rest is the epilogue")
    func parts() {
        let message = Message(
            MIMEPartTests.mixed + String(repeating: "--b\n\nx\n", count: 20_000) + "--b--\n")
        let root = message.structure()
        #expect(root.children.count == 9_999)
        #expect(root.exceeded == .mimeParts)
        #expect(root.epilogue.upperBound == message.bytes.count)
        #expect(message.text(root.epilogue).hasPrefix("--b\n\nx\n"))
        #expect(root.children.last.map { message.text($0.body) } == "x")
    }

    @Test("keeps what is within a part when the parts run out")
    func partsOfNested() {
        var limits = MessageLimits()
        limits.mimeParts = 4
        let inner = "--b\nContent-Type: multipart/mixed; boundary=c\n\n--c\n\n1\n--c\n\n2\n--c\n\n3\n--c--\n"
        let message = Message(MIMEPartTests.mixed + inner + "--b\n\n4\n--b--\n", limits: limits)
        let root = message.structure()
        #expect(root.exceeded == .mimeParts)
        #expect(
            MIMEPartTests.outline(root, of: message)
                == "multipart/mixed[multipart/mixed[text/plain(1) text/plain(2)]]")
    }

    @Test("gives the content and the text of a part")
    func content() throws {
        let text =
            MIMEPartTests.mixed
            + "--b\nContent-Type: text/plain; charset=iso-8859-15\nContent-Transfer-Encoding: quoted-printable\n\n12 =A4=\n!\n"
            + "--b\nContent-Disposition: ATTACHMENT; filename=\"a b.txt\"\nContent-Transfer-Encoding: base64\n\naGFs\nbG8=\n--b--\n"
        let message = Message(text)
        let root = message.structure()
        #expect(root.children.count == 2)
        let first = try #require(root.children.first)
        let last = try #require(root.children.last)
        #expect(message.text(of: first, limit: 100).text == "12 €!")
        #expect(message.content(of: first, limit: 4) == [0x31, 0x32, 0x20, 0xA4])
        #expect(message.content(of: last, limit: 100).text == "hallo")
        let disposition = try #require(message.disposition(of: last))
        #expect(disposition.type == "attachment")
        #expect(disposition.parameters["filename"] == "a b.txt")
        #expect(message.disposition(of: first) == nil)
        #expect(message.contentTypeParameters(of: first)["charset"] == "iso-8859-15")
        #expect(message.contentTypeParameters(of: last).parameters == [])
    }

    @Test("is walked in the message's order")
    func walk() {
        let message = Message(
            MIMEPartTests.mixed
                + "--b\nContent-Type: message/rfc822\n\nA: 1\n\nx\n--b\nContent-Type: a/b\n\n--b--")
        var types: [String] = []
        message.structure().forEach { types.append($0.mediaSubtype) }
        #expect(types == ["mixed", "rfc822", "plain", "b"])
    }
}
