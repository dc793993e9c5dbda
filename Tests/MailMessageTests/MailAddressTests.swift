import MailMessage
import Testing

@Suite("The address of an SMTP path")
struct MailAddressTests {
    @Test(
        "is read",
        arguments: [
            ("joe@example.org", "joe", "example.org"),
            ("<joe@example.org>", "joe", "example.org"),
            ("<@relay.example,@other.example:joe@example.org>", "joe", "example.org"),
            ("@relay.example:joe@example.org", "joe", "example.org"),
            ("\"joe smith\"@example.org", "joe smith", "example.org"),
            ("<\"a\\\"b\\\\c@d\"@example.org>", "a\"b\\c@d", "example.org"),
            ("joe@[192.0.2.1]", "joe", "[192.0.2.1]"),
            ("joe@[IPv6:2001:db8::1]", "joe", "[IPv6:2001:db8::1]"),
            ("joe+tag=x/y@example.org", "joe+tag=x/y", "example.org"),
            ("a..b.@example.org", "a..b.", "example.org"),
            ("Pelé@пример.рф", "Pelé", "пример.рф"),
            ("joe@host", "joe", "host"),
            ("-oX@example.org", "-oX", "example.org"),
        ])
    func read(_ path: String, _ local: String, _ domain: String) throws {
        let address = try #require(MailAddress(path: path))
        #expect(address.localPart == local)
        #expect(address.domain == domain)
        #expect(address.displayName == nil)
    }

    @Test(
        "is refused",
        arguments: [
            "", "<>", "<", ">", "@", "joe", "joe@", "@example.org", "<joe@example.org", "joe@example.org>",
            "joe smith@example.org",
            "joe@exa mple.org", "joe@example..org", "joe@.example.org", "joe@example.org.",
            "joe@@example.org", "\"joe@example.org",
            "\"joe\"x@example.org", "joe@[192.0.2.1", "joe@[]", "joe@[a b]", "joe@[a]b]", "joe@[a\\]",
            "<@relay.example joe@example.org>",
            "<@relay.example>", "joe\n@example.org", "joe@example.org\r\n", "joe\0@example.org",
            "\"joe\n\"@example.org",
            "\"joe\u{7F}\"@example.org", "jo\u{85}e@example.org", "joe@exam\u{9B}ple.org",
            "joe@example.org, bob@example.org",
            "Joe <joe@example.org>", "\"\"@example.org", "joe(comment)@example.org",
        ])
    func refused(_ path: String) {
        #expect(MailAddress(path: path) == nil)
    }

    @Test("has parts of 255 octets at most")
    func length() {
        let longest = String(repeating: "a", count: 255)
        #expect(MailAddress(path: "\(longest)@example.org") != nil)
        #expect(MailAddress(path: "\(longest)a@example.org") == nil)
        #expect(MailAddress(path: "joe@\(longest)") != nil)
        #expect(MailAddress(path: "joe@\(longest)a") == nil)
        let route = String(repeating: "@relay.example,", count: 100)
        #expect(MailAddress(path: "\(route)@relay.example:joe@example.org") == nil)
    }

    @Test("may be a local part alone where that is allowed")
    func bare() {
        #expect(MailAddress(path: "root", allowingBareLocalPart: true)?.localPart == "root")
        #expect(MailAddress(path: "<root>", allowingBareLocalPart: true)?.text == "root")
        #expect(MailAddress(path: "\"a b\"", allowingBareLocalPart: true)?.text == "\"a b\"")
        for path in ["", "<>", "\"\"", "a b", "root\n", "root@", String(repeating: "a", count: 256)] {
            #expect(MailAddress(path: path, allowingBareLocalPart: true) == nil)
        }
    }

    @Test(
        "is written so that it is read as the same",
        arguments: [
            "joe", "joe.smith", "joe smith", "a\"b", "a\\b", ".joe", "joe.", "a..b", "a@b", "Pelé", "a,b",
            "(c)", "<x>", " ", "a;b:c",
        ])
    func text(_ local: String) throws {
        let address = try #require(MailAddress(localPart: local, domain: "example.org"))
        let again = try #require(MailAddress(path: address.text))
        #expect(again == address)
        let inBrackets = try #require(MailAddress(path: "<\(address.text)>"))
        #expect(inBrackets == address)
        let list = AddressList([UInt8](address.text))
        #expect(list.addresses == [address])
    }

    @Test("quotes only where it must")
    func quoting() {
        #expect(MailAddress(localPart: "joe.smith+x", domain: "b.example")?.text == "joe.smith+x@b.example")
        #expect(MailAddress(localPart: "a..b", domain: "b.example")?.text == "\"a..b\"@b.example")
        #expect(MailAddress(localPart: "a\"b\\", domain: "b.example")?.text == "\"a\\\"b\\\\\"@b.example")
    }

    @Test(
        "is never made of parts that are none",
        arguments: [("", "b"), ("a", ""), ("a\n", "b"), ("a", "b\r"), ("a", "b c"), ("a\0", "b")])
    func parts(_ local: String, _ domain: String) {
        #expect(MailAddress(localPart: local, domain: domain) == nil)
    }
}
