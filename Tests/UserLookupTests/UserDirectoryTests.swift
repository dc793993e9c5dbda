import Platform
import TestSupport
import Testing

@testable import UserLookup

@Suite("name service")
struct NameServiceTests {
    private let users = UserDirectory(source: .nameService, deadlineMilliseconds: 10_000)

    @Test("a user of the system is found with his groups and home")
    func root() throws {
        let root = try #require(try users.find("root"))
        #expect(root.identity == Identity(user: 0, group: 0))
        #expect(root.supplementaryGroups.contains(0))
        #expect(root.home.hasPrefix("/"))
        #expect(root.mailLocation == nil && root.quota == nil)
    }

    @Test(
        "nobody is found who is not there, and no domain is taken off",
        arguments: [
            "no-such-user-here", "root@localhost", "root@example.org", "", "root\0", "root\n", "-root",
            "../root", "root/",
        ])
    func nobody(name: String) throws {
        #expect(try users.find(name) == nil)
    }
}

@Suite("becoming a mail user")
struct BecomingTests {
    @Test("root becomes the user, with his groups and no others", .enabled(if: isSuperuser))
    func become() async throws {
        let root = try TemporaryDirectory()
        try root.makeDirectory("shared", permissions: 0o070)
        try root.setOwner("shared", 0, 4003)
        try root.makeDirectory("closed", permissions: 0o700)
        await #expect(processExitsWith: .success) { [path = root.path as String] in
            let user = MailUser(
                name: "ann", identity: Identity(user: 4001, group: 4002), supplementaryGroups: [4002, 4003],
                home: "/")
            try user.become()
            #expect(Identity.current() == user.identity)
            #expect(try Directory(opening: path + "/shared").names().isEmpty)
            #expect(throws: SystemError(call: "open", path: path + "/closed", code: ErrorCode.accessDenied)) {
                _ = try Directory(opening: path + "/closed")
            }
            // Once more is nothing; somebody else is too late.
            try user.become()
            let other = MailUser(name: "ben", identity: Identity(user: 4009, group: 4009), home: "/")
            let error = #expect(throws: SystemError.self) { try other.become() }
            #expect(error?.code == ErrorCode.notPermitted)
        }
    }

    @Test("a process without rights is who it is", .enabled(if: !isSuperuser))
    func unprivileged() throws {
        let me = Identity.current()
        try MailUser(name: "me", identity: me, home: "/").become()
        #expect(Identity.current() == me)
        #expect(throws: SystemError.self) {
            try MailUser(name: "root", identity: Identity(user: 0, group: 0), home: "/").become()
        }
    }

    @Test("an error is told in one line with its source")
    func description() {
        let error = UserLookupError(source: "/etc/users", reason: "line 3: there is no uid")
        #expect(error.description == "users of /etc/users: line 3: there is no uid")
        let call = UserLookupError(
            source: "nss", SystemError(call: "getpwnam", path: "x", code: ErrorCode.inputOutput))
        #expect(call.description == "users of nss: getpwnam: Input/output error")
    }
}
