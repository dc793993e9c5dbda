import MailMessage
import Maildir
import Platform
import Sieve
import Spool
import Testing

@testable import Delivery

/// Messages that rules have changed.
@Suite struct EditedMessageTests {
    private var site: Site
    private static let trace = "Return-Path: <alice@example.net>\nDelivered-To: bob@example.org\n"

    init() throws {
        site = try Site()
        try site.installSendmail()
    }

    private static let sizes = [0, 300_000]

    @Test("a field that rules add is stored, and the body stays as it came", arguments: sizes)
    func added(padding: Int) throws {
        var test = self
        try test.site.use("require \"editheader\"; addheader \"X-Rule\" \"yes\";")
        let message = Site.message + String(repeating: "x", count: padding)
        #expect(try test.site.deliver(message).exitStatus == 0)
        #expect(try site.copies() == [Self.trace + "X-Rule: yes\n" + message])
        #expect(site.leftovers.isEmpty)
    }

    @Test("each action has the message as it was at its command", arguments: sizes)
    func snapshots(padding: Int) throws {
        var test = self
        try test.site.use(
            """
            require ["editheader", "fileinto", "mailbox", "copy"];
            fileinto :create "Before";
            addheader "X-Rule" "1";
            redirect :copy "x@example.com";
            fileinto :create "Between";
            addheader "X-Rule" "2";
            keep;
            """)
        let message = Site.message + String(repeating: "x", count: padding)
        let completion = try test.site.deliver(message)
        #expect(completion.exitStatus == 0)
        // Other contents than the first have gone to the spool, whole, and are stored from there.
        completion.attemptDue(test.site.configuration)
        #expect(try site.copies(".Before") == [Self.trace + message])
        #expect(try site.copies(".Between") == [Self.trace + "X-Rule: 1\n" + message])
        #expect(try site.copies() == [Self.trace + "X-Rule: 2\nX-Rule: 1\n" + message])
        #expect(site.sendmailInput == "Delivered-To: bob@example.org\nX-Rule: 1\n" + message)
        #expect(try site.entries().isEmpty && site.leftovers.isEmpty)
    }

    @Test("a script that fails leaves the message as it came")
    func failed() throws {
        var test = self
        try test.site.use(
            "require [\"editheader\", \"variables\"]; addheader \"X-Rule\" \"yes\"; redirect \"${nothing}\";")
        #expect(try test.site.deliver().exitStatus == 0)
        let copies = try site.copies()
        #expect(copies.contains(Self.trace + Site.message))
    }

    @Test("a mailbox that cannot be opened puts the changed message into the spool")
    func spooled() throws {
        var test = self
        try test.site.makeFolder()
        test.site.set("quota.limit=10")
        try test.site.use("require \"editheader\"; addheader \"X-Rule\" \"yes\";")
        #expect(try test.site.deliver().exitStatus == 0)
        #expect(site.files().isEmpty)
        test.site.set("quota.limit=")
        #expect(try test.site.visitOnlyEntry() == .delivered)
        #expect(try site.copies() == [Self.trace + "X-Rule: yes\n" + Site.message])
    }
}
