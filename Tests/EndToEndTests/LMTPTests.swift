import Foundation
import Testing

/// Postmaster in front of a real Dovecot: what is to be stored is handed over by LMTP.
@Suite(
    "LMTP", .serialized, .enabled(if: isRoot, "starting Dovecot needs root"),
    .enabled(if: DovecotDelivery.isInstalled, "Debian's package dovecot-lmtpd is not installed"))
struct LMTPTests {
    enum Place: String, CaseIterable, Sendable { case port, socket }

    @Test("what is stored is in Dovecot's Maildir, byte for byte", arguments: Place.allCases)
    func stored(place: Place) throws {
        let site = try Site(place)
        let message = TestMessage.difficult(subject: "handed over")
        try site.deliver(message, script: "keep;", to: "bob@dovecot.test")
        #expect(try site.forwarding.sweep().allSatisfy { $0 == "delivered" }, "\(site.forwarding.log)")
        #expect(try site.forwarding.queue().isEmpty)
        let stored = try #require(site.dovecot.messages("bob").first, "\(site.dovecot.log)")
        #expect(site.dovecot.messages("bob").count == 1)
        #expect(stored.bytes.suffix(message.count) == message)
        #expect(stored.reversePath == "alice@example.org")
        #expect(messages(site.forwarding.maildir).isEmpty, "nothing stays here")
        #expect(site.dovecot.saved == 1)
        #expect(
            try site.forwarding.results().contains {
                $0.hasPrefix("handed over to ") && $0.contains(": 250 2.0.0 ")
            })
    }

    @Test(
        "a rule's folder is told as the detail of the address, if the site says so", arguments: [true, false])
    func detail(isTold: Bool) throws {
        let site = try Site(.socket, more: ["transport.local-detail=\(isTold)"])
        let message = TestMessage.text(subject: "for a folder")
        try site.deliver(
            message, script: "require [\"fileinto\", \"copy\"]; fileinto :copy \"Work\";",
            to: "bob@dovecot.test")
        try site.forwarding.sweep()
        #expect(site.dovecot.messages("bob", ".Work").count == (isTold ? 1 : 0), "\(site.dovecot.log)")
        #expect(site.dovecot.messages("bob").count >= 1)
        #expect(try site.forwarding.queue().isEmpty)
    }

    @Test("each recipient has a fate of its own")
    func recipients() throws {
        let site = try Site(.port, asRelay: true)
        let message = TestMessage.difficult(subject: "for four")
        try site.forwarding.redirect(
            message, to: "bob@dovecot.test", "alice+Work@dovecot.test", "full@dovecot.test",
            "nobody@dovecot.test")
        try site.forwarding.sweep()
        #expect(site.dovecot.messages("bob").count == 1, "\(site.dovecot.log)\(site.forwarding.log)")
        #expect(site.dovecot.messages("alice", ".Work").count == 1)
        #expect(site.dovecot.saved == 2)
        let report = try #require(try site.reports.receive(1).first, "\(site.forwarding.log)")
        let parsed = try ParsedReport(report.bytes)
        #expect(Set(parsed.recipients.compactMap { $0["status"] }) == ["5.2.2", "5.1.1"], "\(parsed)")
        #expect(parsed.recipients.allSatisfy { $0["diagnostic-code"]?.hasPrefix("smtp; 55") == true })
        #expect(try site.forwarding.queue().isEmpty)
    }

    @Test("a user whom Dovecot does not know, or whose mailbox is full, is told to the sender")
    func refused() throws {
        let site = try Site(.socket)
        let large = TestMessage.difficult(subject: "too much")
        try site.deliver(large, script: "keep;", to: "full@dovecot.test")
        try site.deliver(TestMessage.text(subject: "whom?"), script: "keep;", to: "x@dovecot.test")
        try site.forwarding.sweep()
        let reports = try site.reports.receive(2).map { try ParsedReport($0.bytes) }
        #expect(
            Set(reports.compactMap { $0.recipients.first?["status"] }) == ["5.2.2", "5.1.1"],
            "\(site.forwarding.log)\(site.dovecot.log)")
        #expect(reports.allSatisfy { $0.recipients.first?["diagnostic-code"]?.hasPrefix("smtp; 55") == true })
        #expect(try site.forwarding.queue().isEmpty)
        #expect(messages(site.forwarding.maildir).isEmpty)
    }

    @Test("while Dovecot is away mail waits here, and is handed over once it is back")
    func away() throws {
        let workplace = try Workplace()
        var forwarding = try ForwardingSite(in: workplace)
        forwarding.settings = ["transport.local=lmtp:unix:\(workplace["lmtp"])"]
        let message = TestMessage.difficult(subject: "patience")
        let completed = try forwarding.deliver(message, script: "keep;", recipient: "bob@dovecot.test")
        #expect(completed.code == 0)
        #expect(try forwarding.sweep() == ["rescheduled"])
        #expect(try forwarding.causes() == ["connection"])
        #expect(messages(forwarding.maildir).isEmpty)
        let dovecot = try DovecotDelivery(workplace)
        #expect(try forwarding.sweep() == ["delivered"], "\(forwarding.log)")
        #expect(dovecot.messages("bob").map { $0.bytes.suffix(message.count) } == [message])
    }

    @Test("a thousand messages are handed over, each once")
    func thousand() throws {
        let site = try Site(.socket, asRelay: true)
        try site.forwarding.fill(1000, to: "bob@dovecot.test")
        #expect(try site.forwarding.sweep().count { $0 == "delivered" } == 1000)
        let subjects = site.dovecot.messages("bob").compactMap { $0.field("Subject") }
        #expect(subjects.count == 1000 && Set(subjects).count == 1000)
        #expect(site.dovecot.saved == 1000)
    }
}

/// A Dovecot that gets what is to be stored, or what is redirected to `dovecot.test`; and a server for all else.
private struct Site {
    let workplace: Workplace
    let dovecot: DovecotDelivery
    let reports: EximServer
    var forwarding: ForwardingSite

    init(_ place: LMTPTests.Place, asRelay: Bool = false, more: [String] = []) throws {
        workplace = try Workplace()
        dovecot = try DovecotDelivery(workplace)
        reports = try EximServer(workplace)
        forwarding = try ForwardingSite(in: workplace, relay: reports.route)
        let route =
            switch place {
            case .port: "lmtp://127.0.0.1:\(dovecot.port)"
            case .socket: "lmtp:unix:\(dovecot.socket)"
            }
        forwarding.settings += [
            asRelay ? "transport.routes=dovecot.test \(route)" : "transport.local=\(route)"
        ]
        forwarding.settings += more
    }

    func deliver(_ message: Data, script: String, to recipient: String) throws {
        let completed = try forwarding.deliver(message, script: script, recipient: recipient)
        guard completed.code == 0 else { throw Obstacle("not delivered: \(completed)") }
    }
}
