import MailMessage
import Platform
import Testing

@Suite("The index of a header")
struct HeaderSectionTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let name: String
        let text: String
        let names: [String]
        let bodies: [String]
        let body: String
        var testDescription: String { name }
    }

    static let cases: [Case] = [
        Case(
            name: "two fields and a body", text: "A: 1\nB: 2\n\ntext\n", names: ["A", "B"],
            bodies: [" 1", " 2"], body: "text\n"),
        Case(
            name: "CRLF", text: "A: 1\r\nB: 2\r\n\r\ntext\r\n", names: ["A", "B"], bodies: [" 1", " 2"],
            body: "text\r\n"),
        Case(
            name: "both line ends", text: "A: 1\r\nB: 2\n\r\ntext", names: ["A", "B"], bodies: [" 1", " 2"],
            body: "text"),
        Case(
            name: "folded lines", text: "A: 1\n 2\n\t3\nB:\r\n 4\r\n\nt", names: ["A", "B"],
            bodies: [" 1\n 2\n\t3", "\r\n 4"], body: "t"),
        Case(
            name: "a line of blanks is a continuation", text: "A: 1\n \nB: 2\n\n", names: ["A", "B"],
            bodies: [" 1\n ", " 2"], body: ""),
        Case(
            name: "a lone CR is content", text: "A: 1\r2\nB: 3\n\nt", names: ["A", "B"],
            bodies: [" 1\r2", " 3"], body: "t"),
        Case(
            name: "CR only", text: "A: 1\rB: 2\r\rtext\r", names: ["A"], bodies: [" 1\rB: 2\r\rtext\r"],
            body: ""),
        Case(
            name: "CR CR LF at the end of a line", text: "A: 1\r\r\nB: 2\n\n", names: ["A", "B"],
            bodies: [" 1\r", " 2"], body: ""),
        Case(name: "no body", text: "A: 1\n", names: ["A"], bodies: [" 1"], body: ""),
        Case(
            name: "no final line end", text: "A: 1\nB: 2", names: ["A", "B"], bodies: [" 1", " 2"], body: ""),
        Case(
            name: "a final CR without LF is content", text: "A: 1\r", names: ["A"], bodies: [" 1\r"], body: ""
        ),
        Case(name: "empty", text: "", names: [], bodies: [], body: ""),
        Case(name: "body only", text: "\nA: 1\n", names: [], bodies: [], body: "A: 1\n"),
        Case(
            name: "empty bodies", text: "A:\nB: \nC:", names: ["A", "B", "C"], bodies: ["", " ", ""], body: ""
        ),
        Case(
            name: "blanks before the colon", text: "A : 1\nB\t \t: 2\n\n", names: ["A", "B"],
            bodies: [" 1", " 2"], body: ""),
        Case(name: "colons in the body", text: "A:b:c\n\n", names: ["A"], bodies: ["b:c"], body: ""),
        Case(
            name: "a line without a colon ends the header", text: "A: 1\nhello there\nB: 2\n", names: ["A"],
            bodies: [" 1"], body: "hello there\nB: 2\n"),
        Case(
            name: "a name with a space in it ends the header", text: "A: 1\nto be: or not\n\nx", names: ["A"],
            bodies: [" 1"], body: "to be: or not\n\nx"),
        Case(
            name: "a name that is not ASCII ends the header", text: "A: 1\nNamé: 2\n", names: ["A"],
            bodies: [" 1"], body: "Namé: 2\n"),
        Case(
            name: "a name with NUL in it ends the header", text: "A: 1\nN\0: 2\n", names: ["A"],
            bodies: [" 1"], body: "N\0: 2\n"),
        Case(
            name: "an empty name ends the header", text: "A: 1\n: 2\n", names: ["A"], bodies: [" 1"],
            body: ": 2\n"),
        Case(
            name: "a blank at the very start is body", text: " A: 1\n", names: [], bodies: [], body: " A: 1\n"
        ),
        Case(name: "NUL in a body", text: "A: \u{0}x\n\nt", names: ["A"], bodies: [" \u{0}x"], body: "t"),
        Case(
            name: "an mbox line is passed over", text: "From me Mon May  5 00:00:00 2025\nA: 1\n\nt",
            names: ["A"], bodies: [" 1"], body: "t"),
        Case(
            name: "an obsolete From field is no mbox line", text: "From : me@example.org\nA: 1\n\nt",
            names: ["From", "A"], bodies: [" me@example.org", " 1"], body: "t"),
        Case(
            name: "an mbox line further down is none", text: "A: 1\nFrom me\nB: 2\n", names: ["A"],
            bodies: [" 1"], body: "From me\nB: 2\n"),
        Case(
            name: "a bare From without line end is body", text: "From me", names: [], bodies: [],
            body: "From me"),
        Case(
            name: "punctuation in names", text: "X-!#$%&'*+/=?^_`{|}~.()<>@,;\\\"[]: 1\n\n",
            names: ["X-!#$%&'*+/=?^_`{|}~.()<>@,;\\\"[]"], bodies: [" 1"], body: ""),
    ]

    @Test("fields and body are found", arguments: cases)
    func index(_ example: Case) {
        let message = Message(example.text)
        #expect(message.fieldNames == example.names)
        #expect(message.rawBodies == example.bodies)
        #expect(message.bodyText == example.body)
        #expect(message.header.exceeded == nil)
    }

    @Test("the index ends at the limit of octets, and what it has is whole")
    func headerBytes() {
        var limits = MessageLimits()
        limits.headerBytes = 12
        let message = Message("A: 1\nB: 2\nC: 3\n\nbody", limits: limits)
        #expect(message.fieldNames == ["A", "B"])
        #expect(message.header.exceeded == .headerBytes)
        #expect(message.bodyText == "C: 3\n\nbody")
    }

    @Test(
        "a header that just fits is not over the limit",
        arguments: ["A: 1\nB: 2\n\n", "A: 1\nB: 2\nno field"])
    func headerBytesExact(_ text: String) {
        var limits = MessageLimits()
        limits.headerBytes = text.utf8.count
        let message = Message(text, limits: limits)
        #expect(message.fieldNames == ["A", "B"])
        #expect(message.header.exceeded == nil)
    }

    @Test("a field without end stops at the limit of octets")
    func endlessField() {
        var limits = MessageLimits()
        limits.headerBytes = 1000
        for line in [String(repeating: "x", count: 5000), "A: " + String(repeating: "y", count: 5000)] {
            let message = Message("Z: 1\n" + line, limits: limits)
            #expect(message.fieldNames == ["Z"])
            #expect(message.header.exceeded == .headerBytes)
        }
    }

    @Test("the index ends at the limit of fields")
    func headerFields() {
        let message = Message(String(repeating: "A: 1\n", count: 100_000) + "\nbody")
        #expect(message.header.fields.count == 10_000)
        #expect(message.header.exceeded == .headerFields)
        #expect(message.bodyText.hasPrefix("A: 1\n"))
    }

    @Test("limits that make no sense are no trouble", arguments: [-5, 0, Int.max])
    func oddLimits(_ value: Int) {
        let limits = MessageLimits(
            headerBytes: value, headerFields: value, addresses: value, parameters: value, mimeDepth: value,
            mimeParts: value)
        let message = Message(
            "From: a@b\nContent-Type: multipart/mixed; boundary=x\n\n--x\n\n1\n--x--\n", limits: limits)
        let structure = message.structure()
        #expect(structure.range == 0..<message.bytes.count)
        #expect((message.header.exceeded == nil) == (value == Int.max))
    }

    @Test("names are equal in either case, and only in full")
    func named() {
        let message = Message("Subject: 1\nSUBJECT: 2\nSubjects: 3\nX-Subject: 4\nsubject : 5\n\n")
        let found = message.fields(named: "sUbJeCt").map { message.rawBody($0).text }
        #expect(found == [" 1", " 2", " 5"])
        #expect(message.count(named: "subject") == 3)
        #expect(message.firstField(named: "subject").map { message.rawBody($0).text } == " 1")
        #expect(message.firstField(named: "subjec") == nil)
        #expect(message.fields(named: "").isEmpty)
        #expect(message.count(named: "Sübject") == 0)
    }

    @Test("letters alone have two cases: [ is not {")
    func punctuationHasNoCase() {
        let message = Message("X-[a]@: 1\n\n")
        #expect(message.count(named: "x-[A]@") == 1)
        #expect(message.count(named: "x-{A}`") == 0)
    }
}

@Suite("The body of a field")
struct FieldBodyTests {
    @Test(
        "is unfolded and trimmed",
        arguments: [
            ("A:  one two \n\n", "one two"),
            ("A: one\n two\n\n", "one two"),
            ("A: one\r\n\ttwo\r\n\r\n", "one\ttwo"),
            ("A:\n one\n  two\n \n\n", "one  two"),
            ("A: one\rtwo\n\n", "one\rtwo"),
            ("A: \n\n", ""),
            ("A:", ""),
            ("A: caf\u{E9}\n\n", "café"),
        ])
    func unfolded(_ text: String, _ expected: String) throws {
        let message = Message(text)
        let field = try #require(message.header.fields.first)
        #expect(message.unfoldedBody(field).text == expected)
    }

    @Test("is decoded; octets that are not UTF-8 stay")
    func decoded() throws {
        let message = Message(Array("A: =?utf-8?q?a=C3=A9?=\n =?utf-8?q?b?= c\nB: x".utf8) + [0xFC, 0x0A])
        #expect(message.decoded("A") == "aéb c")
        let field = try #require(message.firstField(named: "B"))
        #expect(message.decodedBody(field) == [0x78, 0xFC])
    }
}
