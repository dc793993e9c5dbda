import Testing

@testable import MailTransport

@Suite struct CommandAddressTests {
    @Test(
        "an address that is nothing but an address is let through",
        arguments: [
            "a@example.org", "a.b+c=d@example.org", "root", "a/b@x", "é@exämple.org", "a..b@x", "%x!y@z",
            "a@[192.0.2.1]",
            "a@[IPv6:2001:db8::1]", "\"a b\"@x", "\"a,b<c>\"@x", "\"a\\\"b\"@x", "a@x_y.z", "MAILER-DAEMON",
            "{a}|b@x", ".@x",
        ])
    func good(text: String) {
        #expect(CommandAddress(text)?.text == text)
    }

    @Test(
        "what a program could take for anything else is not",
        arguments: [
            "", "-oQ/tmp", "-", "--", "|/bin/sh", "/etc/passwd", "\"|/bin/sh\"", "\"/tmp/x\"@y", "\"-x\"",
            "\"\\|x\"", ":include:/etc/passwd",
            "\":include:/x\"", "a@x,b@y", "a@x b@y", "<a@x>", "a@x>", "a (b)@x", "a@x (b)", "g:a@x;", "a;b",
            "a@x\n", "a\r@x", "a\0b@x", "a\u{7F}@x",
            "a@", "@x", "a@x.", "a@.x", "a@-x", "a@x..y", "a@b@c", "a@[", "a@[]", "a@[1]x", "a@x/y", "\"a",
            "\"\"@x", "\"a\"b@x", "\"a\\", "\"a\nb\"@x",
            "a\\b@x", "a\tb@x", "a@x\\", "a@x y",
        ])
    func bad(text: String) {
        #expect(CommandAddress(text) == nil)
    }

    @Test("an address has at most 1,000 bytes")
    func length() {
        #expect(CommandAddress(String(repeating: "a", count: 1000)) != nil)
        #expect(CommandAddress(String(repeating: "a", count: 1001)) == nil)
    }

    @Test("whatever the text, what is let through has no control and is no option")
    func random() {
        var state: UInt64 = 11
        let alphabet = Array("ab@.\"\\-|/:,;<>() \t\n[]".utf8)
        var accepted = 0
        for _ in 0..<50_000 {
            var bytes: [UInt8] = []
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            for position in 0..<Int(state >> 60) {
                bytes.append(alphabet[Int(state >> UInt64(position * 3 + 5) & 0xFF) % alphabet.count])
            }
            guard let address = CommandAddress(String(decoding: bytes, as: UTF8.self)) else { continue }
            accepted += 1
            #expect(address.text.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F })
            #expect(!["-", "|", "/", ":"].contains(address.text.prefix(1)))
            if !address.text.hasPrefix("\"") {
                #expect(!address.text.contains { ",;<>() \\\"".contains($0) })
            }
        }
        #expect(accepted > 100)
    }
}
