import MailMessage
import Testing

@Suite("Fields that are composed")
struct FieldCompositionTests {
    @Test(
        "have free text",
        arguments: [
            ("hello", "Subject: hello\n"),
            ("", "Subject: \n"),
            ("a  b", "Subject: a  b\n"),
            ("née", "Subject: =?UTF-8?Q?n=C3=A9e?=\n"),
            ("the née one", "Subject: the =?UTF-8?Q?n=C3=A9e?= one\n"),
            ("né in the middle né it", "Subject: =?UTF-8?Q?n=C3=A9_in_the_middle_n=C3=A9?= it\n"),
            ("=?utf-8?q?x?=", "Subject: =?UTF-8?Q?=3D=3Futf-8=3Fq=3Fx=3F=3D?=\n"),
            ("bell\u{7}", "Subject: =?UTF-8?Q?bell=07?=\n"),
            ("日本語", "Subject: =?UTF-8?B?5pel5pys6Kqe?=\n"),
        ])
    func unstructured(_ text: String, _ expected: String) throws {
        let field = try FieldComposition.unstructured(name: "Subject", text: text)
        #expect(field.text == expected)
    }

    @Test("are one field, whatever the text", arguments: ["a\nb", "a\r\nBcc: x@y", "a\rb", "a\0b", "é\n"])
    func injection(_ text: String) throws {
        #expect(throws: FieldComposition.Failure.illegalCharacter) {
            try FieldComposition.unstructured(name: "Subject", text: text)
        }
        #expect(throws: FieldComposition.Failure.illegalCharacter) {
            try FieldComposition.structured(name: "References", text: text)
        }
        var address = try #require(MailAddress(path: "a@b"))
        address.displayName = text
        #expect(throws: FieldComposition.Failure.illegalCharacter) {
            try FieldComposition.addresses(name: "To", [address])
        }
    }

    @Test(
        "have names that are names",
        arguments: ["", "A B", "A:", "A\n", "Ä", String(repeating: "a", count: 901)])
    func names(_ name: String) {
        #expect(throws: FieldComposition.Failure.illegalName) {
            try FieldComposition.unstructured(name: name, text: "x")
        }
        #expect(throws: FieldComposition.Failure.illegalName) {
            try FieldComposition.structured(name: name, text: "x")
        }
        #expect(throws: FieldComposition.Failure.illegalName) {
            try FieldComposition.addresses(name: name, [])
        }
    }

    @Test("are folded where there is white space")
    func folding() throws {
        let ids = (0..<9).map { "<message-\($0)@host.example>" }.joined(separator: " ")
        let field = try FieldComposition.structured(name: "References", text: ids)
        let lines = field.text.split(separator: "\n")
        #expect(lines.count == 4)
        #expect(lines.allSatisfy { $0.utf8.count <= 78 })
        #expect(lines.dropFirst().allSatisfy { $0.hasPrefix(" <") })
        let message = Message(field.text + "\n")
        #expect(message.decoded("References") == ids)
    }

    @Test("have no line that is too long")
    func tooLong() throws {
        let long = String(repeating: "x", count: 2000)
        #expect(throws: FieldComposition.Failure.lineTooLong) {
            try FieldComposition.structured(name: "X", text: long)
        }
        let field = try FieldComposition.unstructured(name: "X", text: long)
        #expect(field.split(separator: 0x0A).allSatisfy { $0.count <= 76 })
        #expect(Message(field.text + "\n").decoded("X") == long)
    }

    @Test(
        "have addresses",
        arguments: [
            (["a@b.example"], "To: a@b.example\n"),
            (["Joe <a@b.example>", "c@d.example"], "To: Joe <a@b.example>, c@d.example\n"),
            (["\"Doe, Joe\" <a@b.example>"], "To: \"Doe, Joe\" <a@b.example>\n"),
            (["\"J \\\"D\\\"\" <a@b.example>"], "To: \"J \\\"D\\\"\" <a@b.example>\n"),
            (["Björn Ek <a@b.example>"], "To: =?UTF-8?Q?Bj=C3=B6rn_Ek?= <a@b.example>\n"),
            (["\"a b\"@b.example"], "To: \"a b\"@b.example\n"),
            (["\"\" <a@b.example>"], "To: a@b.example\n"),
            ([], "To:\n"),
        ])
    func addresses(_ texts: [String], _ expected: String) throws {
        let list = AddressList([UInt8](texts.joined(separator: ", ")))
        let field = try FieldComposition.addresses(name: "To", list.addresses)
        #expect(field.text == expected)
    }

    @Test("are read as what they were composed of")
    func roundTrip() throws {
        var random = Random(seed: 23)
        let alphabet = [UInt8]("ab ,.<>@()\"\\=?_-é:;") + [0x20, 0x20, 0x09]
        let cases = 1500
        for _ in 0..<cases {
            let raw = String(decoding: random.bytes(upTo: 200, of: alphabet), as: UTF8.self)
            let text = raw.split(separator: " ").joined(separator: " ").trimmingTabs()
            let field = try FieldComposition.unstructured(name: "Subject", text: text)
            #expect(Message(field + [0x0A]).decoded("Subject") == text)
            var address = try #require(MailAddress(localPart: "a b", domain: "c.example"))
            address.displayName =
                text.isEmpty ? nil : text.filter { $0 != "\t" }.split(separator: " ").joined(separator: " ")
            if address.displayName == "" { address.displayName = nil }
            let to = try FieldComposition.addresses(name: "To", [address, address])
            let message = Message(to + [0x0A])
            let again = try #require(message.firstField(named: "To"))
            #expect(message.addresses(again).addresses == [address, address])
            #expect(message.header.fields.count == 1)
        }
        print("fields composed and read: \(cases) cases")
    }
}

extension String {
    fileprivate func trimmingTabs() -> String {
        var view = self[...]
        while view.first == "\t" || view.first == " " { view.removeFirst() }
        while view.last == "\t" || view.last == " " { view.removeLast() }
        return String(view)
    }
}
