import MailMessage
import Testing

@Suite("A mailto URI")
struct MailtoURITests {
    struct Case: CustomTestStringConvertible, Sendable {
        let uri: String
        var to: [String] = []
        var cc: [String] = []
        var bcc: [String] = []
        var fields: [String] = []
        var body: String?
        var testDescription: String { uri }
    }

    static let cases = [
        Case(uri: "mailto:"),
        Case(uri: "mailto:joe@x.example", to: ["joe@x.example"]),
        Case(uri: "MailTo:joe@x.example", to: ["joe@x.example"]),
        Case(uri: "mailto:a@x.example,b@x.example", to: ["a@x.example", "b@x.example"]),
        Case(uri: "mailto:a@x.example%2cb@x.example", to: ["a@x.example", "b@x.example"]),
        Case(uri: "mailto:%22not%40me%22@example.org", to: ["\"not@me\"@example.org"]),
        Case(uri: "mailto:%22a%2Cb%22@example.org", to: ["\"a,b\"@example.org"]),
        Case(uri: "mailto:%22oh%5C%5Cno%22@example.org", to: ["\"oh\\\\no\"@example.org"]),
        Case(uri: "mailto:gorby%25kremvax@example.com", to: ["gorby%kremvax@example.com"]),
        Case(
            uri: "mailto:unlikely%3Faddress@example.com?x=y", to: ["unlikely?address@example.com"],
            fields: ["x: y"]),
        Case(uri: "mailto:Mike%26family@example.org", to: ["Mike&family@example.org"]),
        Case(uri: "mailto:user+x!$'*@%5B192.0.2.1%5D", to: ["user+x!$'*@[192.0.2.1]"]),
        Case(uri: "mailto:%D1%8F@xn--c1ad.example", to: ["я@xn--c1ad.example"]),
        Case(
            uri: "mailto:a@x.example?to=b@x.example&TO=c@x.example",
            to: ["a@x.example", "b@x.example", "c@x.example"]),
        Case(
            uri: "mailto:?to=b@x.example&cc=c@x.example&bcc=d@x.example", to: ["b@x.example"],
            cc: ["c@x.example"], bcc: ["d@x.example"]),
        Case(
            uri: "mailto:a@x.example?subject=Important%20message%20received", to: ["a@x.example"],
            fields: ["subject: Important message received"]),
        Case(
            uri: "mailto:a@x.example?Subject=1&In-Reply-To=%3Cid@x%3E&subject=2&body=b1&body=b2",
            to: ["a@x.example"],
            fields: ["subject: 1", "in-reply-to: <id@x>", "subject: 2"], body: "b1"),
        Case(
            uri: "mailto:a@x.example?body=send%20current-issue%0D%0Asend%20index", to: ["a@x.example"],
            body: "send current-issue\r\nsend index"),
        Case(
            uri: "mailto:a@x.example?subject=caf%C3%A9&body=", to: ["a@x.example"], fields: ["subject: café"],
            body: ""),
        Case(
            uri: "mailto:a@x.example?x=a/b?c=d;e:f@g,h", to: ["a@x.example"], fields: ["x: a/b?c=d;e:f@g,h"]),
        Case(uri: "mailto:a@x.example?x=+", to: ["a@x.example"], fields: ["x: +"]),
        Case(uri: "mailto:a@x.example?cc=", to: ["a@x.example"]),
        Case(uri: "mailto:Joe%20Doe%20%3Ca@x.example%3E", to: ["a@x.example"]),
    ]

    @Test("says to whom, and what", arguments: cases)
    func read(_ example: Case) throws {
        let uri = try MailtoURI(example.uri)
        #expect(uri.to.map(\.text) == example.to)
        #expect(uri.cc.map(\.text) == example.cc)
        #expect(uri.bcc.map(\.text) == example.bcc)
        #expect(uri.fields.map { "\($0.name): \($0.value)" } == example.fields)
        #expect(uri.body == example.body)
    }

    @Test(
        "is refused",
        arguments: [
            ("", .otherScheme), ("mailt", .otherScheme), ("snailto:a@b", .otherScheme),
            (" mailto:a@b", .otherScheme),
            ("mailto:a@x.example;?header=frop", .illegalCharacter(at: 18)),
            ("mailto:a@x.example?header<=frop", .illegalCharacter(at: 25)),
            ("mailto:a@x.example?header=fr>op", .illegalCharacter(at: 28)),
            ("mailto:a b@x.example", .illegalCharacter(at: 8)),
            ("mailto:é@x.example", .illegalCharacter(at: 7)),
            ("mailto:\"a\"@x.example", .illegalCharacter(at: 7)),
            ("mailto:a@x.example#frag", .illegalCharacter(at: 18)),
            ("mailto:a@x.example?s=#", .illegalCharacter(at: 21)),
            ("mailto:a@x.example\n", .illegalCharacter(at: 18)),
            ("mailto:a@x.example?s=a\r\nBcc:b@c", .illegalCharacter(at: 22)),
            ("mailto:a%4@x.example", .brokenEncoding(at: 8)),
            ("mailto:a@x.example%", .brokenEncoding(at: 18)),
            ("mailto:a@x.example?s=%2", .brokenEncoding(at: 21)),
            ("mailto:a@x.example?s=%C3", .notUTF8), ("mailto:%FF@x.example", .notUTF8),
            ("mailto:a@x.example?", .missingValue), ("mailto:a@x.example?subject", .missingValue),
            ("mailto:a@x.example?a=b&&c=d", .missingValue), ("mailto:a@x.example?a=b&", .missingValue),
            ("mailto:a@x.example?header:=frop", .illegalFieldName("header:")),
            ("mailto:a@x.example?=frop", .illegalFieldName("")),
            ("mailto:a@x.example?a%20b=c", .illegalFieldName("a b")),
            ("mailto:a@x.example?a%0D%0AB=c", .illegalFieldName("a\r\nB")),
            ("mailto:a@x.example?subject=a%0D%0ABcc:%20b@c", .controlCharacter("subject")),
            ("mailto:a@x.example?X-Y=a%00", .controlCharacter("x-y")),
            ("mailto:a%0D%0A@x.example", .controlCharacter("to")),
            ("mailto:a@x.example?cc=b%7F@c.example", .controlCharacter("cc")),
            ("mailto:stephan%23example.org", .illegalAddress("stephan#example.org")),
            ("mailto:a@x.example?to=b%23c", .illegalAddress("b#c")),
            ("mailto:a@x.example,b", .illegalAddress("b")),
            ("mailto:undisclosed:%3B", .illegalAddress("undisclosed:;")),
            ("mailto:a@x.example?bcc=@", .illegalAddress("@")),
        ] as [(String, MailtoURI.Failure)])
    func refused(_ uri: String, _ failure: MailtoURI.Failure) {
        #expect(throws: failure) { try MailtoURI(uri) }
    }

    @Test("is limited")
    func limits() throws {
        let many = "mailto:" + (0..<8).map { "a\($0)@x.example" }.joined(separator: ",")
        #expect(try MailtoURI(many).recipients.count == 8)
        #expect(throws: MailtoURI.Failure.tooManyRecipients) { try MailtoURI(many + ",b@x.example") }
        #expect(throws: MailtoURI.Failure.tooManyRecipients) { try MailtoURI(many + "?cc=b@x.example") }
        #expect(throws: MailtoURI.Failure.tooManyRecipients) {
            try MailtoURI("mailto:a@b.example", limits: .init(recipients: 0))
        }
        let fields = "mailto:?" + (0..<16).map { "x\($0)=y" }.joined(separator: "&")
        #expect(try MailtoURI(fields + "&body=b").fields.count == 16)
        #expect(throws: MailtoURI.Failure.tooManyFields) { try MailtoURI(fields + "&z=y") }
        #expect(try MailtoURI("mailto:a@b", limits: .init(octets: 10)).to.count == 1)
        #expect(throws: MailtoURI.Failure.tooLong) { try MailtoURI("mailto:a@bc", limits: .init(octets: 10)) }
    }

    @Test("has each recipient once")
    func recipients() throws {
        let uri = try MailtoURI(
            "mailto:a@x.example,b@x.example?cc=a@X.EXAMPLE,A@x.example&bcc=b@x.example,c@x.example")
        #expect(uri.recipients.map(\.text) == ["a@x.example", "b@x.example", "A@x.example", "c@x.example"])
        #expect(uri.cc.count == 2)
        #expect(try MailtoURI("mailto:?subject=a&SUBJECT=b").value(of: "subject") == "a")
        #expect(try MailtoURI("mailto:?subject=a").value(of: "x") == nil)
    }

    @Test("is read as what was encoded")
    func roundTrip() throws {
        var random = Random(seed: 56)
        let cases = 2000
        for _ in 0..<cases {
            let text = { (random: inout Random) in
                String(decoding: random.bytes(upTo: 30, of: [UInt8]("ab %&=?#<>é€\t\";/")), as: UTF8.self)
            }
            let (subject, body, local) = (text(&random), text(&random) + "\r\n", "l" + text(&random))
            let encode = { (text: String) in encoded(text).text }
            guard let address = MailAddress(localPart: local, domain: "x.example") else { continue }
            let uri = try MailtoURI(
                "mailto:\(encode(address.text))?subject=\(encode(subject))&body=\(encode(body))")
            #expect(uri.to.map(\.localPart) == [local])
            #expect(uri.value(of: "subject") == subject)
            #expect(uri.body == body)
        }
        print("mailto URIs written and read: \(cases) cases")
    }

    @Test("is read or refused, whatever it is")
    func anything() {
        var random = Random(seed: 57)
        let alphabet = [UInt8]("a@x.,:;?&=%20CA3\"<>(\\)\r\n/toc+") + [0, 0xC3, 0xFF]
        let cases = 8000
        var accepted = 0
        for number in 0..<cases {
            let rest =
                number % 2 == 0
                ? random.bytes(upTo: 40, of: alphabet)
                : random.mutated(
                    [UInt8]("a@x.example?cc=%22b%22@x.example&subject=c%C3%A9"), alphabet: alphabet)
            guard let uri = try? MailtoURI([UInt8]("mailto:") + rest) else { continue }
            accepted += 1
            #expect(uri.to.count + uri.cc.count + uri.bcc.count <= 8)
            let isPlain = { (text: String) in !text.utf8.contains { $0 < 0x20 && $0 != 0x09 || $0 == 0x7F } }
            #expect(uri.fields.allSatisfy { FieldName.isValid($0.name) && isPlain($0.value) }, "\(rest)")
            #expect(uri.recipients.allSatisfy { isPlain($0.text) }, "\(rest)")
        }
        #expect(accepted > 200)
        print("mailto URIs of anything: \(cases) cases, \(accepted) accepted")
    }
}

private func encoded(_ text: String) -> [UInt8] {
    let bytes = [UInt8](text)
    return PercentEncoding.encode(bytes.span)
}
