import Testing

@testable import Sieve

@Suite("special-use, mailboxid, mboxmetadata, servermetadata")
struct MailboxPropertiesTests {
    private func prepare(_ trial: inout ExtensionTrial) {
        trial.host.mailboxes = ["INBOX", "Spam", "Lists"]
        trial.host.uses = ["\\Junk": "Spam", "\\Sent": "Gone"]
        trial.host.identifiers = ["F1": "Lists", "F2": "Gone"]
        trial.host.annotations = [
            "INBOX /private/a": "one", "INBOX /shared/b": "", " /shared/motd": "Hello",
        ]
    }

    private func holds(_ test: String) -> Bool? {
        ExtensionTrial.holds(
            "special-use mailboxid mboxmetadata servermetadata mailbox variables encoded-character relational",
            test,
            prepare)
    }

    @Test(
        "specialuse_exists (RFC 8579 §3)",
        arguments: [
            ("specialuse_exists \"\\\\Junk\"", true), ("specialuse_exists \"\\\\Trash\"", false),
            ("specialuse_exists [\"\\\\Junk\", \"\\\\Trash\"]", false),
            ("specialuse_exists \"Spam\" \"\\\\Junk\"", true),
            ("specialuse_exists \"INBOX\" \"\\\\Junk\"", false),
            ("specialuse_exists \"Spam\" [\"\\\\Junk\", \"\\\\Sent\"]", false),
            ("specialuse_exists \"Gone\" \"\\\\Sent\"", false),
            ("specialuse_exists \"${hex:ff}\" \"\\\\Junk\"", false),
            ("specialuse_exists \"${none}\\\\Junk\"", true), ("specialuse_exists \"${none}Junk\"", false),
        ])
    func specialUseExists(_ test: String, _ expected: Bool) {
        #expect(holds(test) == expected)
    }

    @Test("fileinto :specialuse and :mailboxid name the mailbox in other ways (RFC 8579 §4, RFC 9042 §4)")
    func targets() throws {
        let script = """
            fileinto :specialuse "\\\\Junk" :create "A"; fileinto "A"; fileinto :mailboxid "F1" "A";
            fileinto :mailboxid "F1" :specialuse "\\\\Junk" "A"; fileinto :specialuse "\\\\Junk" "A";
            """
        let trial = ExtensionTrial("special-use mailboxid mailbox fileinto", script)
        let targets = try #require(trial.result).actions.compactMap { action in
            if case .fileInto(let target) = action.kind { target } else { nil }
        }
        #expect(
            targets == [
                MailboxTarget(mailbox: "A", creates: true, specialUse: "\\Junk"), MailboxTarget(mailbox: "A"),
                MailboxTarget(mailbox: "A", identifier: "F1"),
                MailboxTarget(mailbox: "A", specialUse: "\\Junk", identifier: "F1"),
            ])
    }

    @Test("what is no special use is an error, in the run as in the script")
    func invalidUse() {
        let trial = ExtensionTrial(
            "special-use fileinto variables", "set \"u\" \"Junk\"; fileinto :specialuse \"${u}\" \"A\";")
        #expect(trial.outcome == ["keep*", "failure main:1: \"Junk\" is not a special use"])
    }

    @Test(
        "mailboxidexists (RFC 9042 §5)",
        arguments: [
            ("mailboxidexists \"F1\"", true), ("mailboxidexists \"F2\"", false),
            ("mailboxidexists \"f1\"", false),
            ("mailboxidexists [\"F1\", \"F3\"]", false), ("mailboxidexists \"${none}F1\"", true),
        ])
    func mailboxidExists(_ test: String, _ expected: Bool) {
        #expect(holds(test) == expected)
    }

    @Test(
        "metadata and metadataexists (RFC 5490 §4)",
        arguments: [
            ("metadata \"INBOX\" \"/private/a\" \"ONE\"", true),
            ("metadata \"INBOX\" \"/private/a\" \"two\"", false),
            ("metadata :contains \"INBOX\" \"/shared/b\" \"\"", true),
            ("metadata :contains \"INBOX\" \"/shared/c\" \"\"", false),
            ("metadata :contains \"Spam\" \"/private/a\" \"\"", false),
            ("metadata :contains \"INBOX\" \"a\" \"\"", false),
            ("metadata :count \"eq\" \"INBOX\" \"/private/a\" \"1\"", true),
            ("metadata :contains \"${hex:ff}\" \"/private/a\" \"\"", false),
            ("metadataexists \"INBOX\" \"/private/a\"", true),
            ("metadataexists \"INBOX\" [\"/private/a\", \"/shared/b\"]", true),
            ("metadataexists \"INBOX\" [\"/private/a\", \"/shared/c\"]", false),
            ("metadataexists \"INBOX\" \"/other/a\"", false),
            ("metadataexists \"${hex:ff}\" \"/private/a\"", false),
        ])
    func metadata(_ test: String, _ expected: Bool) {
        #expect(holds(test) == expected)
    }

    @Test(
        "servermetadata and servermetadataexists (RFC 5490 §5)",
        arguments: [
            ("servermetadata \"/shared/motd\" \"hello\"", true),
            ("servermetadata :contains \"/private/a\" \"\"", false),
            ("servermetadata :contains \"motd\" \"\"", false),
            ("servermetadata :matches \"/shared/motd\" \"H*\"", true),
            ("servermetadataexists \"/shared/motd\"", true),
            ("servermetadataexists [\"/shared/motd\", \"/shared/other\"]", false),
        ])
    func serverMetadata(_ test: String, _ expected: Bool) {
        #expect(holds(test) == expected)
    }

    @Test(
        "names of annotations (RFC 5464 §3)",
        arguments: [
            ("/private/a", true), ("/SHARED/vendor/x/y z", true), ("/private", false), ("/private/", false),
            ("/private//a", false), ("/private/a/", false), ("private/a", false), ("/public/a", false),
            ("/private/a*", false),
            ("/private/%", false), ("/private/ä", false), ("", false), ("/", false),
        ])
    func annotations(_ name: String, _ isName: Bool) {
        let trial = ExtensionTrial("servermetadata", "if servermetadataexists \"\(name)\" { }")
        #expect(trial.diagnostics == (isName ? [] : ["warning invalid-annotation"]))
    }

    @Test(
        "a mailbox's name that cannot be is false in a test, and an error in an action",
        arguments: [
            ("if mailboxexists \"${hex:ff}\" { }", "warning invalid-mailbox"),
            ("if specialuse_exists \"${hex:ff}\" \"\\\\Sent\" { }", "warning invalid-mailbox"),
            ("if metadata \"${hex:ff}\" \"/private/a\" \"x\" { }", "warning invalid-mailbox"),
            ("fileinto :specialuse \"\\\\Sent\" \"${hex:ff}\";", "invalid-mailbox"),
            ("if specialuse_exists { }", "missing-argument"),
            ("if specialuse_exists 1 { }", "wrong-argument"),
            ("if specialuse_exists :a { }", "unknown-tag"),
            ("if specialuse_exists \"a\" { }", "invalid-special-use"),
            ("if specialuse_exists \"a\" [\"b\"] { }", "invalid-special-use"),
            ("if specialuse_exists \"a\" 1 { }", "wrong-argument"),
            ("if specialuse_exists \"a\" :b { }", "unknown-tag"),
            ("fileinto :specialuse \"\\\\a\";", "missing-argument"),
            ("fileinto :specialuse \"a\" \"b\";", "invalid-special-use"),
            ("fileinto :specialuse \"\\\\\" \"b\";", "invalid-special-use"),
            ("fileinto :specialuse \"\\\\a b\" \"b\";", "invalid-special-use"),
            ("fileinto :mailboxid 1 \"b\";", "wrong-argument"),
            ("if mailboxidexists { }", "missing-argument"),
            ("if metadata \"a\" { }", "missing-argument"), ("metadata;", "unknown-command"),
            ("if metadataexists [\"a\"] \"/private/a\" { }", "wrong-argument"),
            ("if servermetadataexists \"/private/a\" \"b\" { }", "unexpected-argument"),
        ])
    func wrong(_ script: String, _ expected: String) {
        let capabilities =
            "special-use mailboxid mboxmetadata servermetadata mailbox fileinto encoded-character"
        #expect(
            ExtensionTrial(capabilities, script).diagnostics.filter { !$0.contains("utf8") } == [expected])
    }

    @Test("a name that turns out wrong in the run makes a test false")
    func wrongInRun() {
        for test in [
            "mailboxexists \"${m}\"", "specialuse_exists \"${m}\" \"\\\\Junk\"",
            "metadataexists \"${m}\" \"/private/a\"",
        ] {
            let script = "set \"m\" \"${hex:ff}\"; if \(test) { discard; }"
            let capabilities = "special-use mboxmetadata mailbox variables encoded-character"
            #expect(ExtensionTrial(capabilities, script).outcome == ["keep*"], "\(test)")
        }
    }
}
