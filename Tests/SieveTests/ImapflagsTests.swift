import Testing

@testable import Sieve

@Suite("imapflags")
struct ImapflagsTests {
    @Test(
        "the commands of the draft",
        arguments: [
            ("mark; fileinto \"A\"; unmark; fileinto \"B\";", ["fileinto A [\\Flagged]", "fileinto B"]),
            ("mark; mark;", ["keep [\\Flagged]*"]), ("unmark;", ["keep*"]),
            ("setflag \"\\\\flagged\"; mark;", ["keep [\\flagged]*"]),
            ("setflag \"\\\\flagged\"; unmark;", ["keep*"]),
            (
                "setflag \"\\\\Draft\"; addflag \"\\\\Flagged\"; fileinto \"A\"; removeflag \"\\\\Draft\";",
                ["fileinto A [\\Draft \\Flagged]"]
            ),
        ])
    func commands(_ script: String, _ expected: [String]) {
        #expect(ExtensionTrial("imapflags fileinto", script).outcome == expected)
    }

    @Test("the draft and the RFC do not stand together")
    func conflict() {
        #expect(
            ExtensionTrial("imapflags imap4flags", "addflag \"a\";").diagnostics == ["conflicting-capability"]
        )
        #expect(
            ExtensionTrial("imap4flags imapflags", "addflag \"a\";").diagnostics == ["conflicting-capability"]
        )
        #expect(ExtensionTrial("imapflags imapflags", "addflag \"a\";").diagnostics == [])
    }

    @Test(
        "what is wrong with the commands",
        arguments: [
            ("mark 1;", "unexpected-argument"), ("unmark :now;", "unknown-tag"),
            ("if mark { }", "unknown-test"),
        ])
    func wrong(_ script: String, _ expected: String) {
        #expect(ExtensionTrial("imapflags", script).diagnostics == [expected])
    }
}
