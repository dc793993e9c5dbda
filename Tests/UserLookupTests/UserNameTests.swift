import Testing

@testable import UserLookup

@Suite("user name")
struct UserNameTests {
    @Test(
        "a name is taken as it is",
        arguments: [
            "ann", "Ann", "ann@example.org", "a.b-c_d", "a b", "a+b", "jörg", "x@y@z", "a%b", "a:b", "a#b",
            "#a", "日本",
            String(repeating: "x", count: 255),
        ])
    func usable(text: String) {
        #expect(UserName(text)?.text == text)
    }

    @Test(
        "a name that could do harm is nobody's",
        arguments: [
            "", "-ann", "-", ".", "..", ".ann", "../ann", "a/b", "/etc/passwd", "a\0b", "a\nb", "a\r", "a\tb",
            "a\u{1}b",
            "\u{7F}", "a\u{85}b", "a\u{9B}b", "a\u{2028}b", "a\u{2029}", "ann@", "@example.org", "@", "ann@.",
            "ann@..",
            "ann@.org", "ann@a/b", "\r\n", String(repeating: "x", count: 256),
            String(repeating: "é", count: 128),
        ])
    func hostile(text: String) {
        #expect(UserName(text) == nil)
    }

    @Test("the last @ is the one before the domain")
    func parts() {
        #expect(UserName("ann")?.localPart == "ann")
        #expect(UserName("ann")?.domain == nil)
        #expect(UserName("a@b@c")?.localPart == "a@b")
        #expect(UserName("a@b@c")?.domain == "c")
    }
}
