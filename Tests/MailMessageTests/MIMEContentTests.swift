import MailMessage
import Platform
import Testing

@Suite("The parts of a message, one after the other")
struct MIMEContentTests {
    static let text =
        "Subject: outer\nContent-Type: multipart/mixed; boundary=b\n\npreamble\n"
        + "--b\nContent-Type: multipart/alternative; boundary=c\nSubject: alt\n\n"
        + "--c\nContent-Type: text/plain\n\none\n--c\nContent-Type: text/html\n\ntwo\n--c--\n"
        + "--b\nContent-Type: message/rfc822\n\nSubject: =?utf-8?q?=C3=A9?=\n in\nFrom: Joe <joe@x.example>\nContent-Type: image/png\n\nthree\n"
        + "--b\nContent-Type: text/csv\n\nfour\n--b--\n"

    @Test("are listed as they begin")
    func list() {
        let message = Message(MIMEContentTests.text)
        let list = MIMEPartList(message.structure())
        let lines = list.entries.map { entry in
            "\(entry.depth) \(entry.part.mediaSubtype) \(entry.parent.map { String($0) } ?? "-") \(entry.descendants)"
        }
        #expect(
            lines == [
                "0 mixed - 1..<7", "1 alternative 0 2..<4", "2 plain 1 3..<3", "2 html 1 4..<4",
                "1 rfc822 0 5..<6",
                "2 png 4 6..<6", "1 csv 0 7..<7",
            ])
        #expect(list.children(of: 0) == [1, 4, 6])
        #expect(list.children(of: 1) == [2, 3])
        #expect(list.children(of: 4) == [5])
        #expect(list.children(of: 6) == [])
        #expect(list.children(of: 7) == [])
        #expect(list.children(of: -1) == [])
    }

    @Test("of a message without parts are the message")
    func single() {
        let list = MIMEPartList(Message("A: 1\n\nx").structure())
        #expect(list.entries.count == 1)
        #expect(list.entries.first?.descendants == 1..<1)
        #expect(list.entries.first?.parent == nil)
    }

    @Test("have fields of their own")
    func fields() throws {
        let message = Message(MIMEContentTests.text)
        let parts = MIMEPartList(message.structure()).entries.map(\.part)
        let subjects = parts.map { part in
            message.fields(named: "subject", of: part).map { message.decodedBody($0).text }
        }
        #expect(subjects == [["outer"], ["alt"], [], [], [], ["é in"], []])
        let from = try #require(message.firstField(named: "FROM", of: parts[5]))
        #expect(message.addresses(from).addresses.map(\.text) == ["joe@x.example"])
        #expect(message.firstField(named: "From", of: parts[0]) == nil)
    }

    @Test("are messages of their own")
    func messages() {
        let message = Message(MIMEContentTests.text)
        let parts = MIMEPartList(message.structure()).entries.map(\.part)
        for part in parts {
            let own = message.message(of: part)
            #expect(own.text(0..<own.bytes.count) == message.text(part.range))
            #expect(message.rawBytes(of: part).text == message.text(part.range))
            #expect(own.bodyText == message.text(part.body))
            #expect(own.fieldNames.count == part.header.fields.count)
        }
        #expect(message.message(of: parts[5]).decoded("subject") == "é in")
        #expect(message.message(of: parts[1]).structure().children.count == 2)
        #expect(message.message(of: parts[0]).bytes === message.bytes)
    }

    @Test(
        "have types as they are written",
        arguments: [
            ("text/plain", "text", "plain", "text/plain", ""),
            (" TEXT (c) / (d) Html ; Charset=x", "TEXT", "Html", "TEXT/Html", "charset=x"),
            ("attachment; filename*=utf-8''%C3%A9", "attachment", nil, "attachment", "filename=é"),
            ("inline", "inline", nil, "inline", ""),
            ("", "", nil, "", ""),
            ("/plain", "", nil, "", ""),
            ("text/", "text", nil, "text", ""),
            ("; a=b; c=d", "", nil, "", "a=b c=d"),
            ("=?x?; a=b", "", nil, "", "a=b"),
            ("text\n /\n plain;\n a*1=c; a*0=b", "text", "plain", "text/plain", "a=bc"),
        ])
    func types(
        _ body: String, _ type: String, _ subtype: String?, _ full: String, _ parameters: String
    ) throws {
        let message = Message("X: \(body)\n\n")
        let field = try #require(message.firstField(named: "X"))
        let value = message.mimeValue(field)
        #expect(value.type == type)
        #expect(value.subtype == subtype)
        #expect(value.fullType == full)
        #expect(
            value.parameters.parameters.map { "\($0.name)=\($0.value.text)" }.joined(separator: " ")
                == parameters)
    }

    @Test("nest in ranges, whatever the message")
    func anything() {
        var random = Random(seed: 55)
        let cases = 2000
        for _ in 0..<cases {
            var bytes: [UInt8] = []
            for _ in 0..<random.next(50) {
                bytes += RobustnessTests.fragments[random.next(RobustnessTests.fragments.count)]
            }
            let message = Message([UInt8](MIMEPartTests.mixed) + bytes)
            let list = MIMEPartList(message.structure())
            var visited = 0
            message.structure().forEach { part in
                let same = list.entries[visited].part.range == part.range
                #expect(same, "\(bytes)")
                visited += 1
            }
            #expect(visited == list.entries.count, "\(bytes)")
            for (index, entry) in list.entries.enumerated() {
                let parent = entry.parent.map { list.entries[$0] }
                let isWithin =
                    parent.map { $0.descendants.contains(index) && $0.depth == entry.depth - 1 }
                    ?? (index == 0)
                #expect(isWithin && entry.descendants.lowerBound == index + 1, "\(bytes)")
                let children = list.children(of: index)
                #expect(children.allSatisfy { list.entries[$0].parent == index }, "\(bytes)")
                #expect(children.count == entry.part.children.count, "\(bytes)")
                _ = message.message(of: entry.part)
            }
            for field in message.header.fields { _ = message.mimeValue(field) }
        }
        print("lists of parts: \(cases) cases")
    }
}
