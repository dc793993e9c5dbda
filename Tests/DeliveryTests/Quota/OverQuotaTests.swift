import DeliveryStatus
import Maildir
import Platform
import Settings
import Spool
import Testing

@testable import Delivery

/// What becomes of messages that do not fit, whole deliveries long.
@Suite struct OverQuotaTests {
    private var site: Site
    private static let stamp = "Maildir/" + FullMailbox.stampName

    init() throws {
        site = try Site()
        try site.makeFolder()
    }

    private func fill(_ bytes: Int = 100_000) throws {
        try site.temporary.write("Maildir/cur/1.full,S=\(bytes):2,S", "x")
    }

    private func empty() throws {
        try? Directory(opening: site.temporary.path("Maildir/cur")).removeFile("1.full,S=100000:2,S")
        try? Directory(opening: site.temporary.path("Maildir")).removeFile("maildirsize")
    }

    private func age(_ name: String, by seconds: Int) throws {
        let file = try Directory(opening: site.temporary.path).openFile(name, .write)
        try file.setModified(WallTime.now().seconds - seconds, path: name)
    }

    private var line: [UInt8] { Array("5.2.2 mailbox is full\n".utf8) }

    @Test("by default it waits, and nothing is noted")
    func defers() throws {
        var test = self
        try fill()
        test.site.set("quota.limit=10K")
        #expect(try test.site.deliver().exitStatus == 0)
        #expect(try site.entries().count == 1 && site.files().count == 1)
        #expect(!site.temporary.exists(Self.stamp))
    }

    @Test("with reject it is refused, and left nowhere", arguments: ["spool", "tempfail"], [0, 300_000])
    func rejects(mode: String, padding: Int) throws {
        var test = self
        try fill()
        test.site.set("quota.limit=10K", "quota.over=reject", "spool.mode=\(mode)")
        let completion = try test.site.deliver(Site.message + String(repeating: "x", count: padding))
        #expect(completion.exitStatus == 77 && completion.errorLine == line)
        #expect(try site.entries().isEmpty && site.files().count == 1 && site.leftovers == [])
    }

    @Test(
        "who has or gets a part of it is not told that it was refused",
        arguments: [
            ("redirect :copy \"c@example.com\"; keep;", ["forward", "store"]),
            ("keep; fileinto :create \"Free\";", ["store"]),
        ])
    func partly(script: String, left: [String]) throws {
        var test = self
        try fill()
        test.site.set("quota.limit=10K", "quota.over=reject", "quota.folders=Free:ignore")
        try test.site.use("require [\"fileinto\", \"mailbox\", \"copy\"];\n" + script)
        #expect(try test.site.deliver().exitStatus == 0)
        let entries = try site.entries()
        try #require(entries.count == 1)
        #expect(try Set(site.summary(entries[0]).envelope.actions.map { $0.first("do") }) == Set(left))
        #expect(site.files(".Free").count == (left.count == 1 ? 1 : 0))
    }

    @Test("what fits of several copies is stored, the rest waits")
    func someFit() throws {
        var test = self
        test.site.set("quota.limit=,1")
        try test.site.use(
            "require [\"fileinto\", \"mailbox\"];\nfileinto :create \"A\"; fileinto :create \"B\"; keep;")
        #expect(try test.site.deliver().exitStatus == 0)
        #expect(site.files(".A").count == 1 && site.files(".B").isEmpty && site.files().isEmpty)
        let entries = try site.entries()
        try #require(entries.count == 1)
        #expect(try site.summary(entries[0]).envelope.actions.map { $0.first("do") } == ["store", "store"])
        #expect(try site.temporary.text("Maildir/maildirsize").hasSuffix(" 1\n"))
    }

    @Test("first it waits; once the mailbox has been full for the time, it is refused")
    func byAge() throws {
        var test = self
        try fill()
        test.site.set("quota.limit=10K", "quota.over=defer-for 2h", "spool.mode=tempfail")
        for age in [nil, 0, 3600, 7000] as [Int?] {
            if let age { try self.age(Self.stamp, by: age) }
            let completion = try test.site.deliver()
            #expect(completion.exitStatus == 75, "\(age ?? -1)")
            #expect(site.temporary.exists(Self.stamp))
        }
        try age(Self.stamp, by: 7300)
        let completion = try test.site.deliver()
        #expect(completion.exitStatus == 77 && completion.errorLine == line)

        try empty()
        #expect(try test.site.deliver().exitStatus == 0)
        #expect(!site.temporary.exists(Self.stamp), "there is room again")
        try fill()
        try? Directory(opening: site.temporary.path("Maildir")).removeFile("maildirsize")
        #expect(try test.site.deliver().exitStatus == 75, "the time begins again")
    }

    @Test(
        "what is stored where the limit does not count, or with more room, says nothing of room elsewhere",
        arguments: ["Free:ignore", "Free:+1M", "Free:+1000%"])
    func stampStays(rule: String) throws {
        var test = self
        try fill()
        test.site.set("quota.limit=10K", "quota.over=defer-for 2h", "quota.folders=\(rule)")
        #expect(try test.site.deliver().exitStatus == 0)
        #expect(site.temporary.exists(Self.stamp))
        try test.site.use("require [\"fileinto\", \"mailbox\"];\nfileinto :create \"Free\";")
        #expect(try test.site.deliver().exitStatus == 0)
        #expect(site.files(".Free").count == 1)
        #expect(site.temporary.exists(Self.stamp), "a delivery")
        let entry = try site.commit([try site.store("Free")])
        #expect(try test.site.visit(entry) == .delivered)
        #expect(site.files(".Free").count == 2)
        #expect(site.temporary.exists(Self.stamp), "a retry")

        try empty()
        let other = try site.commit([try site.store()])
        #expect(try test.site.visit(other) == .delivered)
        #expect(!site.temporary.exists(Self.stamp), "a retry that has found room")
    }

    @Test(
        "a user who explicitly has no limit has not the site's either",
        arguments: [("0", nil, nil), (nil, 10_240, "site"), ("1G", 1 << 30, "user")]
            as [(String?, Int?, String?)])
    func unlimited(own: String?, bytes: Int?, whose: String?) throws {
        var configuration = site.configuration
        configuration.quota.limit = Settings.QuotaLimit(bytes: 10_240, messages: 0)
        let ann = try site.destination
        let destination = Destination(
            userName: ann.userName, identity: ann.identity, supplementaryGroups: [], home: ann.home,
            mailRoot: ann.mailRoot, personalScripts: [], quota: own, isGivenDirectly: false)
        let quota = MailboxQuota(configuration: configuration, destination: destination)
        let (limit, source) = (quota.limit?.bytes, quota.source?.rawValue)
        #expect(limit == bytes && source == whose)
    }

    @Test("a stamp that cannot be made, and one from the future, refuse nothing")
    func odd() throws {
        var test = self
        try fill()
        test.site.set("quota.limit=10K", "quota.over=defer-for 1s", "spool.mode=tempfail")
        try site.temporary.makeDirectory(Self.stamp)
        pause(milliseconds: 1100)
        #expect(try test.site.deliver().exitStatus == 75)
        try Directory(opening: site.temporary.path("Maildir")).removeDirectory(FullMailbox.stampName)
        try site.temporary.write(Self.stamp, "")
        try age(Self.stamp, by: -5000)
        #expect(try test.site.deliver().exitStatus == 75)
        try age(Self.stamp, by: Int.min / 4)
        #expect([75, 77].contains(try test.site.deliver().exitStatus))
    }

    @Test("what waits in the spool is refused when it, or the mailbox, has waited long enough")
    func spooled() throws {
        for (policy, age, isRefused) in [
            ("defer", 86_400, false), ("reject", 0, true), ("defer-for 1h", 3500, false),
            ("defer-for 1h", 3700, true),
        ] {
            let test = try OverQuotaTests()
            var site = test.site
            try test.fill()
            try site.installSendmail()
            site.set("quota.limit=10K", "quota.over=\(policy)", "retry.warn=0")
            let entry = try site.commit([try site.store()], age: age)
            let result = try site.visit(entry)
            #expect(
                result
                    == (isRefused
                        ? .bounced(reason: "mailbox is full") : .rescheduled(reason: "mailbox is full")),
                "\(policy) \(age)")
            #expect(site.sendmailInput.contains("5.2.2") == isRefused, "\(site.sendmailInput)")
            #expect(site.files().count == 1)
        }
    }

    @Test("a mailbox over its own limit leaves mail to INBOX, once, and the log says so")
    func elsewhere() throws {
        var test = self
        try site.makeFolder(".Lists")
        try site.temporary.write("Maildir/.Lists/cur/1.x,S=5000:2,S", "x")
        test.site.set("quota.folders=Lists:5000", "log.target=file:" + site.temporary.path("log"))
        try test.site.use("require \"fileinto\";\nfileinto \"Lists\"; keep;")
        #expect(try test.site.deliver().exitStatus == 0)
        #expect(site.files(".Lists").count == 1 && site.files().count == 1)
        #expect(try site.temporary.text("log").contains("Lists is full; stored in INBOX"))
        let entry = try site.commit([try site.store("Lists")])
        #expect(try test.site.visit(entry) == .delivered)
        #expect(site.files(".Lists").count == 1 && site.files().count == 2)
    }
}

/// How large messages may be.
@Suite struct SizeLimitTests {
    private var site: Site

    init() throws { site = try Site() }

    private func header(_ bytes: Int) -> String {
        let start = "Subject: "
        return start + String(repeating: "x", count: bytes - start.utf8.count - 2) + "\n\n"
    }

    @Test(
        "a header of the largest size is taken, one of a byte more is refused",
        arguments: [(100, 100, true), (101, 100, false), (5000, 0, true), (40, 100, true)])
    func headers(size: Int, limit: Int, fits: Bool) throws {
        var test = self
        test.site.set("mail.max-header-size=\(limit)")
        let completion = try test.site.deliver(header(size) + String(repeating: "body\n", count: 100))
        #expect(completion.exitStatus == (fits ? 0 : 77))
        if !fits { #expect(completion.errorLine.starts(with: Array("5.2.3 message header of 101 ".utf8))) }
        #expect(site.files().count == (fits ? 1 : 0) && site.leftovers == [])
    }

    @Test(
        "a header that is not read to its end is too large where what was read is", arguments: [true, false])
    func longHeaders(isOver: Bool) throws {
        var test = self
        test.site.set("limits.header-bytes=16K", "mail.max-header-size=\(isOver ? "16K" : "17K")")
        #expect(try test.site.deliver(header(20_000)).exitStatus == (isOver ? 77 : 0))
    }

    @Test(
        "the user's own limit comes before the site's",
        arguments: [
            (nil, 100, 200, false), (500, 100, 200, true), (0, 100, 200, true), (100, 0, 200, false),
            (100, 500, 200, false), (nil, 0, 200, true), (200, 100, 200, true),
        ] as [(Int?, Int, Int, Bool)])
    func own(user: Int?, site limit: Int, size: Int, fits: Bool) throws {
        var test = self
        test.site.configuration.mail.maxSize = limit
        var destination = try site.destination
        destination.maximumMessageSize = user
        let limits = SizeLimits(test.site.configuration, destination)
        let text = String(repeating: "x", count: size)
        #expect((limits.objection(to: message(text)) == nil) == fits)
        #expect((limits.objection(declared: size) == nil) == fits)
    }

    @Test(
        "a declared size that is too large is enough: all is read, nothing stored",
        arguments: [(1025, 77), (1024, 0), (nil, 0), (.max, 77)] as [(Int?, CInt)])
    func declared(size: Int?, status: CInt) throws {
        var test = self
        test.site.set("mail.max-size=1K")
        test.site.request.declaredSize = size
        let path = try site.temporary.write("message", Site.message)
        let input = try OwnedFileDescriptor(reading: path)
        let completion = DeliveryRun(
            test.site.request, configuration: test.site.configuration, warnings: [], input: input.raw
        ).run()
        #expect(completion.exitStatus == status)
        #expect(try input.readAll(limit: 100, path: path).isEmpty)
        #expect(site.files().count == (status == 0 ? 1 : 0))
    }

    @Test(
        "a declared size that a full mailbox has no room for is refused before reading, where nobody can wait",
        arguments: [
            ("defer", "spool", 0), ("defer", "tempfail", 75), ("reject", "spool", 77),
            ("reject", "tempfail", 77),
            ("defer-for 1h", "tempfail", 75),
        ] as [(String, String, CInt)])
    func declaredAndFull(policy: String, mode: String, status: CInt) throws {
        var test = self
        try site.makeFolder()
        test.site.set("quota.limit=1K", "quota.over=\(policy)", "spool.mode=\(mode)")
        test.site.request.declaredSize = 2000
        let completion = try test.site.deliver()
        #expect(completion.exitStatus == status)
        if status != 0 { #expect(site.files().isEmpty) }
        test.site.request.declaredSize = 1000
        #expect(try test.site.deliver().exitStatus == 0)
    }

    @Test("where rules could send it elsewhere, the mailbox is no reason before they have run")
    func declaredAndRules() throws {
        var test = self
        try site.makeFolder()
        test.site.set("quota.limit=1K", "quota.over=reject")
        test.site.request.declaredSize = 2000
        try test.site.use("discard;")
        #expect(try test.site.deliver().exitStatus == 0)
        #expect(site.files().isEmpty)
    }

    @Test("a dry run leaves nothing behind")
    func dryRun() throws {
        var test = self
        try site.makeFolder()
        test.site.set("quota.limit=1K", "quota.over=defer-for 1h")
        test.site.request.declaredSize = 2000
        test.site.request.isDryRun = true
        #expect(try test.site.deliver().exitStatus == 0)
        #expect(site.temporary.names("Maildir") == ["cur", "new", "tmp"])
    }

    @Test(
        "the option",
        arguments: [
            ("0", nil, true), ("", nil, true), ("17", 17, true), ("99999999999999999999", .max, true),
            ("-1", nil, false), ("1K", nil, false), ("x", nil, false), (" 5", nil, false),
        ] as [(String, Int?, Bool)])
    func option(text: String, size: Int?, isSound: Bool) {
        switch FrontEnd.postmaster.read(["postmaster", "--size", text]) {
        case .deliver(let request): #expect(isSound && request.declaredSize == size)
        case .unusable(let problems): #expect(!isSound && problems.count == 1)
        default: Issue.record("\(text)")
        }
    }
}
