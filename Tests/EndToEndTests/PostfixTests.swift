import Foundation
import Testing

/// Postmaster behind a real Postfix: mail goes in by SMTP, and is looked for where it has to be.
@Suite(
    "Postfix", .serialized, .enabled(if: isRoot, "starting Postfix needs root"),
    .enabled(if: PostfixServer.isInstalled, "Debian's package postfix is not installed"))
struct PostfixTests {
    @Test("pipe(8) delivers a message byte-identical into the folder a rule names")
    func pipeDelivers() throws {
        let site = try MailSite()
        let message = TestMessage.difficult(subject: "an invoice")
        try site.client.send(message, from: "alice@virtual.test", to: "bob@virtual.test")
        #expect(
            try eventually {
                try site.postfix.queue().contains("is empty") && !site.inbox("bob", ".Invoices").isEmpty
            })

        let stored = try #require(site.inbox("bob", ".Invoices").first, "\(site.postfix.log)")
        #expect(stored.bytes.suffix(message.count) == message)
        let added = String(decoding: stored.bytes.prefix(stored.bytes.count - message.count), as: UTF8.self)
        #expect(added.components(separatedBy: "Return-Path: <alice@virtual.test>\n").count == 2, "\(added)")
        #expect(added.components(separatedBy: "Delivered-To: bob@virtual.test\n").count == 2, "\(added)")
        #expect(site.inbox("bob").isEmpty)
    }

    @Test("the detail of an address reaches the rules through pipe(8)")
    func pipeTellsDetail() throws {
        let site = try MailSite()
        try site.client.send(
            TestMessage.text(subject: "detail"), from: "alice@virtual.test", to: "bob+lists@virtual.test")
        #expect(try eventually { !site.inbox("bob", ".lists").isEmpty }, "\(site.postfix.log)")
    }

    @Test("the null sender stays the null sender")
    func pipeKeepsNullSender() throws {
        let site = try MailSite()
        try site.client.send(TestMessage.text(subject: "report"), from: "", to: "bob@virtual.test")
        #expect(try eventually { !site.inbox("bob").isEmpty }, "\(site.postfix.log)")
        #expect(site.inbox("bob").first?.text.contains("Return-Path: <>\n") == true)
        #expect(site.workplace.read("postmaster.log").contains("from=\"\""))
    }

    @Test(
        "with a broken configuration mail stays in Postfix's queue, which tells why, and is delivered later")
    func pipeDefers() throws {
        let site = try MailSite()
        let sound = site.workplace.read("postmaster.toml")
        try site.workplace.write("[mail\nroot = 7\n", to: "postmaster.toml")
        let message = TestMessage.text(subject: "patience")
        try site.client.send(message, from: "alice@virtual.test", to: "bob@virtual.test")
        var queue = ""
        #expect(
            try eventually {
                queue = try site.postfix.queue()
                return queue.contains("postmaster.toml") || queue.contains("configuration")
            }, "\(queue)\n\(site.postfix.log)")
        #expect(site.postfix.log.contains("dsn=4.3.5, status=deferred"))
        #expect(site.inbox("bob").isEmpty)

        try site.workplace.write(sound, to: "postmaster.toml")
        try site.postfix.flush()
        #expect(try eventually { !site.inbox("bob").isEmpty }, "\(site.postfix.log)")
        #expect(site.inbox("bob").first?.bytes.suffix(message.count) == message)
        #expect(try eventually { try site.postfix.queue().contains("is empty") })
    }

    @Test("mail for a user who does not exist bounces as 5.1.1 to its sender")
    func pipeBouncesUnknownUser() throws {
        let site = try MailSite()
        try site.client.send(
            TestMessage.text(subject: "nobody home"), from: "alice@virtual.test", to: "nobody@virtual.test")
        #expect(try eventually { !site.inbox("alice").isEmpty }, "\(site.postfix.log)")
        let report = site.inbox("alice").first?.text ?? ""
        #expect(report.contains("Status: 5.1.1"), "\(report)")
        #expect(report.contains("Return-Path: <>\n"))
        #expect(site.postfix.log.contains("dsn=5.1.1, status=bounced"))
    }

    @Test("a message that was here before bounces as 5.4.6")
    func loopBounces() throws {
        let site = try MailSite()
        let looping = TestMessage.text(subject: "round", fields: "Delivered-To: bob@plain.test\n")
        try site.client.send(looping, from: "alice@virtual.test", to: "bob@plain.test")
        #expect(try eventually { !site.inbox("alice").isEmpty }, "\(site.postfix.log)")
        #expect(site.inbox("alice").first?.text.contains("Status: 5.4.6") == true, "\(site.postfix.log)")
        #expect(site.inbox("bob").isEmpty)
    }

    @Test("mailbox_command delivers to a user of the system, who owns the file")
    func mailboxCommandDelivers() throws {
        let site = try MailSite()
        let message = TestMessage.difficult(subject: "to a local user")
        try site.client.send(message, from: "alice@virtual.test", to: "\(site.user.name)@local.test")
        #expect(try eventually { !messages(site.user.home + "/Maildir").isEmpty }, "\(site.postfix.log)")

        let stored = try #require(messages(site.user.home + "/Maildir").first)
        #expect(stored.bytes.suffix(message.count) == message)
        // local(8) begins with a line that is not part of the message.
        #expect(stored.text.hasPrefix("From ") == false)
        #expect(stored.text.components(separatedBy: "Return-Path: <alice@virtual.test>\n").count == 2)
        #expect(
            stored.text.components(separatedBy: "Delivered-To: \(site.user.name)@local.test\n").count == 2)
        let file = "\(site.user.home)/Maildir/\(stored.directory)/\(stored.name)"
        let attributes = try FileManager.default.attributesOfItem(atPath: file)
        #expect(attributes[.ownerAccountID] as? Int == Int(site.user.id.user))
        #expect(attributes[.posixPermissions] as? Int == 0o600)
    }

    @Test("the rules of a user of the system run, with the detail from Postfix's environment")
    func mailboxCommandRunsRules() throws {
        let site = try MailSite()
        let rules = """
            require ["fileinto", "envelope", "subaddress", "variables", "mailbox"];
            if envelope :detail :matches "to" "*" { set "folder" "${1}"; fileinto :create "${folder}"; }
            """
        try site.workplace.write(rules, to: "home-\(site.user.name)/.dovecot.sieve", owner: site.user.id)
        try site.client.send(
            TestMessage.text(subject: "x"), from: "alice@virtual.test",
            to: "\(site.user.name)+travel@local.test")
        #expect(
            try eventually { !messages(site.user.home + "/Maildir/.travel").isEmpty }, "\(site.postfix.log)")
    }

    @Test("a line in .forward delivers, and a failure there leaves mail in Postfix's queue")
    func forwardDelivers() throws {
        let site = try MailSite(mailboxCommand: "/bin/false")
        let forward = "home-\(site.user.name)/.forward"
        let command = "\"|\(try site.workplace.program(.postmaster)) -o log.target=none"
        try site.workplace.write(command + " -o spool.mode=nonsense\"\n", to: forward, owner: site.user.id)
        let message = TestMessage.text(subject: "by forward")
        try site.client.send(message, from: "alice@virtual.test", to: "\(site.user.name)@local.test")
        #expect(try eventually { site.postfix.log.contains("status=deferred") }, "\(site.postfix.log)")
        #expect(messages(site.user.home + "/Maildir").isEmpty)

        try site.workplace.write(command + "\"\n", to: forward, owner: site.user.id)
        try site.postfix.flush()
        #expect(try eventually { !messages(site.user.home + "/Maildir").isEmpty }, "\(site.postfix.log)")
        #expect(messages(site.user.home + "/Maildir").first?.bytes.suffix(message.count) == message)
    }

    @Test("without Postfix's own fields the message gets ours, and nothing else")
    func plainPipe() throws {
        let site = try MailSite()
        let message = TestMessage.difficult(subject: "plain")
        try site.client.send(message, from: "alice@virtual.test", to: "bob@plain.test")
        #expect(try eventually { !site.inbox("bob").isEmpty }, "\(site.postfix.log)")
        let text = try #require(site.inbox("bob").first).text
        #expect(
            text.hasPrefix("Return-Path: <alice@virtual.test>\nDelivered-To: bob@plain.test\nReceived: from"))
    }

    @Test("fifty messages at once arrive, each once")
    func manyArrive() throws {
        let site = try MailSite()
        for number in 0..<50 {
            try site.client.send(
                TestMessage.text(subject: "number \(number)."), from: "alice@virtual.test",
                to: "bob@virtual.test")
        }
        #expect(try eventually(60) { try site.postfix.queue().contains("is empty") }, "\(site.postfix.log)")
        let texts = site.inbox("bob").map(\.text)
        #expect(texts.count == 50)
        for number in 0..<50 {
            #expect(texts.filter { $0.contains("Subject: number \(number).\n") }.count == 1)
        }
    }
}

/// A mail server with users: `bob` and `alice` at `virtual.test`, and one user of the system.
private struct MailSite {
    let workplace: Workplace
    let user: TemporaryUser
    let owner: TemporaryUser
    let postfix: PostfixServer
    var client: SMTPClient { SMTPClient(port: postfix.port) }

    init(mailboxCommand: String? = nil) throws {
        workplace = try Workplace()
        user = try TemporaryUser(in: workplace, "u")
        owner = try TemporaryUser(in: workplace, "v")
        try workplace.makeDirectory("vmail", mode: 0o700, owner: owner.id)
        try workplace.makeDirectory("spool", mode: 0o1777)
        try workplace.write("", to: "postmaster.log", mode: 0o666)
        let numbers = "\(owner.id.user):\(owner.id.group)"
        var users = ""
        for name in ["bob", "alice"] {
            for domain in ["virtual.test", "plain.test"] {
                users += "\(name)@\(domain)::\(numbers)::\(workplace["vmail/\(name)"])::\n"
            }
            try workplace.makeDirectory("vmail/\(name)", mode: 0o700, owner: owner.id)
        }
        try workplace.write(users, to: "users")
        try workplace.write(Self.rules, to: "rules.sieve")
        try workplace.write(Self.configuration(workplace), to: "postmaster.toml")
        let program = "\(try workplace.program(.postmaster)) --mta postfix"
        let virtual = """
            \(program) -c \(workplace["postmaster.toml"]) -f ${sender} -a ${original_recipient} -r ${recipient}
              -d ${user}@${domain} --queue-id ${queue_id} --client-address ${client_address}
              --client-helo ${client_helo} --sasl-user ${sasl_username}
            """
        let log = "-o log.target=file:\(workplace["postmaster.log"]) -o spool.directory=\(workplace["spool"])"
        postfix = try PostfixServer(
            workplace, pipeArguments: virtual, pipeUser: owner.name,
            mailboxCommand: mailboxCommand ?? "\(program) \(log)")
    }

    /// The messages of one who lives at `virtual.test`.
    func inbox(_ name: String, _ folder: String = "") -> [StoredMessage] {
        messages(workplace["vmail/\(name)/Maildir/\(folder)"])
    }

    private static let rules = """
        require ["fileinto", "mailbox", "envelope", "subaddress"];
        if header :contains "Subject" "invoice" { fileinto :create "Invoices"; }
        elsif envelope :detail "to" "lists" { fileinto :create "lists"; }
        """

    private static func configuration(_ workplace: Workplace) -> String {
        """
        [users]
        source = "passwd-file:\(workplace["users"])"
        [sieve]
        before = ["\(workplace["rules.sieve"])"]
        [spool]
        directory = "\(workplace["spool"])"
        [log]
        target = "file:\(workplace["postmaster.log"])"

        """
    }
}
