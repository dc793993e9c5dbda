import MailMessage
import Testing

@Suite("The thread of a reply")
struct ReplyThreadTests {
    @Test(
        "is that of RFC 5322 §3.6.4",
        arguments: [
            ("", nil, nil),
            ("Message-ID: <1@x>\n", "<1@x>", "<1@x>"),
            ("Message-ID: <2@x>\nReferences: <0@x> <1@x>\n", "<2@x>", "<0@x> <1@x> <2@x>"),
            (
                "Message-ID: <2@x>\nReferences: <0@x>\n\t<1@x>\nIn-Reply-To: <9@x>\n", "<2@x>",
                "<0@x> <1@x> <2@x>"
            ),
            ("Message-ID: <2@x>\nIn-Reply-To: <1@x>\n", "<2@x>", "<1@x> <2@x>"),
            ("Message-ID: <2@x>\nIn-Reply-To: <0@x> <1@x>\n", "<2@x>", "<2@x>"),
            ("Message-ID: <2@x>\nReferences:\nIn-Reply-To: <1@x>\n", "<2@x>", "<1@x> <2@x>"),
            ("References: <0@x> <1@x>\n", nil, "<0@x> <1@x>"),
            ("In-Reply-To: <1@x>\n", nil, "<1@x>"),
            ("Message-ID: <2@x>\nReferences: <1@x> <2@x>\n", "<2@x>", "<1@x> <2@x>"),
            ("message-id: (c) <1@x> (d)\n", "<1@x>", "<1@x>"),
            ("Message-ID: 1@x\n", nil, nil),
            ("Message-ID: <a b@x>\nReferences: <é@x> <> <1@x>junk<2@x> <3@x\n", nil, "<1@x> <2@x>"),
            ("Message-ID: <<1@x>>\n", "<1@x>", "<1@x>"),
            ("Message-ID: <1@x\n>\n", nil, nil),
        ])
    func thread(_ header: String, _ inReplyTo: String?, _ references: String?) {
        let thread = ReplyThread(replyingTo: Message(header + "\n"))
        #expect(thread.inReplyTo == inReplyTo)
        #expect(thread.references == references)
    }

    @Test(
        "keeps the first identifier and the last ones", arguments: [10, 11, 14, 15, 16, 20, 100, 1000, 1001])
    func limit(_ limit: Int) throws {
        let identifiers = (0..<500).map { "<\(100 + $0)>" }
        let header =
            "References: \(identifiers.dropLast().joined(separator: "\n "))\nMessage-ID: \(identifiers.last ?? "")\n\n"
        let references = try #require(ReplyThread(replyingTo: Message(header), limit: limit).references)
        let kept = references.split(separator: " ").map(String.init)
        #expect(references.utf8.count <= limit)
        #expect(kept.last == "<599>")
        #expect(kept.count == min((limit + 1) / 6, 500))
        #expect(kept.count == 1 || kept.first == "<100>")
        #expect(kept.dropFirst().elementsEqual(identifiers.suffix(max(kept.count - 1, 0))))
    }

    @Test("passes over identifiers that no line could hold")
    func long() {
        let long = "<\(String(repeating: "x", count: 399))>"
        let thread = ReplyThread(replyingTo: Message("Message-ID: \(long)\nReferences: \(long) <1@x>\n\n"))
        #expect(thread == ReplyThread(replyingTo: Message("References: <1@x>\n\n")))
        #expect(ReplyThread(replyingTo: Message("Message-ID: <1@x>\n\n"), limit: 3).references == nil)
        #expect(ReplyThread(replyingTo: Message("Message-ID: <1@x>\n\n"), limit: .min).references == nil)
    }

    @Test(
        "is put into a message",
        arguments: ["", "Message-ID: <1@x>\n", "Message-ID: <2@x>\nReferences: <1@x>\n"])
    func composed(_ header: String) {
        let thread = ReplyThread(replyingTo: Message(header + "\n"))
        var message = MessageComposition()
        message.addThread(thread)
        let result = Message(message.composed(.text([]), boundarySeed: 0))
        #expect(result.decoded("In-Reply-To") == thread.inReplyTo)
        #expect(result.decoded("References") == thread.references)
    }

    @Test("is one field within its limit, whatever the message")
    func anything() {
        var random = Random(seed: 61)
        let alphabet = [UInt8]("<>@ab ()\"\\\n\t,.") + [0, 0xFF]
        let cases = 4000
        for _ in 0..<cases {
            var bytes: [UInt8] = []
            for name in ["References", "In-Reply-To", "Message-ID"] where random.next(3) > 0 {
                bytes += [UInt8]("\(name): <a@b>") + random.bytes(upTo: 60, of: alphabet) + [0x0A]
            }
            let limit = random.next(80)
            let thread = ReplyThread(replyingTo: Message(bytes), limit: limit)
            #expect((thread.references?.utf8.count ?? 0) <= limit, "\(bytes)")
            var message = MessageComposition()
            message.addThread(thread)
            let result = Message(message.composed(.text([]), boundarySeed: 0))
            #expect(result.decoded("References") == thread.references, "\(bytes)")
            #expect(result.decoded("In-Reply-To") == thread.inReplyTo, "\(bytes)")
        }
        print("threads of replies: \(cases) cases")
    }
}
