import ContentChecks
import DeliveryStatus
import MailMessage
import Platform
import Settings
import Spool
import TestSupport
import Testing

@testable import Delivery

/// What becomes of messages that are checked when the spool is drained.
@Suite struct CheckedRetryTests {
    private var site: Site
    private static let trace = "Return-Path: <alice@example.net>\nDelivered-To: bob@example.org\n"
    private static let evil = "Subject: hello\n\nEVIL\n"
    private static let day = 86_400

    init() throws {
        site = try Site()
        site.askClamd()
        try site.makeFolder()
    }

    @Test("the rules run once the scanner answers, and see what it says")
    func rules() throws {
        var site = site
        try site.use(
            "require [\"virustest\", \"fileinto\", \"mailbox\"]; if virustest \"1\" { fileinto :create \"Tested\"; }"
        )
        let entry = try site.commit([.deliver])
        guard case .rescheduled = try site.visit(entry) else {
            Issue.record("not rescheduled")
            return
        }
        let again = try #require(try site.entries().first)
        let clamd = try Scanner.clamd(at: site.socket("clamd"))
        #expect(try site.visit(again) == .delivered)
        clamd.end()
        #expect(try site.copies(".Tested") == [Self.trace + Site.message])
    }

    @Test(
        "a scanner that stays silent is waited for, but no message is returned for it: near its end it is delivered",
        arguments: [(3, false), (5, true), (30, true)])
    func patience(days: Int, isDelivered: Bool) throws {
        var site = site
        site.set("retry.expire=5d", "retry.warn=0s")
        let entry = try site.commit([.deliver], age: days * Self.day)
        let result = try site.visit(entry)
        guard isDelivered else {
            #expect(result.word == "rescheduled" && site.files() == [])
            return
        }
        #expect(result == .delivered)
        #expect(try site.copies() == [Self.trace + "X-Virus-Status: Unknown\n" + Site.message])
        #expect(try site.entries() == [] && site.sendmailCalls == 0)
    }

    @Test(
        "an entry is put on hold for what is found in it, and is delivered by its rules when it is released")
    func hold() throws {
        var site = site
        site.set("checks.quarantine=hold")
        let clamd = try Scanner.clamd(at: site.socket("clamd"))
        let entry = try site.commit([.deliver], message: Self.evil)
        #expect(try site.visit(entry) == .held(reason: "virus \(Scanner.virus) (clamd)"))
        let held = try #require(try site.entries().first)
        #expect(held.place == .hold && site.files() == [])
        #expect(try site.summary(held).journal.map(\.kind) == ["quarantined"])
        #expect(try site.visit(site.release(held)) == .delivered)
        clamd.end()
        #expect(
            try site.copies() == [Self.trace + "X-Virus-Status: Infected (\(Scanner.virus))\n" + Self.evil])
    }

    @Test("a refusal becomes a report to the sender, and a discard ends the entry")
    func refusal() throws {
        var site = site
        site.set("checks.clamd.on-virus=reject")
        try site.installSendmail()
        let clamd = try Scanner.clamd(at: site.socket("clamd"))
        let entry = try site.commit([.deliver], message: Self.evil)
        #expect(try site.visit(entry) == .bounced(reason: "virus \(Scanner.virus) (clamd)"))
        #expect(site.sendmailInput.contains("5.7.1") && site.sendmailInput.contains(Scanner.virus))
        #expect(try site.entries() == [] && site.files() == [])
        site.set("checks.clamd.on-virus=discard")
        #expect(try site.visit(try site.commit([.deliver], message: Self.evil)) == .delivered)
        clamd.end()
        #expect(try site.entries() == [] && site.files() == [])
        #expect(site.sendmailCalls == 1)
    }

    @Test(
        "all copies have the fields, each once, also of a message that is not kept in memory",
        arguments: [false, true])
    func tag(isLarge: Bool) throws {
        var site = site
        site.set("checks.clamd.on-virus=tag")
        if isLarge { site.set("delivery.memory=4K") }
        try site.use("require [\"fileinto\", \"mailbox\"]; fileinto :create \"A\"; fileinto :create \"B\";")
        let body = isLarge ? String(repeating: "EVIL line\n", count: 2000) : "EVIL\n"
        let message = "X-Virus-Status: Clean\nSubject: a\n\n" + body
        let clamd = try Scanner.clamd(at: site.socket("clamd"))
        #expect(try site.visit(try site.commit([.deliver], message: message)) == .delivered)
        clamd.end()
        let expected = "X-Virus-Status: Infected (\(Scanner.virus))\nSubject: a\n\n" + body
        #expect(
            try site.copies(".A") == [Self.trace + expected] && site.copies(".B") == [Self.trace + expected])
        #expect(try site.entries() == [] && site.leftovers == [])
    }

    @Test("what is known of the client is kept for scanners that are asked later")
    func client() throws {
        var envelope = site.envelope
        envelope.clientAddress = "192.0.2.7"
        envelope.clientName = "mail.example.net"
        envelope.clientHELO = "helo.example.net"
        let spooled = SpooledWork.envelope(
            envelope, destination: try site.destination, mailbox: nil, tasks: [.deliver], reason: "",
            created: .now())
        let read = try #require(SpooledWork.envelope(of: spooled))
        let scanned = ScannedEnvelope(read, user: "bob")
        #expect(scanned.clientAddress == "192.0.2.7" && scanned.clientName == "mail.example.net")
        #expect(scanned.clientHELO == "helo.example.net" && scanned.user == "bob")
        #expect(scanned.sender == "alice@example.net" && scanned.recipient == "bob@example.org")
    }
}
