import DeliveryStatus
import MailMessage
import Maildir
import Platform
import Testing

@testable import Delivery

@Suite struct ScriptNoticesTests {
    private var site: Site

    init() throws { site = try Site() }

    private func notices() throws -> [String] { try site.copies().filter { $0.contains("Auto-Submitted: ") } }

    @Test("the owner of a broken script is told once for each version of it, and gets his mail each time")
    func once() throws {
        var test = self
        for (script, count) in [
            ("broken", 1), ("broken", 1), ("broken again", 2), ("keep;", 2), ("broken again", 2),
            ("broken", 3),
        ] {
            try test.site.use(script)
            #expect(try test.site.deliver().exitStatus == 0)
            #expect(try notices().count == count, "\(script)")
        }
        #expect(site.files().count == 6 + 3)
        #expect(site.leftovers == [])
    }

    @Test("the notice is a message from this system to the recipient, with the script's error in it")
    func contents() throws {
        var test = self
        try test.site.use("keep;\nfrobnicate;\n")
        _ = try test.site.deliver()
        let notice = try #require(try notices().first)
        let parsed = message(notice)
        func field(_ name: String) -> String {
            parsed.firstField(named: name).map { String(decoding: parsed.unfoldedBody($0), as: UTF8.self) }
                ?? ""
        }
        #expect(field("From").contains("MAILER-DAEMON@mx.example.org"))
        #expect(field("To").contains("bob@example.org") && field("Auto-Submitted") == "auto-generated")
        #expect(notice.contains("frobnicate") && field("Subject").contains("rules"))
    }

    @Test(
        "a script that fails only while it runs is told of once, though each message fails in words of its own"
    )
    func runtime() throws {
        var test = self
        try test.site.use(
            "require \"variables\"; if header :matches \"Subject\" \"*\" { set \"s\" \"${1}\"; }\nredirect \"${s}\";"
        )
        for subject in ["not an address", "nor this one", "not an address"] {
            #expect(try test.site.deliver("Subject: \(subject)\n\n").exitStatus == 0)
        }
        #expect(site.files().count == 3 + 1)
    }

    @Test("who does not want notices gets none")
    func unwanted() throws {
        var test = self
        test.site.set("sieve.notify-errors=false")
        try test.site.use("broken")
        #expect(try test.site.deliver().exitStatus == 0)
        #expect(try notices().isEmpty && site.files().count == 1)
    }

    @Test("where it cannot be noted that he was told, he is not told with every message")
    func noMark() throws {
        var test = self
        try site.makeFolder()
        try site.temporary.makeDirectory("Maildir/postmaster-script-notice")
        try test.site.use("broken")
        for _ in 0..<3 { #expect(try test.site.deliver().exitStatus == 0) }
        #expect(site.files().count == 3)
    }

    @Test("a message that is not taken brings no notice")
    func notAccepted() throws {
        var test = self
        test.site.set("quota.limit=10", "spool.mode=tempfail")
        try test.site.use("broken")
        #expect(try test.site.deliver().exitStatus == 75)
        #expect(site.files() == [])
    }
}

@Suite struct SystemSenderTests {
    @Test("the system speaks as MAILER-DAEMON of this host, or as the site has it")
    func addresses() throws {
        var site = try Site()
        let plain = SystemSender(configuration: site.configuration)
        #expect(
            plain.address.text == "MAILER-DAEMON@mx.example.org"
                && plain.postmaster.text == "postmaster@mx.example.org")
        site.set("bounce.from=mail@example.org", "bounce.postmaster=help@example.org")
        let own = SystemSender(configuration: site.configuration)
        #expect(own.address.text == "mail@example.org" && own.postmaster.text == "help@example.org")
        site.set("bounce.hostname=")
        #expect(SystemSender(configuration: site.configuration).host == Host.name())
    }

    @Test("no two of its messages have one identity")
    func identity() throws {
        let sender = SystemSender(configuration: try Site().configuration)
        let now = WallTime.now()
        let identities = (0..<1000).map { _ in sender.identity(now: now).messageID }
        #expect(Set(identities).count == 1000)
    }
}
