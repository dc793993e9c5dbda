import Platform
import Testing

@testable import Delivery

@Suite struct PolicyRequestTests {
    private static let question = """
        request=smtpd_access_policy
        protocol_state=RCPT
        protocol_name=ESMTP
        helo_name=client.example.org
        sender=alice@example.net
        recipient=bob+lists@example.org
        size=12345
        stress=


        """

    private func read(_ text: String) -> PolicyRequest.Reading { PolicyRequest.read(Array(text.utf8)) }

    @Test("a question is read to its empty line, and what follows is left")
    func whole() {
        var wanted = PolicyRequest()
        wanted.request = "smtpd_access_policy"
        wanted.protocolState = "RCPT"
        wanted.recipient = "bob+lists@example.org"
        wanted.size = 12345
        let length = Self.question.utf8.count
        #expect(read(Self.question) == .complete(wanted, length: length))
        #expect(read(Self.question + "request=x\n\n") == .complete(wanted, length: length))
        #expect(read("\n") == .complete(PolicyRequest(), length: 1))
    }

    @Test("every beginning of a question waits for more")
    func beginnings() {
        let bytes = Array(Self.question.utf8)
        for length in 0..<bytes.count {
            #expect(PolicyRequest.read(Array(bytes[..<length])) == .incomplete, "\(length)")
        }
    }

    @Test(
        "the first of several counts, and what is not known or makes no sense is passed over",
        arguments: [
            ("recipient=a@b\nrecipient=c@d\n\n", "a@b", 0), ("size=1\nsize=2\n\n", "", 1),
            ("recipient\n=x\n==\nrecipient=a=b\n\n", "a=b", 0), ("Recipient=a\n\n", "", 0),
            ("recipient=\nrecipient=b\n\n", "b", 0), ("size=-1\n\n", "", 0), ("size=1x\n\n", "", 0),
            ("size=\n\n", "", 0), ("size=99999999999999999999\n\n", "", Int.max), ("recipient =x\n\n", "", 0),
        ])
    func fields(text: String, recipient: String, size: Int) {
        guard case .complete(let request, _) = read(text) else {
            Issue.record("\(text)")
            return
        }
        #expect(request.recipient == recipient && request.size == size)
    }

    @Test("a value that is too long, or no UTF-8, is none")
    func values() {
        let long = "recipient=" + String(repeating: "x", count: 1025) + "\nrecipient=y\n\n"
        guard case .complete(let request, _) = read(long) else {
            Issue.record("not read")
            return
        }
        #expect(request.recipient == "y")
        let bytes = Array("recipient=".utf8) + [0xFF] + Array("\nrecipient=z\n\n".utf8)
        guard case .complete(let other, _) = PolicyRequest.read(bytes) else {
            Issue.record("not read")
            return
        }
        #expect(other.recipient == "z")
    }

    @Test("what is longer than a question can be is none, whatever it is made of")
    func tooLong() {
        let limit = PolicyRequest.maximumLength
        for unit in ["x", "a=b\n", "\0", "recipient="] {
            let bytes = Array(String(repeating: unit, count: limit / unit.utf8.count + 1).utf8)
            #expect(PolicyRequest.read(Array(bytes[..<limit])) == .unusable)
            #expect(PolicyRequest.read(bytes + [10, 10]) == .unusable)
        }
        let most = Array(String(repeating: "a=b\n", count: limit / 4 - 1).utf8) + Array("a=\n\n".utf8)
        #expect(most.count == limit)
        guard case .complete(_, limit) = PolicyRequest.read(most) else {
            Issue.record("not read")
            return
        }
    }

    @Test("any bytes are read, and no more is taken than is there")
    func total() {
        var random = Random(17)
        let alphabet = Array("a=\n\nrecipient=size=1\0\r ".utf8) + [0xFF, 0xC3]
        var complete = 0
        for _ in 0..<20_000 {
            let bytes = (0..<Int.random(in: 0...60, using: &random)).map { _ in
                alphabet.randomElement(using: &random) ?? 0
            }
            switch PolicyRequest.read(bytes) {
            case .complete(_, let length):
                complete += 1
                let end = bytes[..<length].suffix(2)
                if length > bytes.count || end.last != 10 || length > 1 && end.first != 10 {
                    Issue.record("\(bytes) \(length)")
                }
            case .incomplete: break
            case .unusable: Issue.record("\(bytes)")
            }
        }
        #expect(complete > 100)
    }
}
