import MailMessage
import Maildir
import Platform
import Settings
import Spool
import Testing

@testable import Delivery

/// What leaves the machine when the spool is drained.
@Suite struct SendingTests {
    private var site: Site
    private static let stored =
        "Return-Path: <alice@example.net>\nDelivered-To: bob@example.org\n" + Site.message

    init() throws { site = try Site() }

    @Test("a redirect leaves with the reverse path it came with", arguments: ["alice@example.net", ""])
    func forward(sender: String) throws {
        var test = self
        test.site.request.sender = sender
        try site.installSendmail()
        let entry = try test.site.commit([try site.forward("carol@example.com")])
        #expect(try test.site.visit(entry) == .delivered)
        #expect(site.sendmailArguments == "-i|-f|\(sender.isEmpty ? "<>" : sender)|--|carol@example.com|")
        #expect(site.sendmailInput == "Delivered-To: bob@example.org\n" + Site.message)
    }

    @Test("a redirect that fails for now is tried again, and one that was sent is not")
    func forwardAgain() throws {
        try site.installSendmail(status: 75, saying: "not today")
        let entry = try site.commit([try site.forward("c@example.com"), try site.forward("d@example.com")])
        #expect(try site.visit(entry) == .rescheduled(reason: "forward to c@example.com: not today"))
        #expect(site.sendmailCalls == 2)
        try site.append([record("done", 0)], to: try site.entries()[0])
        try site.installSendmail()
        #expect(try site.visitOnlyEntry() == .delivered)
        #expect(site.sendmailCalls == 3)
        #expect(site.sendmailArguments.hasSuffix("|--|d@example.com|"))
    }

    @Test("a redirect that is refused for good goes back to the sender at once")
    func refused() throws {
        try site.installSendmail(status: 67, saying: "5.1.1 no such user")
        let entry = try site.commit([try site.forward("c@example.com")])
        #expect(try site.visit(entry) == .bounced(reason: "forward to c@example.com: 5.1.1 no such user"))
        // The report leaves by the same program, which refuses that, too: so the person in charge is told.
        #expect(site.sendmailArguments.contains("-i|-f|<>|--|alice@example.net|-i|-f|<>|--|postmaster@"))
        #expect(site.sendmailInput.contains("Status: 5.1.1") && site.sendmailInput.contains("no such user"))
        #expect(try site.entries() == [])
    }

    @Test("a redirect that is refused for good does not throw away the copy that waits")
    func refusedWithStore() throws {
        var test = self
        test.site.set("quota.limit=10")
        try site.installSendmail(status: 67, saying: "no such user")
        let entry = try site.commit([try site.forward("c@example.com"), try site.store()])
        #expect(try test.site.visit(entry) == .rescheduled(reason: "mailbox is full"))
        // The sender is told of the forward at once.
        #expect(site.sendmailArguments.contains("|<>|--|alice@example.net|"))
        // There is room again: the copy is stored, and nothing is sent any more.
        let calls = site.sendmailCalls
        _ = try site.visitOnlyEntry()
        #expect(try site.copies() == [Self.stored])
        #expect(site.sendmailCalls == calls)
    }

    @Test("where there is no sendmail program the entry waits")
    func noSendmail() throws {
        let entry = try site.commit([try site.forward("c@example.com")])
        guard case .rescheduled(let reason) = try site.visit(entry) else {
            Issue.record("it was not rescheduled")
            return
        }
        #expect(reason.contains("sendmail"))
    }
}
