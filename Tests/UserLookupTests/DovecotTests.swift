import Glibc
import Platform
import TestSupport
import Testing

@testable import UserLookup

@Suite("a server that is not to be trusted")
struct HostileServerTests {
    let root: TemporaryDirectory

    init() throws { root = try TemporaryDirectory() }

    private static let greeting = "VERSION\t1\t2\nSPID\t1\n"

    /// What comes of a look-up of `ann` when the server does `serve` with its end of the connection.
    private func find(
        milliseconds: Int = 10_000, _ serve: @escaping @Sendable (borrowing OwnedFileDescriptor) -> Void
    ) throws -> Result<MailUser?, UserLookupError> {
        let path = root.path("auth-userdb")
        let listener = try Listener(at: path)
        let server = Thread { serve(listener.accept()) }
        defer { _ = server.join() }
        let users = UserDirectory(source: .dovecot(socketPath: path), deadlineMilliseconds: milliseconds)
        return Result { () throws(UserLookupError) in try users.find("ann") }
    }

    private func failure(_ reason: String) -> Result<MailUser?, UserLookupError> {
        .failure(UserLookupError(source: root.path("auth-userdb"), reason: reason))
    }

    private func say(_ text: String, in pieces: Int = 1) -> @Sendable (borrowing OwnedFileDescriptor) -> Void
    {
        { connection in
            let bytes = Array(text.utf8)
            let size = max(bytes.count / pieces, 1)
            for start in stride(from: 0, to: bytes.count, by: size) {
                try? connection.write(Array(bytes[start..<min(start + size, bytes.count)]), path: "")
                if pieces > 1 { pause(milliseconds: 1) }
            }
            // Until the client has what it wants.
            var buffer = [UInt8](repeating: 0, count: 4096)
            while let count = try? connection.read(into: &buffer, path: ""), count > 0 {}
        }
    }

    @Test("an answer in one piece or in many is understood", arguments: [1, 30])
    func answer(pieces: Int) throws {
        let text =
            Self.greeting
            + "USER\t1\tann\tuid=1000\tgid=1001\thome=/h\tmail=maildir:~/M\tquota_rule=*:storage=5M\n"
        let ann = MailUser(
            name: "ann", identity: Identity(user: 1000, group: 1001), home: "/h", mailLocation: "/h/M",
            quota: "5M")
        #expect(try find(say(text, in: pieces)) == .success(ann))
    }

    @Test("nobody is nobody")
    func notFound() throws {
        #expect(try find(say(Self.greeting + "NOTFOUND\t1\n")) == .success(nil))
    }

    @Test(
        "an answer that cannot be used is an error",
        arguments: [
            ("USER\t1\tann\tgid=1\thome=/h\n", "there is no uid"),
            ("USER\t1\tann\tuid=1\thome=/h\n", "there is no gid"),
            (
                "USER\t1\tann\tuid=1\tgid=1\thome=/h\tmail=mdbox:~/x\n",
                "the mail format is mdbox: only maildir is delivered to"
            ),
            ("USER\t1\t../../etc\tuid=1\tgid=1\thome=/h\n", "it answers with a name that is none"),
            ("USER\t1\ta\u{1}nb\tuid=1\tgid=1\thome=/h\n", "it answers with a name that is none"),
            ("FAIL\t1\treason=Internal\n", "it failed: Internal"),
        ])
    func unusable(line: String, reason: String) throws {
        #expect(try find(say(Self.greeting + line)) == failure(reason))
    }

    @Test(
        "garbage is an error",
        arguments: ["220 mail.example.org ESMTP\r\n", "\0\0\0\n", "\u{FEFF}VERSION\t1\t2\n"])
    func garbage(text: String) throws {
        #expect(try find(say(text)) == failure("it does not speak Dovecot's protocol"))
    }

    @Test(
        "a server that hangs up is an error",
        arguments: ["", "VERSION\t1\t2\n", "VERSION\t1\t2\nUSER\t1\tann\tuid=1000"])
    func hangUp(text: String) throws {
        let result = try find { connection in
            var buffer = [UInt8](repeating: 0, count: 4096)
            _ = try? connection.read(into: &buffer, path: "")
            try? connection.write(Array(text.utf8), path: "")
        }
        // The client may still have been sending, or the server have left its bytes unread.
        let expected = [
            failure("it hangs up without an answer"), failure("recv: Connection reset by peer"),
            failure("send: Broken pipe"),
        ]
        #expect(expected.contains(result))
    }

    @Test(
        "a server that says nothing, or half of it, is waited for until the deadline",
        arguments: ["", "VERSION\t1\t2\nUSER\t1"])
    func hang(text: String) throws {
        let start = SteadyTime.now()
        #expect(try find(milliseconds: 150, say(text)) == failure("poll: Connection timed out"))
        let waited = SteadyTime.now().milliseconds - start.milliseconds
        #expect((150..<8000).contains(waited))
    }

    @Test("a server that says a byte now and then does not win time")
    func trickle() throws {
        let start = SteadyTime.now()
        let result = try find(milliseconds: 200) { connection in
            for _ in 0..<400 {
                guard (try? connection.write([UInt8(ascii: "x")], path: "")) != nil else { return }
                pause(milliseconds: 20)
            }
        }
        #expect(result == failure("poll: Connection timed out"))
        #expect(SteadyTime.now().milliseconds - start.milliseconds < 7000)
    }

    @Test("an endless answer ends", arguments: ["x", "SPID\t1\n"])
    func endless(piece: String) throws {
        let result = try find { connection in
            let bytes = Array((Self.greeting + String(repeating: piece, count: 10_000)).utf8)
            for _ in 0..<10_000 where (try? connection.write(bytes, path: "")) == nil { return }
        }
        #expect(
            [failure("it answers too much"), failure("it does not speak Dovecot's protocol")].contains(result)
        )
    }

    @Test("no socket, no listener and no access are errors, not a \"no\"")
    func unreachable() throws {
        let path = root.path("auth-userdb")
        let users = UserDirectory(source: .dovecot(socketPath: path), deadlineMilliseconds: 1000)
        #expect(throws: UserLookupError(source: path, reason: "connect: No such file or directory")) {
            try users.find("ann")
        }
        try root.write("auth-userdb", "")
        #expect(throws: UserLookupError(source: path, reason: "connect: Connection refused")) {
            try users.find("ann")
        }
    }

    @Test("a name that could end a line is never sent")
    func injection() throws {
        let path = root.path("auth-userdb")
        // Nobody listens: if it were asked, that would be an error.
        let users = UserDirectory(source: .dovecot(socketPath: path), deadlineMilliseconds: 1000)
        #expect(try users.find("ann\tservice=x") == nil)
        #expect(try users.find("ann\nUSER\t1\troot") == nil)
    }
}

@Suite("Dovecot itself", .serialized, .enabled(if: Dovecot.isInstalled, "there is no /usr/sbin/dovecot"))
struct DovecotTests {
    @Test("the socket auth-userdb tells of its users", .timeLimit(.minutes(1)))
    func users() throws {
        let dovecot = try Dovecot(
            users: """
                ann:{PLAIN}x:1001:1002:Ann:/srv/mail/ann::userdb_mail=maildir:~/Maildir:INDEX=/x userdb_quota_rule=*:storage=1G
                ben@example.org:{PLAIN}x:1003:1004::/srv/ben::
                dora:{PLAIN}x:1005:1005::/srv/dora::userdb_mail=mdbox:~/mdbox
                cy:{PLAIN}x:::::
                tab:{PLAIN}x:1006:1006::/srv/a\tb::
                groups:{PLAIN}x:1007:1007::/srv/g::userdb_system_groups_user=root

                """)
        let users = try dovecot.started()
        #expect(
            try users.find("ann")
                == MailUser(
                    name: "ann", identity: Identity(user: 1001, group: 1002), home: "/srv/mail/ann",
                    mailLocation: "/srv/mail/ann/Maildir", quota: "1G"))
        // Dovecot has names in lower case.
        #expect(try users.find("ANN")?.name == "ann")
        #expect(try users.find("ben@example.org")?.identity == Identity(user: 1003, group: 1004))
        #expect(try users.find("groups")?.supplementaryGroups.contains(0) == true)
        for name in ["nobody-here", "ben", "ann@example.org", "a b", "ann\u{A0}", "x%u"] {
            #expect(try users.find(name) == nil)
        }
        let reasons = [
            "dora": "the mail format is mdbox: only maildir is delivered to", "cy": "there is no uid",
            "tab": "the home is not an absolute path",
        ]
        for (name, reason) in reasons {
            #expect(throws: UserLookupError(source: dovecot.socket, reason: reason)) { try users.find(name) }
        }
    }

    @Test("a user database that is gone is an error, not a \"no\"", .timeLimit(.minutes(1)))
    func brokenDatabase() throws {
        let dovecot = try Dovecot(users: "ann:{PLAIN}x:1001:1002::/srv/ann::\n")
        let users = try dovecot.started()
        try dovecot.root.setPermissions("users", 0)
        #expect(throws: UserLookupError.self) { try users.find("ann") }
    }
}

/// A Dovecot with nothing but its authentication server, for as long as a test runs.
private final class Dovecot {
    static let program = "/usr/sbin/dovecot"
    static var isInstalled: Bool { unsafe access(program, X_OK) == 0 }

    let root: TemporaryDirectory
    let socket: String
    private let process: pid_t

    /// - Parameter users: lines of a passwd-style file.
    init(users: String) throws {
        root = try TemporaryDirectory()
        socket = root.path("auth-userdb")
        try root.write("users", users)
        // Without rights, everything runs as whoever runs the tests.
        let me = Identity.current()
        let name = try NameService().user(withIdentifier: me.user)?.name ?? "root"
        let group = unsafe getgrgid(me.group).map { unsafe String(cString: $0.pointee.gr_name) } ?? "root"
        let asMe = """
            default_internal_user = \(name)
            default_internal_group = \(group)
            default_login_user = \(name)
            service anvil {
              chroot =
            }

            """
        let configuration = try root.write(
            "dovecot.conf",
            """
            base_dir = \(root.path)/run
            state_dir = \(root.path)/state
            log_path = \(root.path)/log
            protocols =
            ssl = no
            \(isSuperuser ? "" : asMe)passdb {
              driver = passwd-file
              args = \(root.path)/users
            }
            userdb {
              driver = passwd-file
              args = \(root.path)/users
            }
            service auth {
              unix_listener auth-userdb {
                path = \(root.path)/auth-userdb
                mode = 0600
              }
            }

            """)
        process = try Self.spawn([Self.program, "-F", "-c", configuration])
    }

    deinit {
        _ = kill(process, SIGTERM)
        var status: CInt = 0
        let deadline = Deadline(milliseconds: 10_000)
        while unsafe waitpid(process, &status, WNOHANG) == 0 {
            if deadline.hasPassed { _ = kill(process, SIGKILL) }
            pause(milliseconds: 10)
        }
    }

    /// The users, once the server answers.
    func started() throws -> UserDirectory {
        let deadline = Deadline(milliseconds: 20_000)
        while true {
            do {
                _ = try StreamSocket(connectingTo: socket, deadline: deadline)
                return UserDirectory(source: .dovecot(socketPath: socket), deadlineMilliseconds: 10_000)
            } catch {
                guard !deadline.hasPassed else { throw error }
                pause(milliseconds: 20)
            }
        }
    }

    private static func spawn(_ words: [String]) throws -> pid_t {
        var arguments = unsafe words.map { unsafe strdup($0) }
        defer { while let argument = unsafe arguments.popLast() { unsafe free(argument) } }
        unsafe arguments.append(nil)
        // The threads that tests run on block signals, and a child inherits that: Dovecot would never end.
        var attributes = posix_spawnattr_t()
        unsafe posix_spawnattr_init(&attributes)
        defer { unsafe posix_spawnattr_destroy(&attributes) }
        var none = sigset_t()
        unsafe sigemptyset(&none)
        unsafe posix_spawnattr_setsigmask(&attributes, &none)
        unsafe posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK))
        var process: pid_t = 0
        let code = unsafe posix_spawn(&process, program, nil, &attributes, arguments, nil)
        guard code == 0 else { throw SystemError(call: "posix_spawn", path: program, code: code) }
        return process
    }
}
