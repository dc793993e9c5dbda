import MailMessage
import Platform
import Testing

@testable import Sieve

@Suite("report")
struct ReportTests {
    private let require = "require [\"vnd.dovecot.report\", \"variables\"];"

    @Test("the message is kept all the same")
    func keeps() {
        #expect(outcome("\(require) report \"abuse\" \"Spam.\" \"a@b.example\";") == ["report", "keep*"])
    }

    @Test("what the command says goes into the action")
    func arguments() throws {
        #expect(
            try action("\(require) report :headers_only \" fraud \" \"M\" \"Abuse <a@b.example>\";")
                == .report(
                    AbuseReport(
                        feedbackType: "fraud", message: Array("M".utf8), address: "a@b.example",
                        hasHeaderOnly: true)))
    }

    @Test("the same address gets one report")
    func duplicates() {
        let script =
            "\(require) report \"abuse\" \"1\" \"a@b.example\"; report \"fraud\" \"2\" \"a@B.example\"; report \"abuse\" \"3\" \"c@b.example\";"
        #expect(outcome(script) == ["report", "report", "keep*"])
    }

    @Test(
        "what is wrong with the command is told",
        arguments: [
            ("report;", "1:49 missing-argument"), ("report \"abuse\";", "1:57 missing-argument"),
            ("report \"abuse\" \"m\";", "1:61 missing-argument"),
            ("report \"abuse\" \"m\" 1;", "1:62 wrong-argument"),
            ("report :frop \"abuse\" \"m\" \"a@b.example\";", "1:50 unknown-tag"),
            ("report \"abuse\" \"m\" \"a@b.example\" { }", "1:43 unexpected-block"),
            ("report \"?????\" \"m\" \"a@b.example\";", "1:50 invalid-feedback-type"),
            ("report \"\" \"m\" \"a@b.example\";", "1:50 invalid-feedback-type"),
            ("report \"abuse\" \"m\" \"a\";", "1:62 invalid-address"),
        ])
    func errors(command: String, expected: String) {
        let code = { (text: String) in text.split(separator: " ").last.map(String.init) ?? "" }
        #expect(SieveCase.diagnostics("\(require) \(command)").map(code) == [code(expected)])
    }

    @Test(
        "what only shows while the script runs makes it fail",
        arguments: ["report \"${x}\" \"m\" \"a@b.example\";", "report \"abuse\" \"m\" \"${x}\";"])
    func failures(command: String) throws {
        #expect(try runtimeFailure("\(require) \(command)") != nil)
    }
}

@Suite("the message of a report")
struct ReportCompositionTests {
    private func report(headerOnly: Bool = false) -> AbuseReport {
        AbuseReport(
            feedbackType: "abuse", message: Array("Späm!".utf8), address: "abuse@example.com",
            hasHeaderOnly: headerOnly)
    }

    @Test("it has a text, a part for programs, and the message (RFC 5965 §2)")
    func parts() throws {
        let outgoing = report().composed(try ResponseCase().context())
        #expect(outgoing.sender == "")
        #expect(outgoing.recipients == ["abuse@example.com"])
        let message = Message(outgoing.bytes)
        #expect(message.values("Subject") == ["Report: Tulips"])
        #expect(message.raw("From") == "postmaster@example.net")
        #expect(message.raw("Auto-Submitted") == "auto-generated (report)")
        let parts = message.structure().children
        #expect(
            parts.map { "\($0.mediaType)/\($0.mediaSubtype)" } == [
                "text/plain", "message/feedback-report", "message/rfc822",
            ])
        #expect(message.structure().mediaSubtype == "report")
        #expect(message.content(of: parts[0], limit: 100).text.hasPrefix("Späm!"))
        #expect(
            message.content(of: parts[1], limit: 1000).text == """
                Feedback-Type: abuse
                User-Agent: Postmaster
                Version: 1
                Original-Mail-From: <ann@example.org>
                Original-Rcpt-To: <bob@example.net>
                Dovecot-Reporting-User: <bob@example.net>

                """)
        #expect(message.content(of: parts[2], limit: 10_000).text.contains("Have a look."))
        try expectSound(outgoing.bytes)
    }

    @Test("with :headers_only the body stays here")
    func headerOnly() throws {
        let outgoing = report(headerOnly: true).composed(try ResponseCase().context())
        #expect(!outgoing.bytes.text.contains("Have a look."))
        #expect(outgoing.bytes.text.contains("text/rfc822-headers"))
    }

    @Test(
        "the site can choose whom it comes from",
        arguments: [
            (AddressSource.sender, "ann@example.org"), (.recipient, "bob@example.net"),
            (.originalRecipient, "all@example.net"), (.userAddress, "b@own.example"),
            (.postmaster, "postmaster@example.net"),
        ])
    func author(source: AddressSource, expected: String) throws {
        let test = ResponseCase(originalRecipient: "all@example.net", owner: "b@own.example")
        let message = Message(report().composed(try test.context(), from: source).bytes)
        #expect(message.raw("From") == expected)
        #expect(
            message.bytes.array(0..<message.bytes.count).text.contains(
                "Dovecot-Reporting-User: <b@own.example>"))
    }

    @Test("the null sender is reported as what it is")
    func nullSender() throws {
        let outgoing = report().composed(try ResponseCase(sender: "").context(), from: .sender)
        #expect(outgoing.bytes.text.contains("Original-Mail-From: <>"))
        #expect(Message(outgoing.bytes).raw("From") == "postmaster@example.net")
    }
}
