import DeliveryStatus
import Maildir
import Platform
import Spool
import Testing

@testable import Delivery

@Suite struct CommitTests {
    private var site: Site
    private static let stored =
        "Return-Path: <alice@example.net>\nDelivered-To: bob@example.org\n" + Site.message

    init() throws { site = try Site() }

    private mutating func use(_ script: String) throws {
        try site.use("require [\"fileinto\", \"mailbox\", \"copy\", \"imap4flags\"];\n" + script)
    }

    @Test("a message is one file in new/, whole, with its trace fields")
    func oneCopy() throws {
        let completion = try site.deliver()
        #expect(completion.exitStatus == 0 && completion.errorLine.isEmpty && completion.due.isEmpty)
        #expect(try site.copies() == [Self.stored])
        #expect(
            site.files()[0].hasPrefix("new/")
                && site.files()[0].hasSuffix(",S=\(Self.stored.utf8.count),W=\(Self.stored.utf8.count + 6)"))
        #expect(site.leftovers == [] && !site.temporary.exists("spool"))
    }

    @Test(
        "a message of any size is stored byte for byte",
        arguments: [0, 1, 262_143, 262_144, 262_145, 1_000_000])
    func sizes(count: Int) throws {
        var random = Random(UInt64(count))
        let input =
            Array("Subject: x\n\n".utf8)
            + (0..<count).map { _ in UInt8.random(in: .min ... .max, using: &random) }
        #expect(try site.deliver(input).exitStatus == 0)
        let files = site.files()
        try #require(files.count == 1)
        let head = Array("Return-Path: <alice@example.net>\nDelivered-To: bob@example.org\n".utf8)
        #expect(try site.temporary.bytes("Maildir/" + files[0]) == head + input)
        #expect(site.leftovers == [])
    }

    @Test("several copies are one file with several names", arguments: [0, 300_000])
    func links(padding: Int) throws {
        var test = self
        try test.use("keep; fileinto :create \"A\"; fileinto :create \"A/B\";")
        let completion = try test.site.deliver(Site.message + String(repeating: "x", count: padding))
        #expect(completion.exitStatus == 0)
        let inodes = try ["", ".A", ".A.B"].map { folder in
            let files = site.files(folder)
            try #require(files.count == 1)
            return try FileStatus.of(site.temporary.path("Maildir/\(folder)/\(files[0])"))
        }
        #expect(inodes[0].links == 3 && Set(inodes.map(\.inode)).count == 1)
        #expect(site.leftovers == [])
    }

    @Test("copies with flags are in cur/")
    func flags() throws {
        var test = self
        try test.use("fileinto :create :flags [\"\\\\Seen\", \"\\\\Flagged\"] \"A\"; keep;")
        #expect(try test.site.deliver().exitStatus == 0)
        #expect(
            site.files(".A").first?.hasPrefix("cur/") == true
                && site.files(".A").first?.hasSuffix(":2,FS") == true)
        #expect(site.files().first?.hasPrefix("new/") == true)
    }

    @Test(
        "a mailbox that is missing and may not be made is INBOX, and two of them are one copy",
        arguments: [
            "fileinto \"A\";", "fileinto \"A\"; fileinto \"B\";", "keep; fileinto \"A\";",
            "fileinto \"A\"; keep;",
        ])
    func missingMailbox(script: String) throws {
        var test = self
        try test.use(script)
        #expect(try test.site.deliver().exitStatus == 0)
        #expect(try site.copies() == [Self.stored])
        #expect(!site.temporary.exists("Maildir/.A"))
    }

    @Test("with mail.autocreate it is made")
    func autocreate() throws {
        var test = self
        test.site.set("mail.autocreate=true")
        try test.use("fileinto \"A\";")
        #expect(try test.site.deliver().exitStatus == 0)
        #expect(try site.copies(".A") == [Self.stored])
        #expect(try site.copies() == [])
    }

    @Test("-m does not make a mailbox: INBOX is used; one that is there is used")
    func requested() throws {
        var test = self
        test.site.request.mailbox = "Lists"
        #expect(try test.site.deliver().exitStatus == 0)
        #expect(try site.copies() == [Self.stored] && !site.temporary.exists("Maildir/.Lists"))
        try site.makeFolder(".Lists")
        #expect(try test.site.deliver().exitStatus == 0)
        #expect(try site.copies(".Lists") == [Self.stored] && site.copies().count == 1)
    }

    @Test("a discarded message leaves nothing behind", arguments: [0, 300_000])
    func discard(padding: Int) throws {
        var test = self
        try test.use("discard;")
        #expect(try test.site.deliver(Site.message + String(repeating: "x", count: padding)).exitStatus == 0)
        #expect(site.files() == [] && site.leftovers == [])
        #expect(try site.entries() == [])
    }

    @Test("what does not fit waits in the spool with the rule that asked for it")
    func quota() throws {
        var test = self
        test.site.set("quota.limit=10")
        try test.use("fileinto :create \"A\";")
        let completion = try test.site.deliver()
        #expect(completion.exitStatus == 0 && completion.due == [])
        #expect(site.files(".A") == [] && site.leftovers == [])
        let entries = try site.entries()
        try #require(entries.count == 1)
        let summary = try site.summary(entries[0])
        #expect(summary.messageBytes == Site.message.utf8.count)
        #expect(summary.envelope.fields.first("reason") == "mailbox is full")
        #expect(summary.envelope.actions.map { $0.first("do") } == ["store"])
        #expect(
            summary.envelope.actions[0].first("rule") == "rules"
                && summary.envelope.actions[0].first("line") == "2")
        #expect((entries[0].due?.seconds ?? 0) > WallTime.now().seconds + 50)
    }

    @Test("with spool.mode = tempfail nothing waits: the transfer agent keeps the message")
    func tempfail() throws {
        var test = self
        test.site.set("quota.limit=10", "spool.mode=tempfail")
        let completion = try test.site.deliver()
        #expect(completion.exitStatus == 75)
        #expect(completion.errorLine == Array("4.2.2 mailbox is full\n".utf8))
        #expect(site.files() == [] && site.leftovers == [] && !site.temporary.exists("spool"))
    }

    @Test(
        "where the spool is of no use either, the message is refused for now, and nothing is left",
        arguments: ["keep;", "redirect \"c@example.com\";", "redirect :copy \"c@example.com\";"])
    func noSpool(script: String) throws {
        var test = self
        try site.temporary.write("spool", "in the way")
        test.site.set("quota.limit=10")
        try test.use(script)
        let completion = try test.site.deliver()
        #expect(completion.exitStatus == 75)
        #expect(completion.errorLine.starts(with: Array("4.".utf8)))
        #expect(site.files() == [] && site.leftovers == [])
    }

    @Test("a redirect is in the spool, due at once, before anything is stored or said")
    func redirect() throws {
        var test = self
        try test.use("redirect :copy \"carol@example.com\"; redirect :copy \"dave@example.com\";")
        let completion = try test.site.deliver()
        #expect(completion.exitStatus == 0)
        #expect(try site.copies() == [Self.stored])
        #expect(completion.due == (try site.entries()) && completion.due.count == 1)
        let summary = try site.summary(completion.due[0])
        #expect(summary.envelope.actions.map { $0.first("to") } == ["carol@example.com", "dave@example.com"])
    }

    @Test("what was due at once is tried at once, and is gone from the spool")
    func attempt() throws {
        var test = self
        try site.installSendmail()
        try test.use("redirect \"carol@example.com\";")
        let completion = try test.site.deliver()
        completion.attemptDue(test.site.configuration)
        if try !site.entries().isEmpty { #expect(try test.site.visitOnlyEntry() == .delivered) }
        #expect(site.sendmailArguments == "-i|-f|alice@example.net|--|carol@example.com|")
        #expect(site.sendmailInput == "Delivered-To: bob@example.org\n" + Site.message)
        #expect(site.files() == [])
    }

    @Test("redirects and what does not fit are one entry, which waits")
    func mixed() throws {
        var test = self
        test.site.set("quota.limit=10")
        try test.use("redirect :copy \"carol@example.com\";")
        let completion = try test.site.deliver()
        #expect(completion.exitStatus == 0 && completion.due == [])
        let entries = try site.entries()
        try #require(entries.count == 1)
        #expect(try site.summary(entries[0]).envelope.actions.map { $0.first("do") } == ["forward", "store"])
    }

    /// A folder that opens, and takes no message: `new` is a file.
    private func breakFolder(_ folder: String) throws {
        try site.makeFolder(folder)
        try run("/bin/rmdir", site.temporary.path("Maildir/\(folder)/new"))
        try site.temporary.write("Maildir/\(folder)/new", "in the way")
    }

    @Test("a copy that cannot be published goes to the spool; the others stay")
    func publishFails() throws {
        var test = self
        try breakFolder(".A")
        try test.use("keep; fileinto \"A\"; fileinto :create \"B\";")
        let completion = try test.site.deliver()
        #expect(completion.exitStatus == 0)
        #expect(try site.copies() == [Self.stored])
        let entries = try site.entries()
        try #require(entries.count == 1)
        // What comes after it was not begun: it waits, too.
        #expect(try site.summary(entries[0]).envelope.actions.map { $0.all("level") } == [["A"], ["B"]])
        #expect(site.leftovers == [])
    }

    @Test("where that cannot wait, everything is taken back", arguments: [true, false])
    func takeBack(isTempfail: Bool) throws {
        var test = self
        try breakFolder(".A")
        if isTempfail {
            test.site.set("spool.mode=tempfail")
        } else {
            try site.temporary.write("spool", "in the way")
        }
        try test.use("keep; fileinto \"A\";")
        let completion = try test.site.deliver()
        #expect(completion.exitStatus == 75)
        #expect(site.files() == [] && site.leftovers == [])
    }

    @Test("a redirect that was in the spool already is taken back with the rest")
    func takeBackRedirect() throws {
        var test = self
        try breakFolder(".A")
        test.site.set("spool.mode=tempfail")
        try test.use("redirect :copy \"carol@example.com\"; fileinto \"A\";")
        #expect(try test.site.deliver().exitStatus == 75)
        #expect(try site.entries() == [])
    }

    @Test("a copy that went to the spool does not count for the quota", arguments: [true, false])
    func quotaAfterFailure(isBroken: Bool) throws {
        var test = self
        if isBroken { try breakFolder(".A") } else { try site.makeFolder(".A") }
        test.site.set("quota.limit=1M")
        try test.use("keep; fileinto \"A\";")
        // Makes maildirsize.
        #expect(try test.site.deliver().exitStatus == 0)
        let lines = try site.temporary.text("Maildir/maildirsize").split(separator: "\n").dropFirst()
        let counts = lines.compactMap { $0.split(separator: " ").last.flatMap { Int($0) } }
        #expect(counts.reduce(0, +) == (isBroken ? 1 : 2))
    }

    @Test(
        "a mailbox that cannot be opened has the whole message in the spool, rules not run",
        arguments: [0, 300_000])
    func closed(padding: Int) throws {
        var test = self
        try site.temporary.makeDirectory("Maildir", permissions: 0o777)
        try test.use("discard;")
        test.site.request.mailbox = "Lists"
        let text = Site.message + String(repeating: "x", count: padding)
        let completion = try test.site.deliver(text)
        #expect(completion.exitStatus == 0 && completion.due == [])
        let entries = try site.entries()
        try #require(entries.count == 1)
        let summary = try site.summary(entries[0])
        #expect(summary.envelope.actions.map { $0.first("do") } == ["deliver"])
        #expect(summary.envelope.fields.first("mailbox") == "Lists")
        #expect(summary.messageBytes == text.utf8.count)
        #expect(site.leftovers == [])
        var refusing = test
        refusing.site.set("spool.mode=tempfail")
        let refusal = try refusing.site.deliver(text)
        #expect(refusal.exitStatus == 75 && refusal.errorLine.starts(with: Array("4.7.0 mail root".utf8)))
        #expect(try site.entries().count == 1)
    }

    enum Obstruction: CaseIterable { case file, danglingLink, foreignLink }

    @Test(
        "what stands where a mailbox should be holds no mail up: INBOX is used",
        arguments: Obstruction.allCases)
    func obstructed(by obstruction: Obstruction) throws {
        var test = self
        try site.makeFolder()
        switch obstruction {
        case .file: try site.temporary.write("Maildir/.A", "no directory")
        case .danglingLink: try run("/bin/ln", "-s", ".A", site.temporary.path("Maildir/.A"))
        case .foreignLink:
            guard isSuperuser else { return print("skipped: only root can make somebody else's link") }
            try site.temporary.makeDirectory("elsewhere")
            try run("/bin/ln", "-s", site.temporary.path("elsewhere"), site.temporary.path("Maildir/.A"))
            try run("/bin/chown", "-h", "4001", site.temporary.path("Maildir/.A"))
        }
        try test.use("fileinto :create \"A\";")
        #expect(try test.site.deliver().exitStatus == 0)
        #expect(try site.copies() == [Self.stored] && site.entries() == [])
        #expect(site.temporary.names("elsewhere") == [])
    }

    @Test("parallel deliveries are as many files")
    func parallel() async throws {
        let site = self.site
        try site.makeFolder()
        await withTaskGroup { group in
            for index in 0..<40 {
                group.addTask {
                    let completion = try? site.deliver("Subject: \(index)\n\n")
                    #expect(completion?.exitStatus == 0)
                }
            }
        }
        #expect(Set(try site.copies()).count == 40)
    }
}
