import Foundation
import Testing

/// A mailbox that is full is refused by Postfix before it takes the message.
@Suite(
    "Quota behind Postfix", .serialized, .enabled(if: isRoot, "starting Postfix needs root"),
    .enabled(if: PostfixInstance.isInstalled, "Debian's package postfix is not installed"))
struct QuotaServiceTests {
    @Test("a full mailbox is refused at RCPT, one with little room by the declared size, a roomy one passes")
    func postfix() throws {
        let site = try QuotaSite()
        let service = try QuotaService(site.workplace, site.options)
        let postfix = try site.postfix(service)
        let small = TestMessage.text(subject: "small")
        let large = TestMessage.text(
            subject: "large", body: String(repeating: "0123456789abcdef\n", count: 800))

        try site.hold(20_000, by: "full")
        try site.hold(8_000, by: "half")
        let client = SMTPClient(port: postfix.port)
        for (recipient, message, isTaken) in [
            ("full", small, false), ("half", small, true), ("half", large, false), ("roomy", large, true),
            ("full+lists", small, false), ("half+lists", large, false),
        ] {
            let reply = try site.reply(client, to: "\(recipient)@box.test", message)
            if isTaken {
                #expect(reply.hasPrefix("250"), "\(recipient): \(reply)")
            } else {
                #expect(reply.contains("4.2.2") && reply.contains("Mailbox full"), "\(recipient): \(reply)")
            }
        }
        #expect(
            try eventually { !messages("\(site.workplace["vmail"])/roomy/Maildir").isEmpty }, "\(postfix.log)"
        )
        #expect(postfix.log.contains("Mailbox full"))
        let ended = try service.stop()
        #expect(ended.code == 0, "\(ended.errors)")
        #expect(!FileManager.default.fileExists(atPath: service.path))
    }

    @Test("the policy of the site is Postfix's answer, and without the service mail is deferred, not lost")
    func rejects() throws {
        let site = try QuotaSite()
        let service = try QuotaService(site.workplace, site.options + ["-o", "quota.over=reject"])
        let postfix = try site.postfix(service)
        try site.hold(20_000, by: "full")
        let client = SMTPClient(port: postfix.port)
        let small = TestMessage.text(subject: "small")
        #expect(try site.reply(client, to: "full@box.test", small).hasPrefix("552 5.2.2"))
        #expect(
            try site.reply(client, to: "stranger@box.test", small).hasPrefix("250"), "the delivery knows best"
        )
    }

    @Test(
        "a second service does not take the socket of the first, and one that was killed is in nobody's way")
    func twice() throws {
        let site = try QuotaSite()
        let service = try QuotaService(site.workplace, site.options)
        let second = try run(
            try site.workplace.program(.control),
            ["quota", "serve", "--listen", "unix:\(service.path)"] + site.options)
        #expect(second.code == 75 && second.errors.contains("in use"), "\(second.errors)")
        #expect(try service.ask("roomy@box.test") == "action=DUNNO")
    }

    @Test("whatever is broken, the recipient passes")
    func broken() throws {
        let site = try QuotaSite()
        let service = try QuotaService(site.workplace, site.options)
        try site.hold(20_000, by: "full")
        #expect(try service.ask("full@box.test").hasPrefix("action=DEFER_IF_PERMIT 4.2.2"))
        #expect(try service.ask("full@elsewhere.test") == "action=DUNNO")
        try FileManager.default.removeItem(atPath: site.workplace["users"])
        #expect(try service.ask("full@box.test") == "action=DUNNO")
        let connection = try Connection(socket: service.path)
        try connection.write(Data(repeating: 0, count: 1 << 16))
        #expect((try? connection.line()) == nil)
        #expect(try service.ask("roomy@box.test") == "action=DUNNO")
        #expect(try service.stop().errors.contains("users"))
    }

    @Test("show tells what is there, recalculate puts the file right, as the user")
    func commands() throws {
        let site = try QuotaSite()
        try site.hold(8_000, by: "half")
        let control = try site.workplace.program(.control)
        let shown = try run(
            control, ["quota", "show", "--json", "half@box.test", "roomy@box.test"] + site.options)
        #expect(shown.code == 0, "\(shown.errors)")
        let users = try #require(
            JSONSerialization.jsonObject(with: Data(shown.output.utf8)) as? [[String: Any]])
        #expect(users.map { $0["user"] as? String } == ["half@box.test", "roomy@box.test"])
        #expect(users.first?["percent"] as? Int == 80 && users.first?["exact"] as? Bool == true)
        #expect((users.first?["limit"] as? [String: Int])?["bytes"] == 10_000)

        let file = "vmail/half/Maildir/maildirsize"
        try site.workplace.write("10000S\n1 1\n", to: file, owner: site.owner.id)
        let mended = try run(control, ["quota", "recalculate", "half@box.test"] + site.options)
        #expect(mended.code == 0 && mended.output.contains("before: 1, 1 messages"), "\(mended)")
        #expect(site.workplace.read(file) == "10000S\n8000 1\n")
        let attributes = try FileManager.default.attributesOfItem(atPath: site.workplace[file])
        #expect(attributes[.ownerAccountID] as? Int == Int(site.owner.id.user))

        let unknown = try run(control, ["quota", "show", "nobody-here", "half@box.test"] + site.options)
        #expect(unknown.code == 67 && unknown.output.contains("half@box.test"))
    }
}

/// Virtual users with 10,000 bytes each, at `box.test`.
private struct QuotaSite {
    let workplace: Workplace
    let owner: TemporaryUser
    private static let names = ["full", "half", "roomy"]

    init() throws {
        workplace = try Workplace()
        owner = try TemporaryUser(in: workplace, "v")
        try workplace.makeDirectory("vmail", mode: 0o700, owner: owner.id)
        try workplace.makeDirectory("spool", mode: 0o1777)
        var users = ""
        for name in Self.names {
            let limit = name == "roomy" ? 1_000_000 : 10_000
            users +=
                "\(name)@box.test::\(owner.id.user):\(owner.id.group)::\(workplace["vmail/\(name)"])::userdb_quota_rule=*:bytes=\(limit)\n"
            for folder in ["", "/Maildir", "/Maildir/tmp", "/Maildir/new", "/Maildir/cur"] {
                try workplace.makeDirectory("vmail/\(name)\(folder)", mode: 0o700, owner: owner.id)
            }
        }
        try workplace.write(users, to: "users", mode: 0o644)
    }

    var options: [String] {
        [
            "-o", "users.source=passwd-file:\(workplace["users"])", "-o", "users.first-uid=1", "-o",
            "spool.directory=\(workplace["spool"])", "-o", "log.target=none",
        ]
    }

    /// Gives a user one message of so many bytes, which happened a while ago.
    func hold(_ bytes: Int, by name: String) throws {
        try workplace.write("x", to: "vmail/\(name)/Maildir/cur/1.x,S=\(bytes):2,S", owner: owner.id)
        try workplace.write(
            "\(name == "roomy" ? 1_000_000 : 10_000)S\n\(bytes) 1\n", to: "vmail/\(name)/Maildir/maildirsize",
            owner: owner.id)
        try FileManager.default.setAttributes(
            [.modificationDate: Date(timeIntervalSinceNow: -60)],
            ofItemAtPath: workplace["vmail/\(name)/Maildir/cur"])
    }

    func postfix(_ service: QuotaService) throws -> PostfixGuard {
        try PostfixGuard(workplace, service: service.path, program: pipeProgram, user: owner.name)
    }

    private var pipeProgram: String {
        get throws {
            "\(try workplace.program(.postmaster)) --mta postfix --size ${size} -d ${user}@${domain} -r ${recipient} "
                + options.joined(separator: " ")
        }
    }

    /// What Postfix says of a recipient whose message it is told the size of, then of the message.
    func reply(_ client: SMTPClient, to recipient: String, _ message: Data) throws -> String {
        try client.replies(to: message, from: "alice@elsewhere.test", to: [recipient], declaringSize: true)
            .first ?? ""
    }
}

/// A Postfix that asks the service about each recipient, and hands mail for `box.test` to a program.
final class PostfixGuard {
    let port: UInt16
    private let instance: PostfixInstance
    var log: String { instance.log }

    init(_ workplace: Workplace, service: String, program: String, user: String) throws {
        port = try freePort()
        instance = try PostfixInstance(
            workplace, "postfix", port: port,
            main: """
                myhostname = mx.test
                mydestination =
                recipient_delimiter = +
                virtual_mailbox_domains = box.test
                virtual_transport = postmaster
                postmaster_destination_recipient_limit = 1
                default_transport = error:5.0.0 these tests send nothing elsewhere
                smtpd_relay_restrictions = permit_mynetworks, reject_unauth_destination
                smtpd_recipient_restrictions = check_policy_service unix:\(service)

                """,
            services: """
                \(port) inet n - n - - smtpd
                postmaster unix - n n - - pipe
                  flags=DRXhuO null_sender= user=\(user) argv=\(program)

                """)
    }
}
