import Testing

@testable import Sieve

@Suite("the sender of a redirect")
struct RedirectSenderTests {
    private func path(
        _ setting: String, sender: String = "ann@example.org", _ test: ResponseCase = ResponseCase()
    ) throws -> String {
        var test = test
        test.sender = sender
        let context = try test.context()
        let source = try #require(AddressSource(setting: setting))
        return RedirectSender.reversePath(source, envelope: context.envelope, owner: context.owner)
    }

    @Test(
        "it is the one that the setting names",
        arguments: [
            ("sender", "ann@example.org"), (" recipient ", "bob@example.net"),
            ("orig_recipient ", "all@example.net"),
            ("USER_EMAIL", "b@own.example"), ("postmaster", "postmaster@example.net"),
            ("<x@y.example> ", "x@y.example"),
            ("x@y.example", "x@y.example"), ("<>", ""),
        ])
    func settings(setting: String, expected: String) throws {
        let test = ResponseCase(originalRecipient: "all@example.net", owner: "b@own.example")
        #expect(try path(setting, test) == expected)
    }

    @Test("what is not known gives way to the recipient", arguments: ["orig_recipient", "user_email"])
    func fallback(setting: String) throws {
        #expect(try path(setting) == "bob@example.net")
    }

    @Test(
        "the null sender stays null, whatever the policy (RFC 5228 §4.2)",
        arguments: ["sender", "recipient", "orig_recipient", "user_email", "postmaster", "x@y.example", "<>"])
    func nullSender(setting: String) throws {
        #expect(try path(setting, sender: "") == "")
        #expect(try path(setting, sender: "<>") == "")
    }

    @Test("a sender that is no address goes on as it came")
    func oddSender() throws {
        #expect(try path("sender", sender: "odd one") == "odd one")
    }

    @Test("what names no source is none", arguments: ["", "me", "a@", "<a@b.example", "sender, recipient"])
    func badSettings(setting: String) {
        #expect(AddressSource(setting: setting) == nil)
    }
}

extension RedirectSenderTests {
    private func path(_ setting: String, _ test: ResponseCase) throws -> String {
        try path(setting, sender: "ann@example.org", test)
    }
}
