import Foundation
import Testing

/// The servers that other tests rely on do what they are taken for, shown without our programs.
@Suite("Peers", .serialized, .enabled(if: isRoot, "starting servers needs root"))
struct PeerTests {
    @Test(
        "Postfix takes mail for everybody, refuses and puts off what it is to, and bounces what it is to",
        .enabled(if: PostfixServer.isInstalled, "Debian's package postfix is not installed"))
    func postfix() throws {
        let workplace = try Workplace()
        let relay = try PostfixRelay(workplace)
        let client = SMTPClient(port: relay.port)
        try expectSink(relay, announcing: ["PIPELINING", "SIZE 4194304", "DSN", "CHUNKING", "SMTPUTF8"])

        let message = TestMessage.text(subject: "late")
        try relay.delays(true)
        #expect(
            try client.replies(to: message, from: "", to: ["later@a.test"]).first?.hasPrefix("450 ") == true)
        try relay.delays(false)
        #expect(
            try client.replies(to: message, from: "", to: ["later@a.test"]).first?.hasPrefix("250 ") == true)

        try client.send(message, from: "sender@a.test", to: "bob@gone.test")
        #expect(
            try eventually { relay.received.contains { $0.text.contains("Action: failed\nStatus: 5.1.1") } },
            "\(relay.log)")
        let report = try #require(relay.received.first { $0.text.contains("Action: failed") })
        #expect(report.reversePath == "" && report.finalRecipient == "sender@a.test")
    }

    @Test(
        "Postfix speaks TLS with a certificate of our own, and asks Dovecot for passwords",
        .enabled(if: PostfixServer.isInstalled, "Debian's package postfix is not installed"),
        .enabled(if: DovecotDelivery.isInstalled, "Debian's package dovecot-lmtpd is not installed"))
    func encryptedPostfix() throws {
        let workplace = try Workplace()
        let dovecot = try DovecotDelivery(workplace)
        let authority = try TestAuthority(in: workplace)
        var setup = PostfixRelay.Setup()
        setup.certificate = try authority.sign("relay-certificate", names: "DNS:mx.test")
        setup.passwords = dovecot.passwords
        let relay = try PostfixRelay(workplace, "relay", setup)
        for mechanism in PostfixRelay.Mechanism.allCases {
            let announced = try SMTPClient(port: relay.port(mechanism)).capabilities()
            #expect(announced.contains("AUTH \(mechanism.rawValue)"), "\(announced)\(relay.log)")
            #expect(announced.contains("STARTTLS"))
        }
        #expect(try SMTPClient(port: relay.port).capabilities().contains("STARTTLS") == false)

        let check = ["-CAfile", authority.certificate, "-verify_hostname", "mx.test", "-verify_return_error"]
        for (port, more) in [(relay.encryptedPort, ["-starttls", "smtp"]), (relay.implicitPort, [])] {
            let dialogue = try run(
                "/usr/bin/openssl",
                ["s_client", "-quiet", "-crlf", "-connect", "127.0.0.1:\(port)"] + check + more,
                input: Data("EHLO client.example.org\nQUIT\n".utf8))
            #expect(dialogue.output.contains("221 2.0.0 Bye"), "\(dialogue)")
        }
        let login = try run(
            "/usr/bin/openssl",
            ["s_client", "-quiet", "-crlf", "-connect", "127.0.0.1:\(relay.port(.plain))"] + check
                + ["-starttls", "smtp"],
            input: Data(
                "EHLO client.example.org\nAUTH PLAIN \(Data("\0relay\0secret".utf8).base64EncodedString())\nQUIT\n"
                    .utf8))
        #expect(login.output.contains("235 2.7.0 Authentication successful"), "\(login)\(relay.log)")
    }

    @Test(
        "Exim takes mail for everybody, refuses and puts off what it is to",
        .enabled(if: EximServer.isUnpacked, "Debian's package exim4-daemon-light is not unpacked"))
    func exim() throws {
        let exim = try EximServer(try Workplace())
        let client = SMTPClient(port: exim.port)
        try expectSink(
            exim, announcing: ["PIPELINING", "SIZE 4194304", "DSN", "CHUNKING", "PRDR", "SMTPUTF8"])
        let message = TestMessage.text(subject: "late")
        try exim.delays(true)
        #expect(
            try client.replies(to: message, from: "", to: ["later@a.test"]).first?.hasPrefix("451 ") == true)
        try exim.delays(false)
        #expect(
            try client.replies(to: message, from: "", to: ["later@a.test"]).first?.hasPrefix("250 ") == true)
    }

    @Test(
        "OpenSMTPD takes mail for everybody, and refuses what it is to",
        .enabled(if: OpenSMTPDServer.isUnpacked, "Debian's package opensmtpd is not unpacked"))
    func openSMTPD() throws {
        try expectSink(
            try OpenSMTPDServer(try Workplace()), announcing: ["8BITMIME", "SIZE 4194304", "DSN"])
    }

    @Test(
        "Dovecot takes mail for its users by LMTP, on a port and on a socket, and answers for each",
        .enabled(if: DovecotDelivery.isInstalled, "Debian's package dovecot-lmtpd is not installed"))
    func dovecot() throws {
        let dovecot = try DovecotDelivery(try Workplace())
        let message = TestMessage.difficult(subject: "for many")
        let recipients = [
            "bob@dovecot.test", "alice+Work@dovecot.test", "full@dovecot.test", "x@dovecot.test",
        ]
        let clients = [SMTPClient(port: dovecot.port, lmtp: true), SMTPClient(socket: dovecot.socket)]
        for (index, client) in clients.enumerated() {
            let replies = try client.replies(to: message, from: "sender@a.test", to: recipients)
            #expect(
                replies.map { String($0.prefix(9)) } == ["250 2.0.0", "250 2.0.0", "552 5.2.2", "550 5.1.1"],
                "\(replies)")
            for stored in [dovecot.messages("bob"), dovecot.messages("alice", ".Work")] {
                #expect(stored.count == index + 1)
                #expect(stored.allSatisfy { $0.bytes.suffix(message.count) == message })
            }
        }
        #expect(dovecot.messages("full").isEmpty)
        #expect(try eventually { dovecot.saved == 4 && dovecot.connections == 3 }, "\(dovecot.log)")
    }

    /// One message is taken, and its log says so; one is refused.
    private func expectSink(_ peer: some ReceivingPeer, announcing capabilities: [String]) throws {
        let client = SMTPClient(port: peer.port)
        let announced = try client.capabilities()
        for capability in capabilities {
            #expect(announced.contains { $0.hasPrefix(capability) }, "\(capability) is not in \(announced)")
        }
        let message = TestMessage.difficult(subject: "for everybody")
        let replies = try client.replies(
            to: message, from: "sender@a.test", to: ["bob+x@b.test", "unknown@b.test"])
        #expect(
            replies.first?.hasPrefix("250 ") == true && replies.last?.hasPrefix("550 ") == true, "\(replies)")
        let received = try peer.receive(1)
        let stored = try #require(received.first, "\(peer.log)")
        #expect(received.count == 1)
        #expect(stored.bytes.suffix(message.count) == message, "\(stored.text)")
        #expect(
            stored.reversePath == "sender@a.test" && stored.finalRecipient == "bob+x@b.test", "\(stored.text)"
        )
        #expect(try eventually { peer.accepted.count == 1 }, "\(peer.log)")
        #expect(replies.first?.contains(peer.accepted.first ?? "?") == true, "\(replies) \(peer.accepted)")
        // That of the start, and these two.
        #expect(try eventually { peer.connections == 3 }, "\(peer.log)")
    }
}
