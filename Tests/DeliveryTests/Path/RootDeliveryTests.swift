import MailMessage
import Maildir
import Platform
import Settings
import Spool
import Testing

@testable import Delivery

/// Started as root for a user: each test in a process of its own, which does not become root again.
@Suite("a delivery by root", .enabled(if: isSuperuser, "only root can become somebody else"))
struct RootDeliveryTests {
    private let temporary: TemporaryDirectory

    init() throws { temporary = try TemporaryDirectory() }

    /// A site whose user is uid 4001, and a spool for everybody. It is in a directory of the process that waits,
    /// since this user could not remove it.
    static func site(_ path: String) throws -> Site {
        var site = try Site(in: TemporaryDirectory(lent: path))
        try site.temporary.makeDirectory("home")
        try site.temporary.makeDirectory("spool", permissions: 0o1777)
        try run("/bin/chown", "4001:4002", site.temporary.path("home"))
        let line = "joe::4001:4002::\(site.temporary.path("home"))::\n"
        site.configuration.users.source = .passwdFile(path: try site.temporary.write("users", line))
        site.request.mailDirectory = nil
        site.request.user = "joe"
        return site
    }

    @Test("the user's files are the user's, and nobody else may read them")
    func ownership() async {
        await #expect(processExitsWith: .success) { [path = temporary.path as String] in
            let site = try RootDeliveryTests.site(path)
            #expect(try site.deliver().exitStatus == 0)
            #expect(Identity.current() == Identity(user: 4001, group: 4002))
            let files = site.temporary.names("home/Maildir/new")
            #expect(files.count == 1)
            for name in ["home/Maildir", "home/Maildir/new", "home/Maildir/new/\(files.first ?? "")"] {
                let status = try FileStatus.of(site.temporary.path(name))
                #expect(status.owner == 4001 && status.group == 4002 && status.permissions & 0o077 == 0)
            }
        }
    }

    @Test("the spool's entry is the user's, and he drains it himself")
    func spool() async {
        await #expect(processExitsWith: .success) { [path = temporary.path as String] in
            var site = try RootDeliveryTests.site(path)
            site.set("quota.limit=10")
            #expect(try site.deliver().exitStatus == 0)
            #expect(site.temporary.names("spool") == ["4001"])
            let entries = try site.entries()
            #expect(entries.count == 1)
            site.set("quota.limit=")
            for entry in entries { #expect(try site.visit(entry) == .delivered) }
            #expect(site.temporary.names("home/Maildir/new").count == 1)
        }
    }

    @Test("rules that the user cannot read are not read with root's rights, and the mail is kept")
    func unreadableScript() async {
        await #expect(processExitsWith: .success) { [path = temporary.path as String] in
            let site = try RootDeliveryTests.site(path)
            try site.temporary.write("home/.dovecot.sieve", "discard;", permissions: 0o600)
            #expect(try site.deliver().exitStatus == 0)
            #expect(site.temporary.names("home/Maildir/new").count == 1)
        }
    }

    @Test("the user's own rules run with his rights")
    func script() async {
        await #expect(processExitsWith: .success) { [path = temporary.path as String] in
            let site = try RootDeliveryTests.site(path)
            try site.temporary.write("home/.dovecot.sieve", "discard;")
            #expect(try site.deliver().exitStatus == 0)
            #expect(site.temporary.names("home/Maildir/new") == [])
        }
    }

    @Test("the log is opened while there is the right to")
    func log() async {
        await #expect(processExitsWith: .success) { [path = temporary.path as String] in
            var site = try RootDeliveryTests.site(path)
            try site.temporary.makeDirectory("log", permissions: 0o700)
            site.set("log.target=file:\(site.temporary.path("log/delivery"))")
            #expect(try site.deliver().exitStatus == 0)
            // The process cannot look there any more; another one of root's can.
            #expect(Identity.current().user == 4001)
            #expect(throws: SystemError.self) { try site.temporary.bytes("log/delivery") }
        }
    }

    @Test("a mail root that belongs to somebody else is not delivered to; the message waits")
    func foreignRoot() async {
        await #expect(processExitsWith: .success) { [path = temporary.path as String] in
            let site = try RootDeliveryTests.site(path)
            try site.temporary.makeDirectory("home/Maildir", permissions: 0o700)
            try run("/bin/chown", "4003", site.temporary.path("home/Maildir"))
            #expect(try site.deliver().exitStatus == 0)
            #expect(try site.entries().count == 1)
        }
    }

    @Test("without the environment's memory: what the starter left there is gone")
    func environment() async {
        await #expect(processExitsWith: .success) { [path = temporary.path as String] in
            var site = try Site(in: TemporaryDirectory(lent: path))
            site.request.keepsEnvironment = false
            #expect(try site.deliver().exitStatus == 0)
            #expect(Environment.value("PATH") == nil && Environment.value("HOME") == nil)
        }
    }
}
