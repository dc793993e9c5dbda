import Platform
import Settings
import Testing

@testable import Delivery

@Suite struct QuotaPolicyTests {
    private let site: Site
    private static let users = Identity.current()

    init() throws {
        site = try Site()
        try site.makeFolder()
    }

    /// A site whose users are in a file: `bob`, and `carol@virtual.example`, with the same Maildir.
    private func policy(
        _ options: String..., rule: String = "userdb_quota_rule=*:bytes=1000",
        domains: [String] = ["example.org"],
        refusesUnknown: Bool = false
    ) throws -> QuotaPolicy {
        let own = Identity.current()
        // Root's own mailbox is nobody's, so that as root another's is looked into.
        let user = own.isSuperuser ? 65_534 : own.user
        let group = own.isSuperuser ? 65_534 : own.group
        if own.isSuperuser { try run("/bin/chown", "-R", "65534:65534", site.temporary.path("Maildir")) }
        let rest = ":\(user):\(group)::\(site.temporary.path)::userdb_mail=maildir:~/Maildir \(rule)\n"
        let path = try site.temporary.write("users", "bob:x" + rest + "carol@virtual.example:x" + rest)
        var configuration = site.configuration
        for option in ["users.source=passwd-file:\(path)", "users.first-uid=1"] + options {
            let problem = configuration.override(option)
            #expect(problem == nil)
        }
        return QuotaPolicy(configuration, domains: domains, refusesUnknown: refusesUnknown)
    }

    private func answer(
        _ policy: QuotaPolicy, _ recipient: String, size: Int = 0, complaints: (String) -> Void = { _ in }
    ) -> QuotaPolicy.Answer {
        var request = PolicyRequest()
        request.request = "smtpd_access_policy"
        request.protocolState = "RCPT"
        request.recipient = recipient
        request.size = size
        return policy.answer(to: request, complain: complaints)
    }

    private func hold(_ bytes: Int, recorded: Bool = true) throws {
        try site.temporary.write("Maildir/cur/1.x,S=\(bytes):2,S", "x")
        if recorded { try site.temporary.write("Maildir/maildirsize", "1000S\n\(bytes) 1\n") }
    }

    @Test(
        "who has room passes, who has none waits, whatever is said of the size",
        arguments: [(500, 0, true), (500, 500, true), (500, 501, false), (1000, 0, false), (999, 0, true)],
        ["recorded", "summed"])
    func room(_ sizes: (held: Int, size: Int, passes: Bool), way: String) throws {
        let (held, size, passes) = sizes
        let recorded = way == "recorded"
        let policy = try policy()
        try hold(held, recorded: recorded)
        for recipient in [
            "bob@example.org", "bob+lists@EXAMPLE.org", "carol@virtual.example", "carol+x@Virtual.Example",
        ] {
            #expect(answer(policy, recipient, size: size) == (passes ? .pass : .tryAgain), "\(recipient)")
        }
        #expect(site.temporary.exists("Maildir/maildirsize") || !recorded || !passes)
    }

    @Test("somebody who is not the owner leaves nothing behind", .enabled(if: Identity.current().isSuperuser))
    func traceless() throws {
        let policy = try policy("quota.over=defer-for 1h")
        try hold(1000, recorded: false)
        #expect(answer(policy, "bob@example.org") == .tryAgain)
        #expect(site.temporary.names("Maildir") == ["cur", "new", "tmp"])
    }

    @Test(
        "the policy of the site decides how",
        arguments: [
            ("defer", "DEFER_IF_PERMIT 4.2.2 Mailbox full"), ("reject", "552 5.2.2 Mailbox full"),
            ("defer-for 1h", "DEFER_IF_PERMIT 4.2.2 Mailbox full"),
        ])
    func policies(over: String, action: String) throws {
        let policy = try policy("quota.over=\(over)")
        try hold(1000)
        #expect(answer(policy, "bob@example.org").action == action)
    }

    @Test("a mailbox that has been full for the time is told so")
    func byAge() throws {
        let policy = try policy("quota.over=defer-for 1h")
        try hold(1000)
        let stamp = "Maildir/" + FullMailbox.stampName
        try site.temporary.write(stamp, "")
        #expect(answer(policy, "bob@example.org") == .tryAgain)
        try Directory(opening: site.temporary.path).openFile(stamp, .write)
            .setModified(WallTime.now().seconds - 4000, path: stamp)
        #expect(answer(policy, "bob@example.org") == .full)
    }

    @Test("a message that is too large is told before the mailbox")
    func sizes() throws {
        let policy = try policy(rule: "userdb_quota_mail_size=100")
        #expect(answer(policy, "bob@example.org", size: 101) == .tooLarge)
        #expect(answer(policy, "bob@example.org", size: 100) == .pass)
        #expect(QuotaPolicy.Answer.tooLarge.action.hasPrefix("552 5.2.3 "))
    }

    @Test(
        "who is not ours passes, whoever has the same name here",
        arguments: [
            "bob@elsewhere.example", "dave@example.org", "", "@", "bob@", "<>", "bob@example.org@x",
            "carol@example.org", "a b", "../bob@example.org", "bob\u{0}@example.org", "%s@example.org",
        ])
    func strangers(recipient: String) throws {
        let policy = try policy()
        try hold(1000)
        #expect(answer(policy, recipient) == .pass)
    }

    @Test("a site may have unknown users refused, where it knows them")
    func unknown() throws {
        let policy = try policy(refusesUnknown: true)
        #expect(answer(policy, "dave@example.org") == .unknownUser)
        #expect(answer(policy, "dave@elsewhere.example") == .pass)
        #expect(answer(policy, "dave") == .unknownUser)
        #expect(QuotaPolicy.Answer.unknownUser.action.hasPrefix("550 5.1.1 "))
    }

    @Test("what is not asked is not answered")
    func otherQuestions() throws {
        let policy = try policy()
        try hold(1000)
        var request = PolicyRequest()
        request.recipient = "bob@example.org"
        #expect(policy.answer(to: request) == .pass)
        request.request = "something_else"
        #expect(policy.answer(to: request) == .pass)
    }

    @Test("whatever goes wrong, the recipient passes, and somebody is told why")
    func failures() throws {
        try hold(1000)
        for (options, breaking) in [
            (["users.source=passwd-file:/nonexistent/users"], ""),
            (["users.source=dovecot:/nonexistent/socket"], ""),
            ([], "Maildir"),
        ] {
            var configuration = Configuration()
            let path = try site.temporary.write(
                "users",
                "bob:x:1:1::\(site.temporary.path)::userdb_mail=maildir:~/\(breaking.isEmpty ? "M" : "Gone") userdb_quota_rule=*:bytes=1\n"
            )
            for option in ["users.source=passwd-file:\(path)", "users.first-uid=1"] + options {
                let problem = configuration.override(option)
                #expect(problem == nil)
            }
            let policy = QuotaPolicy(configuration, domains: ["example.org"], refusesUnknown: true)
            var told: [String] = []
            let answer = answer(policy, "bob@example.org") { told.append($0) }
            #expect(answer == .pass && told.count == 1, "\(told)")
        }
    }

    @Test("a sum that had to be made is good for a moment")
    func cache() throws {
        let policy = try policy()
        guard Identity.current().isSuperuser else { return }
        try hold(1000, recorded: false)
        #expect(answer(policy, "bob@example.org") == .tryAgain)
        try Directory(opening: site.temporary.path("Maildir/cur")).removeFile("1.x,S=1000:2,S")
        #expect(answer(policy, "bob@example.org") == .tryAgain)
        #expect(answer(try self.policy(), "bob@example.org") == .pass)
    }
}
