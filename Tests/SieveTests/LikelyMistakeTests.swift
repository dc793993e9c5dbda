import Testing

@testable import Sieve

/// Warnings about what is allowed, and hardly meant.
@Suite("Likely mistakes")
struct LikelyMistakeTests {
    @Test(
        "what is hardly meant gets a warning with a hint, and still compiles",
        arguments: [
            ("if header :is \"from\" \"a@b.org\" { stop; }", "1:4 address-in-header-test"),
            ("if header [\"x-a\", \"To\"] [\"x\", \"a@b.org\"] { stop; }", "1:4 address-in-header-test"),
            ("if header :contains \"subject\" \"\" { stop; }", "1:31 empty-key"),
            ("if header :matches \"subject\" \"x\" { stop; }", "1:30 missing-wildcard"),
            ("if header :is \"subject\" \" x\" { stop; }", "1:4 never-true"),
            ("if header :is \"subject\" \"x \" { stop; }", "1:4 never-true"),
            ("if size :under 0 { stop; }", "1:4 never-true"),
            ("stop;\nkeep;\ndiscard;", "2:1 unreachable-command"),
            ("if exists \"x\" { stop; keep; }", "1:23 unreachable-command"),
            ("if true { keep; } else { discard; }", "1:19 unreachable-branch"),
            ("if true { keep; } elsif exists \"x\" { discard; }", "1:19 unreachable-branch"),
        ])
    func warned(script: String, summary: String) throws {
        let compilation = SieveCompiler().compile([UInt8](script.utf8), name: "test")
        #expect(compilation.program != nil)
        #expect(compilation.diagnostics.map(\.summary) == ["warning \(summary)"])
        let code = try #require(compilation.diagnostics.first?.code)
        if code != .neverTrue { #expect(compilation.diagnostics.first?.hint != nil) }
    }

    @Test(
        "what may well be meant gets none",
        arguments: [
            "if header :contains \"from\" \"a@b.org\" { stop; }",
            "if header :is \"from\" \"Ann <a@b.org>\" { stop; }",
            "if header :is \"list-post\" \"a@b.org\" { stop; }",
            "if address :is \"from\" \"a@b.org\" { stop; }",
            "if header :matches \"subject\" \"*x\" { stop; }",
            "if header :matches \"subject\" \"\" { stop; }",
            "if header :is \"subject\" \"\" { stop; }",
            "if header :is \"subject\" \"a b\" { stop; }",
            "if size :under 1 { stop; }",
            "if exists \"x\" { stop; } keep;",
            "if exists \"x\" { stop; } else { stop; }",
            "if false { keep; } else { discard; }",
            "require \"ihave\"; if ihave \"fileinto\" { keep; } else { discard; }",
            "if true { stop; } keep;",
        ])
    func notWarned(script: String) {
        #expect(SieveCase.diagnostics(script) == [])
    }

    @Test("a mailbox with another separator than the site's gets a warning that says the right name")
    func separator() {
        func warnings(_ name: String, _ separator: Character?) -> [Diagnostic] {
            SieveCompiler(mailboxSeparator: separator?.asciiValue)
                .compile([UInt8]("require \"fileinto\"; fileinto \"\(name)\";".utf8), name: "test")
                .diagnostics
        }
        #expect(warnings("INBOX.x", "/").map(\.code) == [.wrongSeparator])
        #expect(warnings("INBOX.x", "/").first?.hint == "\"INBOX/x\" may be meant")
        #expect(warnings("a/b/c", ".").first?.hint == "\"a.b.c\" may be meant")
        #expect(warnings("a/b.c", "/").isEmpty)
        #expect(warnings("a.b", ".").isEmpty)
        #expect(warnings("a.b", nil).isEmpty)
    }
}
