import Platform
import TestSupport
import Testing

@testable import UserLookup

@Suite("name services")
struct HostNameServiceTests {
    @Test("root is known by name and by number")
    func root() throws {
        let root = try #require(try NameService().user(named: "root"))
        #expect(root.identity == Identity(user: 0, group: 0))
        #expect(root.home.hasPrefix("/"))
        #expect(root.groups.contains(0))
        #expect(try NameService().user(withIdentifier: 0) == root)
    }

    @Test(
        "nobody has such a name",
        arguments: [
            "", "no-such-user-here", "root\0", "\0", "root:x", "root\n", "ROOT?", "../root", "a@b", "-root",
            "0", "1000",
        ])
    func unknown(name: String) throws {
        #expect(try NameService().user(named: name) == nil)
    }

    @Test("a name of any length is nobody's")
    func long() throws {
        #expect(try NameService().user(named: String(repeating: "x", count: 100_000)) == nil)
    }

    @Test("nobody has this number")
    func unknownNumber() throws {
        #expect(try NameService().user(withIdentifier: 4_294_967_290) == nil)
    }

    @Test("a service that cannot be asked is no \"no\"", arguments: ["/bin/false", "/nonexistent/getent"])
    func unreachable(getent: String) throws {
        // Debian's nsswitch.conf names services besides files; where it does not, there is nobody to ask.
        guard !NameServiceSwitch.current().hasOnlyFiles else { return }
        #expect(throws: UserLookupError.self) {
            try NameService(getentPath: getent).user(named: "no-such-user-here")
        }
    }

    @Test("a local user is found although nobody else can be asked")
    func localOnly() throws {
        let service = NameService(getentPath: "/nonexistent/getent")
        guard NameServiceSwitch.current().groupsAreLocal else { return }
        #expect(try service.user(named: "daemon")?.name == "daemon")
    }
}

@Suite("nsswitch.conf")
struct NameServiceSwitchTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let text: String
        let beginsWithFiles: Bool
        let hasOnlyFiles: Bool
        let groupsAreLocal: Bool
        var testDescription: String { text }
    }

    @Test(
        "says whom to ask",
        arguments: [
            Case(text: "", beginsWithFiles: true, hasOnlyFiles: true, groupsAreLocal: true),
            Case(
                text: "passwd: files\ngroup: files\n", beginsWithFiles: true, hasOnlyFiles: true,
                groupsAreLocal: true),
            Case(
                text: "passwd:\tfiles systemd\ngroup: files systemd", beginsWithFiles: true,
                hasOnlyFiles: false,
                groupsAreLocal: true),
            Case(
                text: "passwd: files sss # local first\ngroup: files sss", beginsWithFiles: true,
                hasOnlyFiles: false,
                groupsAreLocal: false),
            Case(
                text: "passwd: sss [NOTFOUND=return] files\ngroup: files", beginsWithFiles: false,
                hasOnlyFiles: false,
                groupsAreLocal: true),
            Case(
                text: "#passwd: ldap\n passwd : files\ninitgroups: ldap\ngroup: files\n:::\n\0",
                beginsWithFiles: true,
                hasOnlyFiles: true, groupsAreLocal: false),
        ])
    func reading(example: Case) {
        let services = NameServiceSwitch(example.text)
        #expect(services.beginsWithFiles == example.beginsWithFiles)
        #expect(services.hasOnlyFiles == example.hasOnlyFiles)
        #expect(services.groupsAreLocal == example.groupsAreLocal)
    }
}

@Suite("local accounts")
struct LocalAccountsTests {
    private static let passwords = """
        # comment
        short:x:1
        root:x:0:0:root:/root:/bin/bash
        anna:x:1000:100:Anna,,,:/home/anna:/bin/sh
        bad:x:minus:100::/:
        anna:x:2000:200:second:/elsewhere:/bin/sh
        \u{0}:x:5:5::/:
        last:x:1001:1001::/home/last:/bin/sh
        """
    private static let groups =
        "wheel:x:10:anna,root\nbroken\nusers:x:100:\nmail:x:8:last,anna\nnone:x:x:anna\n"

    private func accounts(_ directory: borrowing TemporaryDirectory) throws -> LocalAccounts {
        let folder = try Directory(opening: directory.path)
        for (name, text) in [("passwd", Self.passwords), ("group", Self.groups)] {
            try folder.createFile(name, permissions: 0o644).write(Array(text.utf8), path: name)
        }
        return LocalAccounts(
            passwordFile: "\(directory.path)/passwd", groupFile: "\(directory.path)/group")
    }

    @Test("the first line of a name counts, and lines that are none are passed over")
    func names() throws {
        let directory = try TemporaryDirectory()
        let accounts = try accounts(directory)
        let deadline = Deadline(milliseconds: 5000)
        let anna = try #require(try accounts.user(named: "anna", until: deadline))
        #expect(anna.identity == Identity(user: 1000, group: 100))
        #expect(anna.home == "/home/anna")
        #expect(try accounts.user(named: "last", until: deadline)?.identity.user == 1001)
        for name in ["short", "bad", "ann", "annaa", "", "x", "# comment"] {
            #expect(try accounts.user(named: name, until: deadline) == nil, "\(name)")
        }
        #expect(try accounts.user(withIdentifier: 2000, until: deadline)?.home == "/elsewhere")
        #expect(try accounts.user(withIdentifier: 77, until: deadline) == nil)
    }

    @Test("groups are the user's own and those that list him")
    func memberships() throws {
        let directory = try TemporaryDirectory()
        let accounts = try accounts(directory)
        let deadline = Deadline(milliseconds: 5000)
        let anna = try #require(try accounts.user(named: "anna", until: deadline))
        #expect(try accounts.groups(of: anna, until: deadline) == [100, 10, 8])
    }

    @Test("a file that is missing is an error, not a user who is")
    func missing() {
        let accounts = LocalAccounts(passwordFile: "/nonexistent/passwd")
        #expect(throws: UserLookupError.self) {
            try accounts.user(named: "root", until: Deadline(milliseconds: 1000))
        }
    }
}
