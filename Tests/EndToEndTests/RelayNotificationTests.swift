import Foundation
import Testing

/// Who is told what: notifications that are asked for, answers, notices and refusals, through real servers.
@Suite(
    "Relay notifications", .serialized, .enabled(if: isRoot, "starting servers needs root"),
    .enabled(if: PostfixRelay.isInstalled, "Debian's package postfix is not installed"))
struct RelayNotificationTests {
    @Test("what a script asks to be notified of, Postfix tells the sender")
    func success() throws {
        let workplace = try Workplace()
        let relay = try PostfixRelay(workplace)
        let site = try ForwardingSite(in: workplace, relay: relay.route)
        let script = """
            require ["envelope", "redirect-dsn"];
            redirect :notify "SUCCESS,FAILURE" "carol@remote.test";
            """
        let completed = try site.deliver(
            TestMessage.text(subject: "by registered mail"), script: script,
            more: ["--envid", "an+id=7", "-a", "reader+list@example.net"])
        #expect(completed.code == 0, "\(completed)")
        #expect(try site.sweep() == ["delivered"], "\(site.log)")

        let received = try relay.receive(2)
        #expect(received.count == 2, "\(relay.log)")
        let stored = try #require(received.first { $0.finalRecipient == "alice@example.org" })
        #expect(stored.reversePath == "")
        let report = try ParsedReport(stored.bytes)
        #expect(report.status.first?["original-envelope-id"] == "an+id=7", "\(report)")
        #expect(report.recipients.count == 1)
        #expect(
            report.recipients.first?["original-recipient"] == "rfc822;reader+list@example.net", "\(report)")
        #expect(report.recipients.first?["final-recipient"] == "rfc822; carol@remote.test")
        #expect(report.recipients.first?["action"] == "delivered")
        #expect(report.returned.contains("by registered mail"))
    }

    @Test("of what fails behind us as much comes back as the script says", arguments: ["HDRS", "FULL"])
    func returned(_ returned: String) throws {
        let workplace = try Workplace()
        let relay = try PostfixRelay(workplace)
        let site = try ForwardingSite(in: workplace, relay: relay.route)
        let script = """
            require ["envelope", "redirect-dsn"];
            redirect :notify "FAILURE" :ret "\(returned)" "carol@gone.test";
            """
        let body = "what is between us"
        let message = TestMessage.text(subject: "by registered mail", body: body + "\n")
        #expect(try site.deliver(message, script: script).code == 0)
        #expect(try site.sweep() == ["delivered"], "\(site.log)")
        let stored = try #require(try relay.receive(1).first, "\(relay.log)")
        #expect(stored.finalRecipient == "alice@example.org")
        let report = try ParsedReport(stored.bytes)
        #expect(report.recipients.first?["action"] == "failed")
        #expect(report.recipients.first?["original-recipient"] == "rfc822;reader@example.net", "\(report)")
        #expect(report.returned.contains("by registered mail"))
        #expect(report.returned.contains(body) == (returned == "FULL"), "\(report.returned)")
    }

    @Test("nobody is told of a failure that nobody wants to know of")
    func never() throws {
        let workplace = try Workplace()
        let relay = try PostfixRelay(workplace)
        let site = try ForwardingSite(in: workplace, relay: relay.route)
        for address in ["carol@gone.test", "unknown@remote.test"] {
            let script = """
                require ["envelope", "redirect-dsn"];
                redirect :notify "NEVER" "\(address)";
                """
            let completed = try site.deliver(TestMessage.text(subject: "whatever"), script: script)
            #expect(completed.code == 0, "\(completed)")
        }
        try site.sweep()
        #expect(try eventually { relay.log.contains("status=bounced") }, "\(relay.log)")
        #expect(try eventually { try relay.queue().contains("is empty") })
        #expect(relay.received.isEmpty, "\(relay.received.map(\.text))")
    }

    @Test("where the next server cannot tell of success, we tell that we handed the message on")
    func relayed() throws {
        let workplace = try Workplace()
        let dovecot = try DovecotDelivery(workplace)
        let relay = try PostfixRelay(workplace)
        var site = try ForwardingSite(in: workplace, relay: relay.route)
        site.settings.append("transport.routes=dovecot.test lmtp:unix:\(dovecot.socket)")
        let script = """
            require ["envelope", "redirect-dsn"];
            redirect :notify "SUCCESS" "bob@dovecot.test";
            """
        let message = TestMessage.text(subject: "to the last server that knows")
        #expect(try site.deliver(message, script: script).code == 0)
        try site.sweep()
        #expect(dovecot.messages("bob").count == 1, "\(dovecot.log)")
        let report = try ParsedReport(try #require(try relay.receive(1).first, "\(site.log)").bytes)
        #expect(report.recipients.first?["action"] == "relayed", "\(report)")
        #expect(report.recipients.first?["status"]?.hasPrefix("2.") == true)
        #expect(report.defects.isEmpty)
    }

    @Test("vacation's answer leaves by SMTP, once")
    func vacation() throws {
        let workplace = try Workplace()
        let relay = try PostfixRelay(workplace)
        let site = try ForwardingSite(in: workplace, relay: relay.route)
        let script = """
            require "vacation";
            vacation :days 7 :subject "Fort" :addresses "reader@example.net" "Ich bin bis Montag fort. Grüße!";
            """
        for number in 0..<3 {
            let message = TestMessage.text(subject: "question \(number)", to: "reader@example.net")
            #expect(try site.deliver(message, script: script).code == 0)
        }
        try site.sweep()
        let received = try relay.receive(1)
        #expect(received.count == 1, "\(site.log)\(relay.log)")
        let stored = try #require(received.first)
        #expect(stored.reversePath == "" && stored.finalRecipient == "alice@example.org")
        let answer = try ParsedReport(stored.bytes)
        #expect(answer.header["subject"] == "Fort")
        #expect(answer.header["auto-submitted"]?.hasPrefix("auto-replied") == true)
        #expect(answer.header["from"]?.contains("reader@example.net") == true)
        #expect(answer.text.contains("Grüße!"), "\(answer.text)")
        #expect(answer.defects.isEmpty)
        #expect(messages(site.maildir).count == 3)
    }

    @Test("a refusal that an exit status cannot say leaves by SMTP as a notification")
    func reject() throws {
        let workplace = try Workplace()
        let relay = try PostfixRelay(workplace)
        let site = try ForwardingSite(in: workplace, relay: relay.route)
        let message = TestMessage.text(subject: "buy!", to: "reader@example.net")
        let completed = try site.deliver(message, script: "require \"reject\"; reject \"Nein, müde davon.\";")
        #expect(completed.code == 0, "\(completed)")
        try site.sweep()
        let stored = try #require(try relay.receive(1).first, "\(site.log)\(relay.log)")
        #expect(stored.reversePath == "" && stored.finalRecipient == "alice@example.org")
        let report = try ParsedReport(stored.bytes)
        #expect(
            report.type == "multipart/report" && report.reportType == "disposition-notification", "\(report)")
        #expect(report.types.prefix(2) == ["text/plain", "message/disposition-notification"])
        #expect(report.text.contains("Nein, müde davon."), "\(report.text)")
        #expect(report.defects.isEmpty)
        #expect(messages(site.maildir).isEmpty)
    }

    @Test("a notice of new mail leaves by SMTP")
    func notice() throws {
        let workplace = try Workplace()
        let relay = try PostfixRelay(workplace)
        let site = try ForwardingSite(in: workplace, relay: relay.route)
        let script = """
            require "enotify";
            notify :message "Post ist da: Grüße" "mailto:pager@remote.test?subject=Post";
            """
        #expect(
            try site.deliver(TestMessage.text(subject: "x", to: "reader@example.net"), script: script).code
                == 0)
        try site.sweep()
        let stored = try #require(try relay.receive(1).first, "\(site.log)\(relay.log)")
        #expect(stored.finalRecipient == "pager@remote.test")
        let notice = try ParsedReport(stored.bytes)
        #expect(notice.header["auto-submitted"]?.hasPrefix("auto-notified") == true, "\(notice)")
        #expect(notice.defects.isEmpty)
        #expect(messages(site.maildir).count == 1)
    }

    // MARK: Rewritten senders

    @Test("the bounce of what was redirected comes back to the original sender, by the rewritten address")
    func rewrittenSender() throws {
        let workplace = try Workplace()
        try workplace.makeDirectory("returns", mode: 0o755)
        var site = try ForwardingSite(in: workplace)
        site.settings = [
            "transport.srs-domain=own.test", "transport.srs-secrets=first secret,second secret",
        ]
        // Postfix gives what comes for our domain back to us, as it is told in its master.cf.
        let command = try workplace.write(
            try Self.command(site), to: "returns/deliver", mode: 0o755)
        var setup = PostfixRelay.Setup()
        setup.command = "\(command) ${sender} ${original_recipient}"
        let relay = try PostfixRelay(workplace, "relay", setup)
        site.settings.append("transport.relay=\(relay.route)")
        try workplace.write(relay.route, to: "returns/relay")

        try site.redirect(TestMessage.text(subject: "to one who left"), to: "carol@gone.test")
        #expect(try site.sweep() == ["delivered"], "\(site.log)")
        #expect(
            try eventually {
                relay.log.contains("relay=own, ") && relay.log.contains("status=sent (delivered via own")
            },
            "\(relay.log)")
        #expect(relay.log.contains("from=<SRS0="), "\(relay.log)")
        #expect(relay.received.isEmpty)
        // The bounce is in our spool now, and goes to whom the first message came from.
        try site.sweep()
        let stored = try #require(try relay.receive(1).first, "\(site.log)\(relay.log)")
        #expect(stored.reversePath == "" && stored.finalRecipient == "alice@example.org")
        let report = try ParsedReport(stored.bytes)
        #expect(report.recipients.first?["final-recipient"] == "rfc822; carol@gone.test")
        #expect(report.returned.contains("Subject: to one who left"))

        // Nobody else may use us so.
        let address = "SRS0=AAAA=ZZ=example.org=alice@own.test"
        let client = SMTPClient(port: relay.port)
        try client.send(TestMessage.text(subject: "forged"), from: "", to: address)
        #expect(
            try eventually {
                relay.log.split(separator: "\n").contains {
                    $0.contains("to=<\(address)>") && $0.contains("dsn=5.1.1, status=bounced")
                }
            }, "\(relay.log)")
        try site.sweep()
        #expect(try relay.receive(2, seconds: 1).count == 1, "\(relay.log)")
    }

    /// A command for pipe(8): the message to whom the second word says, from whom the first says.
    private static func command(_ site: ForwardingSite) throws -> String {
        let options = try site.options().map { "'\($0)'" }.joined(separator: " ")
        return """
            #!/bin/sh
            exec \(try site.workplace.program(.postmaster)) \(options) \\
                -o "transport.relay=$(cat \(site.workplace["returns/relay"]))" -f "$1" -r "$2" -d "$2"

            """
    }
}
