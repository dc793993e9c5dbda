import Platform
import Settings
import Testing

@testable import Delivery

@Suite struct DestinationTests {
    private let temporary: TemporaryDirectory
    private var request = DeliveryRequest()
    private var configuration = Configuration()

    init() throws { temporary = try TemporaryDirectory() }

    private func find() throws(DestinationFailure) -> Destination {
        try DestinationLookup(request: request, configuration: configuration).find()
    }

    private func usingFile(_ lines: String, user: String) throws -> DestinationTests {
        var test = self
        test.configuration.users.source = .passwdFile(path: try temporary.write("users", lines))
        test.request.user = user
        return test
    }

    @Test("--mail-dir is the calling user's, looked up nowhere, with no script but the one given")
    func direct() throws {
        var test = self
        test.request.mailDirectory = "/some/where"
        test.configuration.users.source = .passwdFile(path: "/nonexistent")
        let plain = try test.find()
        #expect(
            plain.mailRoot == "/some/where" && plain.identity == Identity.current() && plain.isGivenDirectly)
        #expect(plain.personalScripts == [] && plain.home == "" && plain.quota == nil)
        test.request.script = "/rules.sieve"
        #expect(try test.find().personalScripts == ["/rules.sieve"])
    }

    @Test(
        "relative paths are made absolute: the spool must find them from elsewhere",
        arguments: ["Maildir", "./a/b", "../x"])
    func relative(path: String) throws {
        var test = self
        test.request.mailDirectory = path
        test.request.script = path
        let here = try #require(Host.workingDirectory())
        let found = try test.find()
        #expect(found.mailRoot == here + "/" + path)
        #expect(found.personalScripts == [here + "/" + path])
    }

    @Test(
        "a relative --script is made absolute for a user who was looked up, too",
        .enabled(if: isSuperuser, "it needs root"))
    func relativeScript() throws {
        var test = try usingFile("joe::4001:4002::/srv/joe::\n", user: "joe")
        test.request.script = "rules.sieve"
        let here = try #require(Host.workingDirectory())
        #expect(try test.find().personalScripts == [here + "/rules.sieve"])
    }

    @Test("a user of a passwd-style file has what the file says", .enabled(if: isSuperuser, "it needs root"))
    func file() throws {
        let lines =
            "joe::4001:4002::/srv/joe::userdb_mail=maildir:~/Mail userdb_quota_rule=*:storage=1M\n"
            + "ann@example.org::4003:4004::/srv/ann::\n"
        let joe = try usingFile(lines, user: "joe").find()
        #expect(joe.userName == "joe" && joe.identity == Identity(user: 4001, group: 4002))
        #expect(joe.home == "/srv/joe" && joe.mailRoot == "/srv/joe/Mail" && joe.quota == "1M")
        #expect(joe.personalScripts == ["/srv/joe/.dovecot.sieve", "/srv/joe/.sieve"])
        #expect(!joe.isGivenDirectly)
        var test = try usingFile(lines, user: "ann@example.org")
        test.configuration.mail.root = try #require(PathTemplate("/var/mail/%d/%n"))
        let ann = try test.find()
        #expect(ann.mailRoot == "/var/mail/example.org/ann" && ann.quota == nil)
    }

    @Test(
        "nobody is told from cannot-be-asked",
        arguments: ["jo", "joe ", "joe@example.org", "../joe", "joe/x", "", "joe\n", "root"])
    func unknown(name: String) throws {
        let test = try usingFile("joe::4001:4002::/srv/joe::\n", user: name)
        #expect(throws: DestinationFailure.unknownUser(name)) { try test.find() }
    }

    @Test("a source that cannot be asked is no answer")
    func unavailable() throws {
        var test = try usingFile("", user: "joe")
        test.configuration.users.source = .passwdFile(path: temporary.path("missing"))
        #expect(try test.failure()?.contains("joe") == true)
        test.configuration.users.source = .dovecot(path: temporary.path("socket"))
        #expect(try test.failure()?.contains("joe") == true)
        #expect(try usingFile("joe::x:4002::/srv/joe::\n", user: "joe").failure()?.contains("uid") == true)
    }

    /// The reason why there is no destination for now; nil for any other end.
    private func failure() throws -> String? {
        do throws(DestinationFailure) {
            _ = try find()
            return nil
        } catch {
            if case .unavailable(let reason) = error { return reason }
            return nil
        }
    }

    @Test(
        "users below users.first-uid are not delivered to, root least of all",
        .enabled(if: isSuperuser, "it needs root"))
    func firstUserID() throws {
        let lines = "low::499:499::/srv/low::\nhigh::500:500::/srv/high::\n"
        #expect(try usingFile(lines, user: "low").failure()?.contains("users.first-uid") == true)
        #expect(try usingFile(lines, user: "high").find().identity.user == 500)
        var test = self
        test.request.user = "root"
        #expect(try test.failure()?.contains("users.first-uid") == true)
    }

    @Test("root without -d has nobody to deliver to", .enabled(if: isSuperuser, "it needs root"))
    func rootAlone() throws {
        #expect(try failure()?.contains("-d USER") == true)
    }

    @Test(
        "a path that cannot be expanded for the user is trouble of the configuration, not of the user",
        .enabled(if: isSuperuser, "it needs root"), arguments: ["/var/mail/%d/%n", "~/Maildir"])
    func template(text: String) throws {
        var test = try usingFile("joe::4001:4002::::\n", user: "joe")
        test.configuration.mail.root = try #require(PathTemplate(text))
        #expect(try test.failure()?.contains("mail.root") == true)
    }

    @Test(
        "an ordinary user delivers his own mail, and nobody else's",
        .enabled(if: isSuperuser, "it needs root"))
    func ordinaryUser() async {
        await #expect(processExitsWith: .success) { [path = temporary.path as String] in
            let temporary = TemporaryDirectory(lent: path)
            let users = try temporary.write(
                "users", "joe::4001:4002::/srv/joe::\nann::4003:4004::/srv/ann::\n")
            try Identity.become(Identity(user: 4001, group: 4002), supplementaryGroups: [])
            var request = DeliveryRequest()
            var configuration = Configuration()
            configuration.users.source = .passwdFile(path: users)
            request.user = "joe"
            #expect(
                try DestinationLookup(request: request, configuration: configuration).find().mailRoot
                    == "/srv/joe/Maildir")
            request.user = "ann"
            let error = #expect(throws: DestinationFailure.self) {
                try DestinationLookup(request: request, configuration: configuration).find()
            }
            #expect("\(String(describing: error))".contains("not as root"))
            // Without -d it is the calling user, who must be known to the system.
            request.user = nil
            let unknown = #expect(throws: DestinationFailure.self) {
                try DestinationLookup(request: request, configuration: configuration).find()
            }
            #expect("\(String(describing: unknown))".contains("4001"))
        }
    }
}
