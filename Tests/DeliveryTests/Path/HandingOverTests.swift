import MailMessage
import Maildir
import Platform
import Settings
import Spool
import Testing

@testable import Delivery

/// Deliveries in front of another delivery agent: what would be stored goes to it, by the spool.
@Suite struct HandingOverTests {
    private var site: Site

    init() throws {
        site = try Site()
        site.set("transport.local=lmtp:unix:/run/nobody-listens-here")
    }

    private func tasks() throws -> [[SpooledWork.Task?]] {
        try site.entries().map { try site.summary($0).envelope.actions.map { SpooledWork.task($0) } }
    }

    private func store(
        _ mailbox: String, _ flags: [String] = [], creating: Bool = false
    ) throws -> SpooledWork.Task {
        try site.store(mailbox, flags: flags, creating: creating)
    }

    /// What rules asked for, without the rule.
    private func kinds(_ tasks: [SpooledWork.Task?]) -> [PlannedAction.Kind] {
        tasks.compactMap { if case .perform(let action)? = $0 { action.kind } else { nil } }
    }

    @Test("a kept message is in the spool, and no mail root is made")
    func keep() throws {
        let completion = try site.deliver()
        #expect(completion.exitStatus == 0 && completion.due.count == 1)
        let name = try MailboxName("INBOX", separator: UInt8(ascii: "/"))
        #expect(try tasks().map(kinds) == [[.store(mailbox: name, flags: [], creating: true)]])
        #expect(site.temporary.names("Maildir").isEmpty && site.leftovers.isEmpty)
        let summary = try site.summary(try site.entries()[0])
        #expect(summary.envelope.fields.first("recipient") == "bob@example.org")
        #expect(summary.envelope.fields.first("reason") == "")
    }

    @Test("folders and flags are handed over with it, and what is sent on leaves as ever")
    func rules() throws {
        var test = site
        try test.use(
            """
            require ["fileinto", "imap4flags", "copy"];
            redirect :copy "carol@example.com"; fileinto :flags "\\\\Seen" "Lists/Swift"; keep;
            """)
        #expect(try test.deliver().exitStatus == 0)
        let kinds = try tasks().flatMap(kinds)
        #expect(kinds.map(\.word) == ["forward", "store", "store"])
        #expect(kinds.map(\.target) == ["carol@example.com", "Lists/Swift", "INBOX"])
        guard case .store(let mailbox, let flags, _) = kinds[1] else { return }
        #expect(mailbox.levels == ["Lists", "Swift"] && flags == ["\\Seen"])
        #expect(site.temporary.names("Maildir").isEmpty)
    }

    @Test("what rules have changed is an entry of its own")
    func edited() throws {
        var test = site
        try test.use(
            """
            require ["editheader", "fileinto"];
            fileinto "A"; addheader "X-Mark" "yes"; keep;
            """)
        #expect(try test.deliver().due.count == 2)
        #expect(try tasks().map { kinds($0).map(\.target) }.sorted { $0[0] < $1[0] } == [["A"], ["INBOX"]])
    }

    @Test(
        "a discarded or refused message leaves nothing",
        arguments: [("discard;", 0), ("require \"reject\"; reject \"no\";", 77)])
    func nothing(script: String, status: CInt) throws {
        var test = site
        try test.use(script)
        let completion = try test.deliver()
        #expect(completion.exitStatus == status && completion.due.isEmpty)
        #expect(try site.entries().isEmpty)
    }

    @Test("a large message waits in the spool alone")
    func large() throws {
        var test = site
        test.set("delivery.memory=1K")
        let text = Site.message + String(repeating: "0123456789abcde\n", count: 20_000)
        #expect(try test.deliver(text).exitStatus == 0)
        #expect(try site.entries().count == 1 && site.leftovers.isEmpty)
        #expect(site.temporary.names("Maildir").isEmpty)
    }

    @Test(
        "a spool that cannot be written to is no delivery, whatever spool.mode says",
        arguments: ["spool", "tempfail"])
    func noSpool(mode: String) throws {
        var test = site
        test.set("spool.mode=\(mode)")
        #expect(try test.deliver().exitStatus == 0)
        for entry in try site.entries() { _ = try site.openSpool().remove(entry) }
        let other = try Site()
        _ = try other.temporary.write("spool", "")
        test.set("spool.directory=\(other.temporary.path("spool"))")
        #expect(try test.deliver().exitStatus == 75)
    }

    @Test("a script that cannot be read at present makes the whole delivery wait")
    func unreadable() throws {
        var test = site
        test.request.script = try site.temporary.makeDirectory("rules.sieve")
        #expect(try test.deliver().exitStatus == 0)
        let tasks = try tasks()
        // Either it counts as broken, and the mail is kept, or it is waited for: it is in the spool.
        #expect(tasks.count == 1)
    }

    @Test("nobody is answered where nothing can be remembered, and the log says so")
    func vacation() throws {
        var test = site
        test.set("log.target=file:\(site.temporary.path("log"))")
        try test.use("require \"vacation\"; vacation \"I am away.\";")
        let text = "From: alice@example.net\nTo: bob@example.org\n" + Site.message
        for _ in 0..<2 { #expect(try test.deliver(text).due.count == 1) }
        #expect(try site.temporary.text("log").contains("state.store"))
        try site.temporary.makeDirectory("state")
        test.set("state.store=\(site.temporary.path("state/%u.db"))")
        #expect(try test.deliver(text).due.count == 2)
        #expect(try test.deliver(text).due.count == 1)
    }

    // MARK: The attempt at once

    // What is started in the background is a child of this process when it has ended, which exit tests beside it
    // would wait for in vain: so these are exit tests themselves.

    /// A site with a stand-in for postmaster-retry that writes down how it was called.
    private static func wakingSite(_ path: String) throws -> Site {
        var site = try Site(in: TemporaryDirectory(lent: path))
        try site.temporary.writeProgram("retry", "printf '%s|' \"$@\" >$0.part; mv $0.part $0.arguments")
        site.set("retry.program=\(site.temporary.path("retry"))")
        return site
    }

    private static func arguments(_ site: Site) -> String? {
        let deadline = Deadline(milliseconds: 10_000)
        while !deadline.hasPassed {
            if let text = try? site.temporary.text("retry.arguments") { return text }
            pause(milliseconds: 5)
        }
        return nil
    }

    @Test("what needs a network is left to postmaster-retry, which gets the configuration of this run")
    func wake() async throws {
        let temporary = try TemporaryDirectory()
        await #expect(processExitsWith: .success) { [path = temporary.path as String] in
            var site = try HandingOverTests.wakingSite(path)
            site.set("transport.local=lmtp:unix:/x")
            site.request.configurationFile = "/etc/some.toml"
            site.request.overrides = ["transport.local=lmtp:unix:/x", "retry.warn=0"]
            try site.deliver().attemptDue(site.configuration)
            #expect(
                HandingOverTests.arguments(site)
                    == "-c|/etc/some.toml|-o|transport.local=lmtp:unix:/x|-o|retry.warn=0|--wake|")
            #expect(try site.entries().count == 1)
        }
    }

    @Test("--mail-dir reads no file, and nor does what it starts")
    func wakeWithoutFile() async throws {
        let temporary = try TemporaryDirectory()
        await #expect(processExitsWith: .success) { [path = temporary.path as String] in
            var site = try HandingOverTests.wakingSite(path)
            site.set("transport.relay=smtp://127.0.0.1:9")
            try site.use("redirect \"carol@example.com\";")
            try site.deliver().attemptDue(site.configuration)
            #expect(HandingOverTests.arguments(site) == "-c|/dev/null|--wake|")
        }
    }

    @Test("where every way is a program, nothing is started but that")
    func local() throws {
        var test = site
        try test.temporary.writeProgram("retry", "echo >$0.arguments")
        test.set("retry.program=\(test.temporary.path("retry"))", "transport.local=sendmail:")
        try test.installSendmail()
        try test.deliver().attemptDue(test.configuration)
        #expect(test.sendmailArguments == "-i|-f|alice@example.net|--|bob@example.org|")
        #expect(try site.entries().isEmpty)
        #expect(throws: (any Error).self) { try site.temporary.text("retry.arguments") }
    }
}
