import MailMessage
import Testing

@Suite("The addresses of a field")
struct AddressListTests {
    @Test(
        "are read",
        arguments: [
            ("joe@example.org", ["joe@example.org"]),
            (" joe@example.org , bob@example.net ", ["joe@example.org", "bob@example.net"]),
            ("Joe <joe@example.org>", ["joe@example.org"]),
            ("<joe@example.org>,<bob@example.net>", ["joe@example.org", "bob@example.net"]),
            ("\"Doe, Joe\" <joe@example.org>, b@c", ["joe@example.org", "b@c"]),
            ("Joe (the (nested) one) <joe (x) @ (y) example (z) . org>", ["joe@example.org"]),
            ("joe@example.org (Joe \\) Doe), b@c", ["joe@example.org", "b@c"]),
            ("(a comment) joe@example.org", ["joe@example.org"]),
            ("joe . smith @ example . org", ["joe.smith@example.org"]),
            ("\"joe\".smith@example.org", ["joe.smith@example.org"]),
            ("\"joe smith\"@example.org", ["\"joe smith\"@example.org"]),
            ("joe@[192.0.2.1]", ["joe@[192.0.2.1]"]),
            ("joe@[ 192.0.2.1 ]", ["joe@[192.0.2.1]"]),
            ("Joe <@a.example,@b.example:joe@example.org>", ["joe@example.org"]),
            ("Joe Q. Public <joe@example.org>", ["joe@example.org"]),
            ("a@b,,, c@d,", ["a@b", "c@d"]),
            ("a@b; c@d", ["a@b", "c@d"]),
            ("a@example.org.", ["a@example.org"]),
            ("Team: a@b, C <c@d>;, e@f", ["a@b", "c@d", "e@f"]),
            ("\"Big Team\" : a@b;", ["a@b"]),
            ("undisclosed-recipients:;", []),
            ("Nobody (nobody at all): ;", []),
            ("One: a@b; Two: c@d;", ["a@b", "c@d"]),
            ("One: a@b", ["a@b"]),
            ("", []),
            (" \r\n ", []),
            ("Joe\r\n <joe@example.org>,\r\n\tbob@example.net", ["joe@example.org", "bob@example.net"]),
            ("иван@пример.рф", ["иван@пример.рф"]),
            ("a..b@docomo.example", ["\"a..b\"@docomo.example"]),
            ("joe@example.org (open comment", ["joe@example.org"]),
        ])
    func valid(_ text: String, _ expected: [String]) {
        let list = AddressList([UInt8](text))
        #expect(list.addresses.map(\.text) == expected)
        #expect(list.invalid == [])
        #expect(list.exceeded == nil)
    }

    @Test(
        "are read on behind what is none",
        arguments: [
            ("joe, bob@example.net", ["bob@example.net"], ["joe"]),
            ("a@b c@d, e@f", ["e@f"], ["a@b c@d"]),
            ("joe smith@example.org, e@f", ["e@f"], ["joe smith@example.org"]),
            ("<joe>, e@f", ["e@f"], ["<joe>"]),
            ("<>, e@f", ["e@f"], ["<>"]),
            ("Joe <joe@example.org, e@f", ["e@f"], ["Joe <joe@example.org"]),
            ("Joe <joe@example.org> x, e@f", ["e@f"], ["Joe <joe@example.org> x"]),
            ("<a@b><c@d>, e@f", ["e@f"], ["<a@b><c@d>"]),
            ("@b, e@f", ["e@f"], ["@b"]),
            ("a@, e@f", ["e@f"], ["a@"]),
            ("a@b@c, e@f", ["e@f"], ["a@b@c"]),
            ("a>b, )x, ]y, e@f", ["e@f"], ["a>b", ")x", "]y"]),
            ("e@f, \"open, a@b", ["e@f"], ["\"open, a@b"]),
            ("G: x; , e@f", ["e@f"], ["x"]),
            ("G: H: a@b; , e@f", ["e@f"], ["H: a@b"]),
            (": a@b, e@f", ["e@f"], [": a@b"]),
            ("jo\u{1}e@b, e@f", ["e@f"], ["jo\u{1}e@b"]),
            ("\"jo\u{0}e\"@b, e@f", ["e@f"], ["\"jo\u{0}e\"@b"]),
            ("a@[open, e@f", [], ["a@[open, e@f"]),
            ("a@b..c, e@f", ["e@f"], ["a@b..c"]),
        ])
    func invalid(_ text: String, _ expected: [String], _ invalid: [String]) {
        let list = AddressList([UInt8](text))
        #expect(list.addresses.map(\.text) == expected)
        #expect(list.invalid == invalid)
    }

    @Test(
        "have the names before them",
        arguments: [
            ("joe@example.org", nil),
            ("<joe@example.org>", nil),
            ("Joe <joe@example.org>", "Joe"),
            ("Joe Q. Public <joe@example.org>", "Joe Q. Public"),
            ("\"Doe, \\\"J\\\"\" <joe@example.org>", "Doe, \"J\""),
            ("Joe   \r\n Doe<joe@example.org>", "Joe Doe"),
            ("Joe (not this) Doe <joe@example.org>", "Joe Doe"),
            ("=?utf-8?q?J=C3=B6?= <joe@example.org>", "Jö"),
            ("=?utf-8?q?J=C3?= =?utf-8?q?=B6?=<joe@example.org>", "Jö"),
            ("\"=?utf-8?q?J=C3=B6?=\" <joe@example.org>", "Jö"),
            ("=?nosuch?q?Joe?= <joe@example.org>", "=?nosuch?q?Joe?="),
            ("Jö <joe@example.org>", "Jö"),
            ("\"\" <joe@example.org>", ""),
        ])
    func displayName(_ text: String, _ expected: String?) throws {
        let list = AddressList([UInt8](text))
        let address = try #require(list.addresses.first)
        #expect(address.displayName == expected)
        #expect(address.text == "joe@example.org")
    }

    @Test("whose octets are not UTF-8 are none, unless it is the name's")
    func notUTF8() {
        let list = AddressList(
            [UInt8]("J") + [0xF6] + [UInt8](" <joe@example.org>, j") + [0xF6] + [UInt8]("@example.org"))
        #expect(list.addresses.map(\.text) == ["joe@example.org"])
        #expect(list.addresses.map(\.displayName) == ["J\u{FFFD}"])
        #expect(list.invalid == ["j\u{FFFD}@example.org"])
    }

    @Test("are limited in number, invalid ones counted")
    func limit() {
        let list = AddressList([UInt8]("a@b, x, c@d, e@f"), limit: 3)
        #expect(list.addresses.map(\.text) == ["a@b", "c@d"])
        #expect(list.invalid == ["x"])
        #expect(list.exceeded == .addresses)
        let exact = AddressList([UInt8]("a@b, x, c@d,"), limit: 3)
        #expect(exact.exceeded == nil)
    }
}
