import Platform
import Testing

@testable import UserLookup

@Suite("fields of a user")
struct UserFieldsTests {
    private func user(
        _ fields: [(String, String)], defaults: Identity? = nil
    ) throws(UserFields.Problem) -> MailUser {
        var all = UserFields()
        for (name, value) in fields { try all.set(name, value) }
        guard let name = UserName("ann") else { throw UserFields.Problem(reason: "no name") }
        return try all.mailUser(name, defaults: defaults)
    }

    private func problem(_ fields: [(String, String)]) -> String? {
        do throws(UserFields.Problem) {
            _ = try user(fields)
            return nil
        } catch {
            return error.reason
        }
    }

    private let ids = [("uid", "1000"), ("gid", "1001")]

    @Test("uid and gid are enough")
    func least() throws {
        #expect(try user(ids) == MailUser(name: "ann", identity: Identity(user: 1000, group: 1001), home: ""))
    }

    @Test("defaults stand in for what is missing, and only for that")
    func defaults() throws {
        let defaults = Identity(user: 5000, group: 5001)
        #expect(try user([], defaults: defaults).identity == defaults)
        #expect(try user([("uid", "7")], defaults: defaults).identity == Identity(user: 7, group: 5001))
        #expect(try user(ids, defaults: defaults).identity == Identity(user: 1000, group: 1001))
        #expect(problem([("uid", "7")]) == "there is no gid")
        #expect(problem([("gid", "7")]) == "there is no uid")
    }

    @Test(
        "an identifier is a decimal number",
        arguments: [
            "", "x", "-1", "+1", "1x", " 1", "0x10", "4294967295", "4294967296", "99999999999999999999", "١",
        ])
    func notNumbers(text: String) {
        #expect(problem([("uid", text), ("gid", "1")]) == "uid is not a number")
        #expect(problem([("uid", "1"), ("gid", text)]) == "gid is not a number")
    }

    @Test("root gets no mail this way", arguments: ["0", "00", "0000000000"])
    func root(text: String) {
        #expect(problem([("uid", text)]) == "uid 0 is not a mail user's")
        #expect(problem([("gid", text)]) == "gid 0 is not a mail user's")
    }

    @Test("the largest identifier is the one before \"none\"")
    func largest() throws {
        #expect(try user([("uid", "4294967294"), ("gid", "4294967294")]).identity.user == 4_294_967_294)
    }

    struct Location: Sendable {
        let fields: [(String, String)]
        let path: String?
    }

    @Test(
        "the Maildir's path is taken out of the mail location",
        arguments: [
            Location(fields: [("mail", "maildir:~/Maildir")], path: "/home/ann/Maildir"),
            Location(
                fields: [("mail", "maildir:~/Maildir:INDEX=/var/x:LAYOUT=fs")], path: "/home/ann/Maildir"),
            Location(fields: [("mail", "maildir:/srv/mail/ann")], path: "/srv/mail/ann"),
            Location(fields: [("mail", "maildir:~")], path: "/home/ann"),
            Location(fields: [("mail", "")], path: nil),
            Location(fields: [("mail_path", "~/Maildir")], path: "/home/ann/Maildir"),
            Location(fields: [("mail_driver", "maildir"), ("mail_path", "/srv/x")], path: "/srv/x"),
            Location(fields: [("mail_driver", "mdbox")], path: nil),
        ])
    func locations(location: Location) throws {
        #expect(try user(ids + [("home", "/home/ann")] + location.fields).mailLocation == location.path)
    }

    @Test("a home of / makes no double slash")
    func rootHome() throws {
        #expect(try user(ids + [("home", "/"), ("mail", "maildir:~/Maildir")]).mailLocation == "/Maildir")
        #expect(problem(ids + [("home", "/"), ("mail", "maildir:~")]) != nil)
    }

    @Test(
        "a mail location that is no Maildir's is an error that says what it is",
        arguments: [
            ("mdbox:~/mdbox", "the mail format is mdbox: only maildir is delivered to"),
            ("mbox:~/mail:INBOX=/var/mail/ann", "the mail format is mbox: only maildir is delivered to"),
            ("sdbox:/x", "the mail format is sdbox: only maildir is delivered to"),
            (":x", "the mail format is : only maildir is delivered to"),
            ("a\nb:x", "the mail format is not known: only maildir is delivered to"),
            ("/var/mail/ann", "the mail location does not begin with maildir:"),
            ("~/Maildir", "the mail location does not begin with maildir:"),
            ("maildir:", "the mail location is neither an absolute path nor in the home directory"),
            ("maildir:Maildir", "the mail location is neither an absolute path nor in the home directory"),
            (
                "maildir:~bob/Maildir",
                "the mail location is neither an absolute path nor in the home directory"
            ),
            ("maildir:/a\nb", "the mail location is neither an absolute path nor in the home directory"),
            ("maildir:/a\0b", "the mail location is neither an absolute path nor in the home directory"),
        ])
    func refused(mail: String, reason: String) {
        #expect(problem(ids + [("home", "/home/ann"), ("mail", mail)]) == reason)
    }

    @Test("a location in a home that nobody knows is an error")
    func noHome() {
        let reason = "the mail location is in a home that is not given"
        #expect(problem(ids + [("mail", "maildir:~/Maildir")]) == reason)
        #expect(problem(ids + [("mail_path", "~")]) == reason)
        #expect(
            problem(ids + [("mail_driver", "mdbox"), ("mail_path", "/x")])?.hasPrefix(
                "the mail format is mdbox") == true)
    }

    @Test(
        "a home is an absolute path",
        arguments: ["home", "~", "./x", "/a\nb", "/" + String(repeating: "x", count: 4096)])
    func homes(home: String) {
        #expect(problem(ids + [("home", home)]) == "the home is not an absolute path")
    }

    @Test("the groups of a system user can be had")
    func groups() throws {
        #expect(try user(ids + [("system_groups_user", "root")]).supplementaryGroups.contains(0))
        #expect(
            problem(ids + [("system_groups_user", "no-such-user")])
                == "system_groups_user is no user of this system")
    }

    @Test("what is not known says nothing")
    func unknown() throws {
        #expect(try user(ids + [("nice", "19"), ("", ""), ("proxy", "y")]) == user(ids))
    }

    @Test("the quota comes with the user, and one that is not understood does not keep him out")
    func quota() throws {
        #expect(try user(ids + [("quota_rule", "*:storage=1G:messages=1000")]).quota == "1G,1000")
        #expect(try user(ids + [("quota_rule", "nonsense")]).quota == nil)
    }

    @Test(
        "the largest message, in any of the names that Dovecot has had for it",
        arguments: [
            ("25M", 25 << 20), ("1000", 1000), ("1k", 1024), ("2T", 2 << 40), ("0", 0), ("unlimited", 0),
            ("", nil),
            ("-1", nil), ("x", nil), ("1X", nil), ("99999999999G", nil), ("999999999999999999T", nil),
            ("00", nil),
            ("M", nil),
        ] as [(String, Int?)])
    func sizes(text: String, bytes: Int?) throws {
        for name in ["quota_max_mail_size", "quota_mail_size", "mail_max_size"] {
            #expect(try user(ids + [(name, text)]).maximumMessageSize == bytes, "\(name)")
        }
        #expect(try user(ids).maximumMessageSize == nil)
    }

    @Test(
        "the quota in the fields of Dovecot 2.4, where the older one says nothing",
        arguments: [
            ("", "1G", "1000", "1G,1000"), ("", "", "1000", ",1000"), ("", "1G", "", "1G"), ("", "", "", nil),
            ("*:storage=2G", "1G", "5", "2G"), ("nonsense", "1G", "", "1G"), ("", "1000", "", "1000"),
            ("", "unlimited", "unlimited", "0"), ("", "unlimited", "", "0"), ("", "0", "", "0"),
            ("", "", "unlimited", "0"), ("", "", "0", "0"), ("", "0", "1000", ",1000"),
            ("", "1G", "unlimited", "1G"), ("*:storage=0", "1G", "5", "0"), ("", "-1", "x", nil),
            ("", "0M", "", "0"), ("", "Unlimited", "", nil),
        ] as [(String, String, String, String?)])
    func newQuota(rule: String, storage: String, messages: String, quota: String?) throws {
        let fields = [
            ("quota_rule", rule), ("quota_storage_size", storage), ("quota_message_count", messages),
        ]
        #expect(try user(ids + fields).quota == quota)
    }
}

@Suite("quota rule")
struct QuotaRuleTests {
    @Test(
        "a rule for all mailboxes is bytes and messages",
        arguments: [
            ("*:storage=1G", "1G"), ("*:storage=1024", "1024K"), ("*:storage=5M:messages=10", "5M,10"),
            ("*:messages=10", ",10"), ("*:bytes=1000", "1000"), ("*:bytes=1000:messages=7", "1000,7"),
            ("*:storage=2T", "2048G"), ("*:storage=10b", "10"), ("*:storage=1g:foo=bar", "1G"),
            ("*:storage=0:messages=5", ",5"), ("*:storage=0", "0"), ("*:bytes=0", "0"), ("*:messages=0", "0"),
            ("*:storage=0G", "0"), ("*:storage=unlimited:messages=0", "0"), ("*:storage=1G:messages=0", "1G"),
        ])
    func understood(rule: String, text: String) {
        #expect(QuotaRule(rule)?.text == text)
    }

    @Test(
        "anything else says nothing",
        arguments: [
            "", "*", "*:", "*:ignore", "*:storage", "*:storage=", "*:storage=x", "*:storage=-1G",
            "*:storage=+10%",
            "*:storage=10%", "*:storage=M", "*:storage=-0", "*:messages=-5", "Trash:storage=+1G",
            "INBOX:messages=1",
            "storage=1G",
            "*:storage=99999999999999999999G", "*:storage=99999999999999999T",
        ])
    func notUnderstood(rule: String) {
        #expect(QuotaRule(rule) == nil)
    }
}
