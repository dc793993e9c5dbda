import MailMessage
import Platform
import Testing

@testable import Delivery

@Suite struct ForwardedMessageTests {
    private func forwarded(_ text: String, limits: MessageLimits = MessageLimits()) throws -> String {
        let whole = Message(SharedBytes(Array(text.utf8)), limits: limits)
        let forwarded = ForwardedMessage(whole, recipient: try address("bob@example.org"))
        return String(
            decoding: forwarded.head + forwarded.body.array(0..<forwarded.body.count), as: UTF8.self)
    }

    private static let top = "Delivered-To: bob@example.org\n"

    @Test(
        "our Delivered-To is on top, Return-Path is gone, everything else is what came",
        arguments: [
            ("Received: 1\nSubject: x\n\nbody\n", "Received: 1\nSubject: x\n\nbody\n"),
            ("Return-Path: <a@b>\nReceived: 1\n\nbody\n", "Received: 1\n\nbody\n"),
            ("A: 1\nRETURN-path:\n <a@b>\nB: 2\nreturn-path: <c@d>\n\nbody", "A: 1\nB: 2\n\nbody"),
            ("Return-Path: <a@b>\n\nbody", "\nbody"),
            (
                "Return-Paths: x\nX-Return-Path: y\n\n\n\nbody\n",
                "Return-Paths: x\nX-Return-Path: y\n\n\n\nbody\n"
            ),
            ("A: 1\n\nReturn-Path: <in@body>\n", "A: 1\n\nReturn-Path: <in@body>\n"),
            ("A: 1\nno field\nbody", "A: 1\nno field\nbody"), ("\nbody", "\nbody"), ("body", "body"),
            ("", ""), ("A: 1", "A: 1"),
            ("A: 1\n folded\n\tagain\n\n", "A: 1\n folded\n\tagain\n\n"),
        ])
    func fields(text: String, expected: String) throws {
        #expect(try forwarded(text) == Self.top + expected)
    }

    @Test("it ends its line as the message does, and so does the empty line before the body")
    func lineEnds() throws {
        #expect(
            try forwarded("Return-Path: <a@b>\r\nSubject: x\r\n\r\nbody\r\n")
                == "Delivered-To: bob@example.org\r\nSubject: x\r\n\r\nbody\r\n")
    }

    @Test("a Delivered-To of ours that this delivery's transfer agent wrote is not repeated")
    func present() throws {
        let text = "Delivered-To: bob@example.org\nReceived: 1\n\nbody"
        #expect(try forwarded(text) == text)
        let older = "Received: 1\nDelivered-To: bob@example.org\n\nbody"
        #expect(try forwarded(older) == Self.top + older)
    }

    @Test("when it comes back, it is found to be a loop")
    func loop() throws {
        let back = "Received: from there\n" + (try forwarded("Return-Path: <a@b>\nReceived: 1\n\nbody"))
        #expect(
            LoopGuard(recipient: try address("bob@example.org"), maxReceived: 100).reason(
                against: message(back)) != nil)
    }

    @Test("a header over the limit is sent as it is")
    func overTheLimit() throws {
        let text = "A: 1\nB: 2\nReturn-Path: <a@b>\n\nbody"
        #expect(try forwarded(text, limits: MessageLimits(headerFields: 2)) == Self.top + text)
    }

    @Test("any message keeps its body", arguments: 0..<10)
    func anyBody(seed: UInt64) throws {
        var random = Random(seed)
        for _ in 0..<200 {
            let body = random.bytes(upTo: 60, marks: "\n\r: Return-Path")
            let bytes = Array("Return-Path: <a@b>\nSubject: x\n\n".utf8) + body
            let forwarded = ForwardedMessage(Message(SharedBytes(bytes)), recipient: try address("b@c"))
            let all = forwarded.head + forwarded.body.array(0..<forwarded.body.count)
            #expect(all == Array("Delivered-To: b@c\nSubject: x\n\n".utf8) + body)
        }
    }
}
