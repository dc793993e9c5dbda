import DeliveryStatus
import Maildir
import Platform
import Settings
import Testing

@testable import Delivery

@Suite struct MailboxStateTests {
    private var site: Site

    init() throws { site = try Site() }

    /// Why it is closed; nil if it is open.
    private func reason(
        _ destination: Destination? = nil, creating: Bool = true
    ) throws -> (String, EnhancedStatus)? {
        let state = MailboxState(
            configuration: site.configuration, destination: try destination ?? site.destination,
            creating: creating)
        switch state {
        case .open: return nil
        case .closed(let reason, let status): return (reason, status)
        }
    }

    private func destination(home: String) throws -> Destination {
        let direct = try site.destination
        return Destination(
            userName: "bob", identity: direct.identity, supplementaryGroups: [], home: home,
            mailRoot: direct.mailRoot,
            personalScripts: [], quota: nil, isGivenDirectly: false)
    }

    @Test("a mail root that is missing is made, if it may be, for its user alone")
    func missing() throws {
        #expect(try reason(creating: false) != nil)
        #expect(!site.temporary.exists("Maildir"))
        #expect(try reason() == nil)
        let status = try FileStatus.of(site.temporary.path("Maildir"))
        #expect(status.permissions & 0o077 == 0 && status.owner == Identity.current().user)
    }

    @Test("nothing above the mail root is made: it may be not mounted")
    func notMounted() throws {
        var test = self
        test.site.request.mailDirectory = site.temporary.path("home/bob/Maildir")
        let (reason, status) = try #require(try test.reason())
        #expect(status.class == .persistentTransientFailure)
        #expect(reason.contains("home"))
        #expect(!site.temporary.exists("home"))
    }

    @Test(
        "a mail root that others can write is refused, with its name",
        arguments: [0o777, 0o1777, 0o757] as [UInt32])
    func writable(permissions: UInt32) throws {
        try site.temporary.makeDirectory("Maildir", permissions: permissions)
        let (reason, status) = try #require(try reason())
        #expect(reason.contains(site.temporary.path("Maildir")) && reason.contains("writable"))
        #expect(status == .accessTrouble)
    }

    @Test("a mail root below a directory that others can write is refused, and the directory is named")
    func unsafeParent() throws {
        var test = self
        try site.temporary.makeDirectory("open", permissions: 0o777)
        test.site.request.mailDirectory = site.temporary.path("open/Maildir")
        let (reason, _) = try #require(try test.reason())
        #expect(reason.contains(site.temporary.path("open") + " is writable"))
        #expect(!site.temporary.exists("open/Maildir"))
    }

    @Test("a mail root that is somebody else's is refused", .enabled(if: isSuperuser, "it needs root"))
    func foreign() throws {
        try site.temporary.makeDirectory("Maildir", permissions: 0o700)
        try run("/bin/chown", "4001", site.temporary.path("Maildir"))
        let (reason, status) = try #require(try reason())
        #expect(reason.contains("4001") && status == .accessTrouble)
    }

    @Test("a file in the mail root's place is no mail root")
    func file() throws {
        try site.temporary.write("Maildir", "x")
        #expect(try reason()?.1.class == .persistentTransientFailure)
    }

    @Test("a sticky home says that its rules are being changed; mail waits")
    func sticky() throws {
        try site.temporary.makeDirectory("home", permissions: 0o1755)
        let closed = try #require(try reason(destination(home: site.temporary.path("home"))))
        #expect(closed.0.contains("sticky") && closed.1 == .mailboxDisabled)
        #expect(!site.temporary.exists("Maildir"))
        try site.temporary.makeDirectory("other", permissions: 0o755)
        #expect(try reason(destination(home: site.temporary.path("other"))) == nil)
    }

    @Test("a home that does not exist is edited by nobody")
    func noHome() throws {
        #expect(try reason(destination(home: site.temporary.path("nowhere/bob"))) == nil)
    }

    @Test("where mail lies outside of homes, the directory of a domain is made, too")
    func twoLevels() throws {
        var test = self
        test.site.set("mail.root=/var/mail/%d/%n")
        test.site.request.mailDirectory = site.temporary.path("example.org/bob")
        #expect(try test.reason() == nil)
        let status = try FileStatus.of(site.temporary.path("example.org"))
        #expect(status.permissions & 0o077 == 0)
        test.site.request.mailDirectory = site.temporary.path("a/b/c")
        #expect(try test.reason() != nil)
        #expect(!site.temporary.exists("a"))
    }
}
