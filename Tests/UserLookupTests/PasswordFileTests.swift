import Glibc
import Platform
import TestSupport
import Testing

@testable import UserLookup

@Suite("passwd-style file")
struct PasswordFileTests {
    let root: TemporaryDirectory

    init() throws { root = try TemporaryDirectory() }

    private func directory(_ text: String, defaults: Identity? = nil) throws -> UserDirectory {
        let path = try root.write("users", text)
        return UserDirectory(
            source: .passwdFile(path: path), deadlineMilliseconds: 60_000, defaultIdentity: defaults)
    }

    /// What is wrong, without the path of the file.
    private func problem(_ name: String, in text: String) throws -> String? {
        let users = try directory(text)
        do throws(UserLookupError) {
            _ = try users.find(name)
            return nil
        } catch {
            #expect(error.source == root.path("users"))
            return error.reason
        }
    }

    private static let sample = """
        # The users of example.org
        ann:{PLAIN}secret:1001:2001:Ann,,,:/home/ann:/bin/sh

        ben@example.org:x:1002:2002::/srv/mail/ben::userdb_mail=maildir:~/Maildir:INDEX=/i userdb_quota_rule=*:storage=1G
        :nobody:1:1::/::
        \tindented:x:1:1::/::
        short:x:1003:2003
        crlf:x:1004:2004::/home/crlf:/bin/sh\r
        ann:x:9:9::/second:
        #commented:x:1:1::/::
        last:x:1005:2005::/home/last
        """

    @Test("a user is found with what his line says")
    func found() throws {
        let users = try directory(Self.sample)
        #expect(
            try users.find("ann")
                == MailUser(name: "ann", identity: Identity(user: 1001, group: 2001), home: "/home/ann"))
        #expect(
            try users.find("ben@example.org")
                == MailUser(
                    name: "ben@example.org", identity: Identity(user: 1002, group: 2002),
                    home: "/srv/mail/ben",
                    mailLocation: "/srv/mail/ben/Maildir", quota: "1G"))
        #expect(try users.find("short")?.home == "")
        #expect(try users.find("crlf")?.home == "/home/crlf")
        #expect(try users.find("last")?.home == "/home/last")
    }

    @Test(
        "nobody is found under a part of a name, another case, a comment or the rest of a line",
        arguments: [
            "an", "annn", "Ann", "ben", "ben@example.or", "#commented", "commented", "nobody", "indented",
            "x", "1001",
            "ann:{PLAIN}secret", "zoe", "last:x", "ann\n", "ann\0",
        ])
    func notFound(name: String) throws {
        #expect(try directory(Self.sample).find(name) == nil)
    }

    @Test(
        "a file of any shape without the user has no user",
        arguments: ["", "\n", "\n\n\n", "#", ":", "x", "\r\n\r\n", "x:\n"])
    func nothing(text: String) throws {
        #expect(try directory(text).find("ann") == nil)
    }

    @Test(
        "a name alone on its line has the defaults",
        arguments: ["ann", "ann\n", "ann:", "ann:x", "ann:x::", "ann:x:::g::s:"])
    func defaults(line: String) throws {
        let vmail = Identity(user: 5000, group: 5001)
        #expect(
            try directory(line, defaults: vmail).find("ann")
                == MailUser(name: "ann", identity: vmail, home: ""))
        #expect(try problem("ann", in: line) == "line 1: there is no uid")
    }

    @Test(
        "a line that cannot be used is told with its number",
        arguments: [
            ("ann:x:0:0::/root:", "uid 0 is not a mail user's"),
            ("ann:x:1000:0::/root:", "gid 0 is not a mail user's"),
            ("ann:x:ann:1::/x:", "uid is not a number"),
            ("ann:x:1:users::/x:", "gid is not a number"),
            ("ann:x:1:1::home:", "the home is not an absolute path"),
            (
                "ann:x:1:1::/h::userdb_mail=mdbox:~/x",
                "the mail format is mdbox: only maildir is delivered to"
            ),
            ("ann:x:1:1::/h::userdb_uid=0", "uid 0 is not a mail user's"),
            ("ann:x:1:1::/h::userdb_x=%{env:HOME}", "only the variables %u, %n, %d and %h are known"),
            ("ann:x:1:1::/h::userdb_x=100%", "a variable has no name"),
        ])
    func unusable(line: String, reason: String) throws {
        #expect(try problem("ann", in: "# one\n\n" + line + "\n") == "line 3: " + reason)
        // The error is that user's alone.
        #expect(try problem("ben", in: line + "\nben:x:1:1::/b:\n") == nil)
    }

    @Test("a line that is not UTF-8 is told, and is nobody else's matter")
    func notText() throws {
        let path = try root.write("users", "")
        let file = try root.open().openFile("users", .write)
        try file.write(
            Array("ann:x:1:1::/h".utf8) + [0xFF, 0x0A] + Array("ben:x:1:1::/b:\n".utf8), path: path)
        let users = UserDirectory(source: .passwdFile(path: path), deadlineMilliseconds: 10_000)
        #expect(throws: UserLookupError(source: path, reason: "line 1: it is not UTF-8")) {
            try users.find("ann")
        }
        #expect(try users.find("ben")?.home == "/b")
    }

    @Test("the variables of Dovecot are filled in")
    func variables() throws {
        let line =
            "ann@example.org:x:1:2::/h/ann::userdb_mail=maildir:/srv/%d/%n/%u/%%/x userdb_home=%h/sub other=%z"
        let user = try directory(line).find("ann@example.org")
        #expect(user?.mailLocation == "/srv/example.org/ann/ann@example.org/%/x")
        #expect(user?.home == "/h/ann/sub")
    }

    @Test("fields behind the shell count from the first on")
    func extraFields() throws {
        let line = "ann:x:1:2::/h::nologin  userdb_gid=7 userdb_flag userdb_uid=8   userdb_mail=maildir:~/M"
        let user = try directory(line).find("ann")
        #expect(user?.identity == Identity(user: 8, group: 7))
        #expect(user?.mailLocation == "/h/M")
    }

    @Test("a file is read whatever the size of its lines, up to the limit")
    func lineLimit() throws {
        let limit = PasswordFile.longestLine
        let line = "long:" + String(repeating: "x", count: limit - 5)
        #expect(try directory(line + "\nann:x:1:1::/h:").find("ann")?.home == "/h")
        #expect(
            try problem("ann", in: "\n" + line + "x\nann:x:1:1::/h:")
                == "line 2 is longer than \(limit) bytes")
        #expect(try problem("ann", in: line + "x") == "line 1 is longer than \(limit) bytes")
        let endless = String(repeating: "x", count: 1 << 20)
        #expect(try problem("ann", in: endless) == "line 1 is longer than \(limit) bytes")
        // Who is found before it is found.
        #expect(try directory("ann:x:1:1::/h:\n" + endless).find("ann")?.home == "/h")
    }

    @Test("the last of very many users is found", .timeLimit(.minutes(2)))
    func large() throws {
        let count = 100_000
        var text = ""
        text.reserveCapacity(count * 50)
        for index in 0..<count {
            text += "user\(index):x:\(index + 1):100:Some Body:/home/user\(index):/bin/sh\n"
        }
        let users = try directory(text)
        #expect(try users.find("user\(count - 1)")?.identity.user == UInt32(count))
        #expect(try users.find("user\(count)") == nil)
    }

    @Test("any bytes are a file: every line is found under its name, wherever the buffers end")
    func property() throws {
        var generator = SeededGenerator(seed: 3)
        for round in 0..<20 {
            var text = ""
            var expected: [String: UInt32] = [:]
            for index in 1...300 {
                let name = "u" + String(Int.random(in: 0..<1000, using: &generator))
                if expected[name] == nil { expected[name] = UInt32(index) }
                let gecos = String(repeating: "g", count: Int.random(in: 0...700, using: &generator))
                text += "\(name):x:\(index):1:\(gecos):/h:" + (Bool.random(using: &generator) ? "\n" : "\r\n")
                if index % 7 == round % 7 { text += "\n# comment\n" }
            }
            let users = try directory(text)
            for (name, user) in expected.prefix(20) { #expect(try users.find(name)?.identity.user == user) }
        }
    }

    @Test("random bytes give an answer or an error")
    func randomBytes() throws {
        var generator = SeededGenerator(seed: 4)
        let alphabet: [UInt8] = Array("an:x01/%=~\n\r\t #u".utf8) + [0, 1, 0xFF, 0xC3]
        let path = try root.write("users", "")
        let users = UserDirectory(source: .passwdFile(path: path), deadlineMilliseconds: 10_000)
        for _ in 0..<300 {
            let bytes = (0..<200).compactMap { _ in alphabet.randomElement(using: &generator) }
            let file = try root.open().openFile("users", .write)
            try file.truncate(to: 0, path: path)
            try file.write(Array("a:x:1:1::/h::userdb_".utf8) + bytes, path: path)
            if let user = try? users.find("a") {
                #expect(user.identity.user != 0 && (user.home.isEmpty || user.home.hasPrefix("/")))
            }
        }
    }

    @Test("a file that cannot be read is no \"no\"")
    func unreadable() throws {
        let missing = UserDirectory(source: .passwdFile(path: root.path("none")), deadlineMilliseconds: 1000)
        #expect(throws: UserLookupError(source: root.path("none"), reason: "open: No such file or directory"))
        {
            try missing.find("ann")
        }
        for path in [root.path, "/dev/null", "/dev/zero"] {
            let users = UserDirectory(source: .passwdFile(path: path), deadlineMilliseconds: 1000)
            #expect(throws: UserLookupError(source: path, reason: "it is not a regular file")) {
                try users.find("ann")
            }
        }
        #expect(unsafe mkfifo(root.path("fifo"), 0o600) == 0)
        let fifo = UserDirectory(source: .passwdFile(path: root.path("fifo")), deadlineMilliseconds: 1000)
        #expect(throws: UserLookupError(source: root.path("fifo"), reason: "it is not a regular file")) {
            try fifo.find("ann")
        }
    }

    @Test("a file that others could have written is not believed")
    func untrusted() throws {
        let users = try directory(Self.sample)
        try root.setPermissions("users", 0o646)
        #expect(throws: UserLookupError(source: root.path("users"), reason: "it is writable by everybody")) {
            try users.find("ann")
        }
        try root.setPermissions("users", 0o664)
        #expect(try users.find("ann") != nil)
        guard isSuperuser else { return }
        try root.setOwner("users", 4001, 0)
        #expect(throws: UserLookupError(source: root.path("users"), reason: "it belongs to uid 4001")) {
            try users.find("ann")
        }
    }

    @Test("a file that takes too long to read is an error")
    func deadline() throws {
        let path = try root.write("users", Self.sample)
        let users = UserDirectory(source: .passwdFile(path: path), deadlineMilliseconds: 0)
        #expect(throws: UserLookupError(source: path, reason: "it takes too long to read")) {
            try users.find("ann")
        }
    }
}
