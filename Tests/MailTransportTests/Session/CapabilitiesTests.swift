import Testing

@testable import MailTransport

@Suite struct CapabilitiesTests {
    private func offered(_ lines: String...) -> Capabilities {
        Capabilities(Reply(code: 250, lines: [Array("mx.example.org".utf8)] + lines.map { Array($0.utf8) }))
    }

    @Test("everything that we know is understood, in any case")
    func all() {
        let offered = offered(
            "PIPELINING", "size 10240000", "8bitmime", "SMTPUTF8", "DSN", "Chunking", "ENHANCEDSTATUSCODES",
            "STARTTLS",
            "AUTH PLAIN login SCRAM-SHA-256 CRAM-MD5", "DELIVERBY 240", "VRFY", "X-UNKNOWN a=b")
        var expected = Capabilities()
        expected.pipelining = true
        expected.size = true
        expected.sizeLimit = 10_240_000
        expected.eightBit = true
        expected.internationalized = true
        expected.notifications = true
        expected.chunking = true
        expected.enhancedStatus = true
        expected.startTLS = true
        expected.deliverBy = true
        expected.mechanisms = [.plain, .login, .scramSHA256]
        #expect(offered == expected)
    }

    @Test("the greeting's line offers nothing")
    func firstLine() {
        #expect(Capabilities(Reply(code: 250, lines: [Array("PIPELINING".utf8)])) == Capabilities())
        #expect(Capabilities(Reply(code: 250, lines: [])) == Capabilities())
    }

    @Test(
        "a size is a number above zero",
        arguments: [
            ("SIZE", nil), ("SIZE 0", nil), ("SIZE 1", 1), ("SIZE -5", nil), ("SIZE x", nil),
            ("SIZE 99999999999999999999", nil),
            ("SIZE 9223372036854775807", Int.max), ("SIZE=12", 12),
        ] as [(String, Int?)])
    func size(line: String, limit: Int?) {
        #expect(offered(line).size)
        #expect(offered(line).sizeLimit == limit)
    }

    @Test("AUTH may be written with an equals sign, and twice")
    func auth() {
        #expect(offered("AUTH=LOGIN").mechanisms == [.login])
        #expect(offered("AUTH PLAIN", "AUTH=LOGIN PLAIN").mechanisms == [.login, .plain])
        #expect(offered("AUTH").mechanisms == [])
        #expect(offered("AUTHX PLAIN").mechanisms == [])
    }

    @Test("an empty line, and one of other octets, offer nothing")
    func nonsense() {
        #expect(offered("", "   ", "\u{1}\u{2}", "=", "==").mechanisms == [])
        #expect(offered("PIPELININGX", "8BITMIMES", "XSTARTTLS") == Capabilities())
    }
}
