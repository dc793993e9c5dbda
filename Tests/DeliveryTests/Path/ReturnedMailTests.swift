import MailMessage
import Platform
import Settings
import Spool
import Testing

@testable import Delivery

/// Mail to a sender that was rewritten here.
@Suite struct ReturnedMailTests {
    enum Option: CaseIterable { case user, recipient, originalRecipient }

    private var site: Site
    private static let original = "ann.Smith@example.net"

    init() throws {
        site = try Site()
        Self.prepare(&site)
        try site.installSendmail()
    }

    private static func prepare(_ site: inout Site) {
        site.set("transport.srs-domain=forward.example", "transport.srs-secrets=s3cret, older")
        // Nobody but the address says whose it is.
        site.configuration.users.source = .passwdFile(path: "/nonexistent")
        site.request.recipient = nil
        site.request.sender = ""
    }

    /// The address that stands for ``original``, made some days ago.
    private static func rewritten(_ site: Site, daysAgo: Int = 0) throws -> String {
        try ReversePath(site.configuration).rewritten(
            sender: original, now: WallTime(seconds: WallTime.now().seconds - daysAgo * 86_400))
    }

    private mutating func address(_ text: String, by option: Option = .recipient) {
        site.request.user = option == .user ? text : "somebody"
        if option == .recipient { site.request.recipient = text }
        if option == .originalRecipient { site.request.originalRecipient = text }
    }

    private func bounce() throws -> Completion { try site.deliver() }

    /// What the only entry is to do.
    private func forward() throws -> PlannedAction.Forwarding {
        let entries = try site.entries()
        try #require(entries.count == 1)
        let tasks = try site.summary(entries[0]).envelope.actions.map { SpooledWork.task($0) }
        guard tasks.count == 1, case .perform(let action)? = tasks[0],
            case .forward(let forwarding) = action.kind
        else {
            Issue.record("\(tasks)")
            throw CancellationError()
        }
        return forwarding
    }

    @Test("it goes on to the sender, whatever option names the address", arguments: Option.allCases)
    func goesBack(option: Option) throws {
        var test = self
        test.address(try Self.rewritten(site), by: option)
        let completion = try test.bounce()
        #expect(completion.exitStatus == 0 && completion.errorLine.isEmpty && completion.due.count == 1)
        let forwarding = try forward()
        #expect(forwarding.recipient.text == Self.original && forwarding.sender == "")
        #expect(site.sendmailCalls == 0)
        completion.attemptDue(test.site.configuration)
        #expect(site.sendmailArguments == "-i|-f|<>|--|\(Self.original)|")
        #expect(site.sendmailInput.hasSuffix(Site.message))
        #expect(try site.entries().isEmpty)
        #expect(site.temporary.names("Maildir").isEmpty)
    }

    @Test("an address that lost its case on the way is good, and one without its domain")
    func folded() throws {
        for address in [try Self.rewritten(site).lowercased(), String(try Self.rewritten(site).dropLast(16))]
        {
            var test = self
            test.address(address, by: .user)
            let completion = try test.bounce()
            #expect(completion.exitStatus == 0)
            #expect(try forward().recipient.text.lowercased() == Self.original.lowercased())
            for entry in try site.entries() { _ = try site.openSpool().remove(entry) }
        }
    }

    @Test("the reverse path stays what it is: answers come this way, too")
    func sender() throws {
        var test = self
        test.address(try Self.rewritten(site))
        test.site.request.sender = "carol@example.com"
        let completion = try test.bounce()
        #expect(try forward().sender == "carol@example.com")
        completion.attemptDue(test.site.configuration)
        #expect(site.sendmailArguments == "-i|-f|carol@example.com|--|\(Self.original)|")
    }

    @Test("an address of a host further back goes to that host")
    func furtherBack() throws {
        var test = self
        let sender = "SRS0=HHHH=TT=example.net=ann@first.example"
        test.address(try ReversePath(site.configuration).rewritten(sender: sender, now: .now()))
        #expect(try test.bounce().exitStatus == 0)
        #expect(try forward().recipient.text == sender)
    }

    @Test("what is forged, broken or too old is no address here, and nothing is sent", arguments: 0..<4)
    func notGood(kind: Int) throws {
        var test = self
        let good = try Self.rewritten(site)
        let address =
            switch kind {
            case 0: good.replacing("=example.net=", with: "=example.com=")
            case 1: "SRS0=\(good.dropFirst(5).prefix(4))@forward.example"
            case 2: try Self.rewritten(site, daysAgo: 30)
            default: "SRS1=abcd=relay.example==x=y=victim.example=target@forward.example"
            }
        test.address(address)
        let completion = try test.bounce()
        #expect(completion.exitStatus == 67)
        #expect(completion.errorLine.starts(with: Array("5.1.1 ".utf8)))
        #expect(try site.entries().isEmpty && site.leftovers.isEmpty)
        #expect(completion.due.isEmpty && site.sendmailCalls == 0)
    }

    @Test("other addresses of that domain are users' or nobody's")
    func others() throws {
        for address in ["bob@forward.example", "SRS0=abcd=TT=x=y@example.org"] {
            var test = self
            test.site.request.mailDirectory = nil
            test.site.configuration.users.source = .passwdFile(path: try site.temporary.write("users", ""))
            test.address(address, by: .user)
            let completion = try test.bounce()
            #expect(completion.exitStatus == 67)
            #expect(String(decoding: completion.errorLine, as: UTF8.self).contains("no such user"))
        }
    }

    @Test("where the secrets cannot be had, it is tried again")
    func noSecrets() throws {
        var test = self
        test.address(try Self.rewritten(site))
        test.site.set("transport.srs-secrets=/nonexistent/secrets")
        #expect(try test.bounce().exitStatus == 75)
        #expect(try site.entries().isEmpty)
    }

    @Test("what goes in circles, or is too large, is refused")
    func loops() throws {
        var test = self
        test.address(try Self.rewritten(site))
        test.site.set("delivery.max-received=2")
        #expect(try test.site.deliver("Received: 1\nReceived: 2\nReceived: 3\n\n").exitStatus == 77)
        let own = "Received: 1\nDelivered-To: \(try Self.rewritten(site))\n\n"
        #expect(try test.site.deliver(own).exitStatus == 77)
        test.site.set("mail.max-size=10")
        #expect(try test.bounce().exitStatus == 77)
        #expect(try site.entries().isEmpty)
    }

    @Test("a large message goes back whole")
    func large() throws {
        var test = self
        test.address(try Self.rewritten(site))
        test.site.set("delivery.memory=1K")
        let text = Site.message + String(repeating: "0123456789abcde\n", count: 20_000)
        let completion = try test.site.deliver(text)
        #expect(completion.exitStatus == 0 && site.leftovers.isEmpty)
        completion.attemptDue(test.site.configuration)
        #expect(site.sendmailInput.hasSuffix(text))
    }

    @Test("a spool that cannot be written to makes it try again")
    func noSpool() throws {
        var test = self
        test.address(try Self.rewritten(site))
        _ = try site.temporary.write("spool", "")
        #expect(try test.bounce().exitStatus == 75)
    }

    @Test("a dry run tells where it would go")
    func dryRun() throws {
        var test = self
        test.address(try Self.rewritten(site))
        test.site.request.isDryRun = true
        let completion = try test.bounce()
        let output = String(decoding: completion.output, as: UTF8.self)
        #expect(
            output.contains("\"to\":\"\(Self.original)\"") || output.contains("\"to\": \"\(Self.original)\""))
        #expect(try site.entries().isEmpty)
    }

    // MARK: By root

    @Test(
        "root sends it on as the account for that, having read the secrets",
        .enabled(if: isSuperuser, "only root can become somebody else"))
    func asRoot() async throws {
        let temporary = try TemporaryDirectory()
        await #expect(processExitsWith: .success) { [path = temporary.path as String] in
            var site = try Site(in: TemporaryDirectory(lent: path))
            ReturnedMailTests.prepare(&site)
            try site.temporary.makeDirectory("spool", permissions: 0o1777)
            let secrets = try site.temporary.write("secrets", "s3cret\n", permissions: 0o600)
            let address = try ReturnedMailTests.rewritten(site)
            site.request.mailDirectory = nil
            site.set("transport.srs-secrets=\(secrets)")
            site.request.user = address
            #expect(try site.deliver().exitStatus == 0)
            // Debian's nobody.
            #expect(Identity.current().user == 65534)
            #expect(site.temporary.names("spool") == ["65534"])
            #expect(try site.entries().count == 1)
        }
        await #expect(processExitsWith: .success) { [path = temporary.path as String] in
            var site = try Site(in: TemporaryDirectory(lent: path))
            ReturnedMailTests.prepare(&site)
            site.request.mailDirectory = nil
            for account in ["root", "no-such-account-here"] {
                site.set("transport.srs-user=\(account)")
                site.request.user = try ReturnedMailTests.rewritten(site)
                #expect(try site.deliver().exitStatus == 75)
                #expect(Identity.current().user == 0)
            }
        }
    }
}
