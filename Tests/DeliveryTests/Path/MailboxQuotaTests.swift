import Maildir
import Platform
import Settings
import Testing

@testable import Delivery

@Suite struct MailboxQuotaTests {
    private var site: Site

    init() throws {
        site = try Site()
        try site.makeFolder()
    }

    private func quota(
        site limit: String, own: String? = nil, _ more: String...
    ) throws -> MailboxQuota {
        var configuration = site.configuration
        for option in ["quota.limit=\(limit)"] + more {
            let problem = configuration.override(option)
            #expect(problem == nil)
        }
        let direct = try site.destination
        return MailboxQuota(
            configuration: configuration,
            destination: Destination(
                userName: "bob", identity: direct.identity, supplementaryGroups: [], home: "",
                mailRoot: direct.mailRoot,
                personalScripts: [], quota: own, isGivenDirectly: false))
    }

    private func root() throws -> MailRoot {
        try MailRoot(opening: site.temporary.path("Maildir"), creating: false)
    }

    private func name(_ text: String) throws -> MailboxName {
        try MailboxName(text, separator: UInt8(ascii: "/"))
    }

    /// A message in a folder, that says how large it is.
    private func put(_ bytes: Int, in folder: String = "", number: Int = 1) throws {
        if !folder.isEmpty { try site.makeFolder(folder) }
        try site.temporary.write("Maildir/\(folder)/cur/\(number).x,S=\(bytes):2,S", "x")
    }

    @Test(
        "the user's own limit comes before the site's, which comes before none",
        arguments: [
            ("", nil, 1 << 40, true), ("1K", nil, 1024, true), ("1K", nil, 1025, false),
            ("1K", "2K", 2048, true),
            ("1K", "2K", 2049, false), ("", "1K", 1025, false), ("1K", "0", 1 << 40, true),
            ("1K", "", 1 << 40, true),
            ("1K", "nonsense", 1025, false), (",1", nil, 1 << 40, true),
        ] as [(String, String?, Int, Bool)])
    func limits(site: String, own: String?, size: Int, fits: Bool) throws {
        var quota = try quota(site: site, own: own)
        let room = try quota.room(for: size, in: .inbox, of: root())
        #expect(room == (fits ? .enough : .none))
    }

    @Test(
        "every copy counts, and those that fit are taken",
        arguments: [
            (512, 2, 2), (512, 3, 2), (1024, 1, 1), (.max, 2, 0), (0, 9, 9), (1025, 3, 0),
        ])
    func copies(size: Int, copies: Int, fitting: Int) throws {
        var quota = try quota(site: "1K")
        let root = try root()
        let found = (0..<copies).count { _ in quota.room(for: size, in: .inbox, of: root) == .enough }
        #expect(found == fitting)
    }

    @Test("messages are counted, too")
    func messages() throws {
        for number in 1...2 {
            var quota = try quota(site: ",2")
            let first = quota.room(for: 1, in: .inbox, of: try root())
            let second = quota.room(for: 1, in: .inbox, of: try root())
            #expect(first == .enough && second == (number == 1 ? .enough : .none))
            try site.temporary.write("Maildir/new/\(number).x", "x")
            quota.add(size: 1, in: [.inbox], of: try root())
        }
        var quota = try quota(site: ",2")
        let room = quota.room(for: 1, in: .inbox, of: try root())
        #expect(room == .none)
    }

    @Test("without a limit no file is read or made; one that somebody else keeps is kept right")
    func free() throws {
        var quota = try quota(site: "")
        let room = quota.room(for: .max, in: .inbox, of: try root())
        #expect(room == .enough)
        quota.add(size: 5, in: [.inbox], of: try root())
        #expect(!site.temporary.exists("Maildir/maildirsize"))
        try site.temporary.write("Maildir/maildirsize", "100S\n7 1\n")
        quota.add(size: 5, in: [.inbox, try name("A")], of: try root())
        #expect(try site.temporary.text("Maildir/maildirsize") == "100S\n7 1\n10 2\n")
    }

    @Test("Trash counts unless the site says otherwise", arguments: [true, false])
    func trash(counts: Bool) throws {
        try put(1000, in: ".Trash")
        var quota = try quota(site: "1K", "quota.count-trash=\(counts)")
        let root = try root()
        let inbox = quota.room(for: 100, in: .inbox, of: root)
        let trash = quota.room(for: 5000, in: try name("Trash"), of: root)
        #expect(inbox == (counts ? .none : .enough) && trash == (counts ? .none : .enough))
    }

    @Test("a quota file that makes no sense keeps no mail out")
    func broken() throws {
        try site.temporary.write("Maildir/maildirsize", "\0garbage\n-1 -1\n")
        var quota = try quota(site: "1K")
        let room = quota.room(for: 100, in: .inbox, of: try root())
        #expect(room == .enough)
    }

    @Test(
        "what a rule ignores neither counts nor has a limit",
        arguments: ["Spam:ignore", "Sp*:ignore", "*am:ignore;Spam:1", "Spam/*:1; Spam:ignore"])
    func ignored(rules: String) throws {
        try put(5000, in: ".Spam")
        var quota = try quota(site: "1K", "quota.folders=\(rules)")
        let root = try root()
        let spam = quota.room(for: 1 << 30, in: try name("Spam"), of: root)
        let inbox = quota.room(for: 1024, in: .inbox, of: root)
        #expect(spam == .enough && inbox == .enough)
        quota.add(size: 9, in: [try name("Spam")], of: root)
        #expect(quota.usage == QuotaUsage(bytes: 0, messages: 0))
        quota.add(size: 9, in: [try name("Spam"), .inbox], of: root)
        #expect(quota.usage == QuotaUsage(bytes: 9, messages: 1))
    }

    @Test(
        "with a rule that raises the limit more may be held, in that mailbox",
        arguments: [
            ("Trash:+10%", 124, true), ("Trash:+10%", 127, false), ("Trash:+1K", 1048, true),
            ("Trash:+1K", 1049, false), ("Trash:+,5", 24, true), ("Trash:+,5", 25, false),
            ("A:+1K", 25, false),
        ])
    func raised(rules: String, size: Int, fits: Bool) throws {
        try put(1000)
        var quota = try quota(site: "1K", "quota.folders=\(rules)")
        let root = try root()
        let inbox = quota.room(for: 25, in: .inbox, of: root)
        let trash = quota.room(for: size, in: try name("Trash"), of: root)
        #expect(inbox == .none)
        #expect(trash == (fits ? .enough : .none))
    }

    @Test(
        "a mailbox that has reached a limit of its own leaves mail to INBOX",
        arguments: [
            ("", "Lists:1K", 24, true), ("", "Lists:1K", 25, false), ("", "Lists:,1", 1, false),
            ("", "L*:,2", 1, true),
            ("10K", "Lists:1K", 25, false), ("", "Other:1K", 1 << 30, true),
        ])
    func own(site limit: String, rules: String, size: Int, fits: Bool) throws {
        try put(1000, in: ".Lists")
        var quota = try quota(site: limit, "quota.folders=\(rules)")
        let room = quota.room(for: size, in: try name("Lists"), of: try root())
        #expect(room == (fits ? .enough : .elsewhere))
    }

    @Test("a limit of INBOX's own is none: there is nowhere else to go")
    func inbox() throws {
        try put(1000)
        var quota = try quota(site: "", "quota.folders=INBOX:1")
        let room = quota.room(for: 5, in: .inbox, of: try root())
        #expect(room == .enough)
    }

    @Test("a mailbox with a limit of its own counts for the user's, too")
    func ownAndAll() throws {
        try put(1000, in: ".Lists")
        var quota = try quota(site: "1K", "quota.folders=Lists:10K")
        let root = try root()
        let lists = quota.room(for: 25, in: try name("Lists"), of: root)
        let inbox = quota.room(for: 25, in: .inbox, of: root)
        #expect(lists == .none && inbox == .none)
    }

    @Test("what checks put into quarantine is taken in any case, and counts")
    func quarantine() throws {
        try put(1024)
        var quota = try quota(site: "1K", "checks.clamd.server=unix:/nowhere", "checks.quarantine=mailbox:Q")
        let root = try root()
        let held = quota.room(for: 1 << 20, in: try name("Q"), of: root)
        let inbox = quota.room(for: 1, in: .inbox, of: root)
        #expect(held == .enough && inbox == .none)
        quota.add(size: 6, in: [try name("Q")], of: root)
        #expect(quota.usage == QuotaUsage(bytes: 1030, messages: 2))
        var unchecked = try self.quota(site: "1K", "checks.quarantine=mailbox:Q")
        let free = unchecked.room(for: 1 << 20, in: try name("Q"), of: root)
        #expect(free == .none)
    }

    @Test("grace is for one message that makes it full")
    func grace() throws {
        try put(1000)
        var quota = try quota(site: "1K", "quota.grace=100")
        let root = try root()
        let over = quota.room(for: 125, in: .inbox, of: root)
        let within = quota.room(for: 124, in: .inbox, of: root)
        #expect(over == .none && within == .enough)
        try put(124, number: 2)
        quota.add(size: 124, in: [.inbox], of: root)
        var later = try self.quota(site: "1K", "quota.grace=100")
        let more = later.room(for: 1, in: .inbox, of: root)
        #expect(more == .none)
    }

    @Test("the separator of names is the site's")
    func separator() throws {
        for (separator, pattern) in [("/", "A/*"), (".", "A.*"), ("^", "a^*")] {
            var configuration = site.configuration
            for option in ["mail.separator=\(separator)", "quota.folders=\(pattern):ignore"] {
                let problem = configuration.override(option)
                #expect(problem == nil)
            }
            let rule = FolderRules(configuration).rule(for: try name("A/b/c"))
            #expect(rule == (pattern.hasPrefix("A") ? .ignore : nil))
        }
    }
}
