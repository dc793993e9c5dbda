import Foundation
import Testing

/// Mail that is redirected leaves through real servers, and is where their logs say it is.
@Suite("Relays", .serialized, .enabled(if: isRoot, "starting servers needs root"))
struct RelayTests {
    enum Server: String, CaseIterable, Sendable {
        case postfix, exim, openSMTPD

        /// Those whose packages are there.
        static let present = allCases.filter { server in
            switch server {
            case .postfix: PostfixRelay.isInstalled
            case .exim: EximServer.isUnpacked
            case .openSMTPD: OpenSMTPDServer.isUnpacked
            }
        }

        /// - Parameter chunking: whether it announces CHUNKING, if it can.
        func start(
            in workplace: Workplace, sizeLimit: Int = 4 << 20, chunking: Bool = true
        ) throws -> any ReceivingPeer {
            switch self {
            case .postfix:
                var setup = PostfixRelay.Setup()
                setup.sizeLimit = sizeLimit
                setup.hasChunking = chunking
                return try PostfixRelay(workplace, "relay", setup)
            case .exim: return try EximServer(workplace, sizeLimit: sizeLimit, chunking: chunking)
            case .openSMTPD: return try OpenSMTPDServer(workplace, sizeLimit: sizeLimit)
            }
        }
    }

    // MARK: What arrives

    @Test("all servers that these tests want are there")
    func servers() {
        #expect(Server.present == Server.allCases)
    }

    @Test(
        "what is redirected arrives byte for byte, as both logs say, by BDAT and by DATA",
        arguments: Server.present,
        [true, false])
    func unchanged(server: Server, chunking: Bool) throws {
        let workplace = try Workplace()
        let peer = try server.start(in: workplace, chunking: chunking)
        let announced = try SMTPClient(port: peer.port).capabilities()
        #expect(announced.contains("CHUNKING") == (chunking && server != .openSMTPD))
        let site = try ForwardingSite(in: workplace, relay: peer.route)
        let messages = Self.messages
        for (message, _) in messages { try site.redirect(message, to: "carol@remote.test") }
        #expect(try site.queue().count == messages.count)
        #expect(try site.sweep() == messages.map { _ in "delivered" }, "\(site.log)")
        #expect(try site.queue().isEmpty)

        let received = try peer.receive(messages.count)
        #expect(received.count == messages.count, "\(peer.log)")
        for (index, (_, arriving)) in messages.enumerated() {
            let matching = received.filter { $0.bytes.suffix(arriving.count) == arriving }
            #expect(matching.count == 1, "message \(index)")
            guard let stored = matching.first else { continue }
            #expect(stored.reversePath == "alice@example.org")
            #expect(stored.finalRecipient == "carol@remote.test")
            // The trace field that finds loops is all that was added, before the server added its own.
            let added = String(decoding: stored.bytes.dropLast(arriving.count), as: UTF8.self)
            #expect(added.hasSuffix("\nDelivered-To: reader@example.net\n"), "\(added)")
        }
        let results = try site.results()
        #expect(try eventually { peer.accepted.count == messages.count }, "\(peer.log)")
        for id in peer.accepted {
            #expect(results.count { $0.hasPrefix("sent to ") && $0.contains(id) } == 1, "\(id) in \(results)")
        }
    }

    @Test("the null reverse path stays null", arguments: Server.present)
    func nullSender(server: Server) throws {
        let workplace = try Workplace()
        let peer = try server.start(in: workplace)
        let site = try ForwardingSite(in: workplace, relay: peer.route)
        try site.redirect(TestMessage.text(subject: "a report"), to: "carol@remote.test", sender: "")
        try site.sweep()
        // OpenSMTPD writes no field for it.
        #expect(try peer.receive(1).map { $0.reversePath ?? "" } == [""], "\(site.log)\(peer.log)")
    }

    /// What is sent, and what has to arrive: without its last line's end it gets one, and a CR alone, which
    /// could end a message where none ends, becomes a space.
    private static var messages: [(sent: Data, arriving: Data)] {
        let difficult = TestMessage.difficult(subject: "every byte")
        let signed = TestMessage.text(
            subject: "signed",
            fields:
                "DKIM-Signature: v=1; a=rsa-sha256; d=example.org; s=x;\n\th=From:To; bh=AAAA;\n\tb=BB BB\n",
            body: "Trailing blanks \t \n\n\n")
        let crlf = String(decoding: difficult, as: UTF8.self).replacing("\n", with: "\r\n")
        let dots = TestMessage.text(subject: "dots", body: ".\n..\n.a\n...\n\n.\n")
        let long = TestMessage.text(
            subject: "long",
            body: [900, 998, 1200, 5000].map { String(repeating: "x", count: $0) + "\n" }.joined())
        let large = TestMessage.text(
            subject: "large", body: String(repeating: "0123456789abcdef.\n.", count: 100_000) + "\n")
        let empty = TestMessage.text(subject: "no body", body: "")
        let open = TestMessage.text(subject: "no end", body: "the last line")
        let bare = TestMessage.text(subject: "bare CR", body: "one\rtwo\r.\r\r\n.\n")
        let smuggled = TestMessage.text(
            subject: "smuggled", body: "a\r\r\n.\r\r\nMAIL FROM:<x@y.test>\r\n\r.\r\nb\n.\r\nc\n")
        return [difficult, signed, dots, long, large, empty].map { ($0, $0) } + [
            (Data(crlf.utf8), Data(crlf.replacing("\r\n", with: "\n").utf8)),
            (open, open + Data("\n".utf8)), (bare, withoutBareReturns(bare)),
            (smuggled, withoutBareReturns(smuggled)),
        ]
    }

    private static func withoutBareReturns(_ message: Data) -> Data {
        let marked = String(decoding: message, as: UTF8.self).unicodeScalars.map(String.init).joined()
        return Data(
            marked.replacingOccurrences(of: "\r\n", with: "\n", options: .literal)
                .replacingOccurrences(of: "\r", with: " ", options: .literal).utf8)
    }

    // MARK: What does not

    @Test(
        "an unknown recipient's refusal comes back to the sender, as the server worded it",
        arguments: Server.present)
    func unknownUser(server: Server) throws {
        let workplace = try Workplace()
        let peer = try server.start(in: workplace)
        let site = try ForwardingSite(in: workplace, relay: peer.route)
        let message = TestMessage.text(subject: "for nobody")
        try site.redirect(message, to: "unknown@remote.test", "carol@remote.test")
        try site.sweep()
        let received = try peer.receive(2)
        #expect(received.count == 2, "\(peer.log)\(site.log)")
        #expect(try site.queue().isEmpty)

        #expect(received.filter { $0.finalRecipient == "carol@remote.test" }.count == 1)
        let stored = try #require(received.first { $0.finalRecipient == "alice@example.org" })
        #expect((stored.reversePath ?? "") == "")
        let report = try ParsedReport(stored.bytes)
        #expect(report.defects.isEmpty)
        #expect(report.type == "multipart/report" && report.reportType == "delivery-status")
        #expect(report.types == ["text/plain", "message/delivery-status", "message/rfc822"])
        #expect(report.status.first?["reporting-mta"] == "dns; client.test")
        let recipient = try #require(report.recipients.first)
        #expect(report.recipients.count == 1)
        // Whom the sender wrote to: where that person's mail goes on to is not for everybody.
        #expect(recipient["final-recipient"] == "rfc822; reader@example.net")
        #expect(recipient["action"] == "failed")
        #expect(recipient["status"]?.hasPrefix("5.") == true)
        #expect(recipient["diagnostic-code"]?.hasPrefix("smtp; 550 ") == true, "\(recipient)")
        #expect(recipient["remote-mta"]?.contains("127.0.0.1") == true, "\(recipient)")
        #expect(report.returned.contains("Subject: for nobody"))
        #expect(report.header["auto-submitted"]?.hasPrefix("auto-replied") == true)
        #expect(try peer.receive(3, seconds: 0.1).count == 2, "one report")
    }

    @Test("what a server puts off waits, and goes with the next sweep", arguments: [Server.postfix, .exim])
    func putOff(server: Server) throws {
        let workplace = try Workplace()
        let peer = try server.start(in: workplace)
        let site = try ForwardingSite(in: workplace, relay: peer.route)
        let delay = { (isSo: Bool) in
            try (peer as? EximServer)?.delays(isSo)
            try (peer as? PostfixRelay)?.delays(isSo)
        }
        try delay(true)
        try site.redirect(TestMessage.text(subject: "later"), to: "later@remote.test", "carol@remote.test")
        #expect(try site.sweep() == ["rescheduled"])
        #expect(try site.causes() == ["reply"])
        #expect((try site.queue().first?["reason"] as? String)?.contains("come back later") == true)
        #expect(try peer.receive(1).map(\.finalRecipient) == ["carol@remote.test"])
        #expect(try site.sweep([]).isEmpty, "it is not due yet")

        try delay(false)
        #expect(try site.sweep() == ["delivered"])
        #expect(
            try peer.receive(2).compactMap(\.finalRecipient).sorted() == [
                "carol@remote.test", "later@remote.test",
            ])
        #expect(try site.queue().isEmpty)
    }

    @Test(
        "more than a server takes comes back to the sender, before any of it was sent",
        arguments: Server.present)
    func tooLarge(server: Server) throws {
        let workplace = try Workplace()
        let peer = try server.start(in: workplace, sizeLimit: 100_000)
        let site = try ForwardingSite(in: workplace, relay: peer.route)
        let body = String(repeating: "0123456789abcdef\n", count: 8000)
        try site.redirect(TestMessage.text(subject: "too large", body: body), to: "carol@remote.test")
        try site.sweep()
        let received = try peer.receive(1)
        let report = try ParsedReport(try #require(received.first, "\(site.log)").bytes)
        #expect(received.count == 1 && received.first?.finalRecipient == "alice@example.org")
        #expect(report.recipients.first?["status"] == "5.3.4", "\(report)")
        #expect(!peer.log.contains("exceed"), "it should not have been offered: \(peer.log)")
        #expect(try site.queue().isEmpty)
    }

    @Test("what needs SMTPUTF8 goes to a server that has it; of another one the sender is told")
    func international() throws {
        let workplace = try Workplace()
        let exim = try EximServer(workplace)
        let openSMTPD = try OpenSMTPDServer(workplace)
        var site = try ForwardingSite(in: workplace, relay: exim.route)
        site.settings.append("transport.routes=old.test \(openSMTPD.route)")
        let sender = "jürgen@exämple.test"
        let message = TestMessage.text(subject: "Grüße", from: sender)
        try site.redirect(message, to: "carol@remote.test", sender: sender)
        #expect(try site.sweep() == ["delivered"], "\(site.log)\(exim.log)")
        let stored = try #require(try exim.receive(1).first)
        #expect(
            stored.reversePath == sender && stored.bytes.suffix(message.count) == message, "\(stored.text)")

        try site.redirect(message, to: "carol@old.test", sender: sender)
        try site.sweep()
        let received = try exim.receive(2)
        #expect(received.count == 2 && openSMTPD.received.isEmpty, "\(site.log)\(exim.log)")
        let returned = try #require(received.first { $0.finalRecipient == sender })
        let report = try ParsedReport(returned.bytes)
        #expect(
            report.types == ["text/plain", "message/global-delivery-status", "message/global"], "\(report)")
        #expect(report.recipients.first?["status"] == "5.6.7", "\(report)")
        #expect(report.defects.isEmpty)
    }
}
