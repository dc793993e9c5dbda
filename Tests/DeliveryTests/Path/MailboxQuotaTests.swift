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

    private func quota(site limit: String, own: String?) throws -> MailboxQuota {
        var configuration = site.configuration
        #expect(configuration.override("quota.limit=\(limit)") == nil)
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
        let objection = try quota(site: site, own: own).objection(toAdding: size, copies: 1, in: root())
        #expect((objection == nil) == fits)
    }

    @Test(
        "every copy counts",
        arguments: [(512, 2, true), (512, 3, false), (1024, 1, true), (.max, 2, false), (.max, .max, false)])
    func copies(size: Int, copies: Int, fits: Bool) throws {
        let objection = try quota(site: "1K", own: nil).objection(toAdding: size, copies: copies, in: root())
        #expect((objection == nil) == fits)
    }

    @Test("messages are counted, too")
    func messages() throws {
        let quota = try quota(site: ",2", own: nil)
        for number in 1...2 {
            #expect(quota.objection(toAdding: 1, copies: 3 - number, in: try root()) == nil)
            try site.temporary.write("Maildir/new/\(number).x", "x")
            quota.add(size: 1, copies: 1, in: try root())
        }
        #expect(quota.objection(toAdding: 1, copies: 1, in: try root()) != nil)
    }

    @Test("without a limit no file is read or made")
    func free() throws {
        let quota = try quota(site: "", own: nil)
        #expect(quota.objection(toAdding: .max, copies: .max, in: try root()) == nil)
        quota.add(size: 5, copies: 1, in: try root())
        #expect(!site.temporary.exists("Maildir/maildirsize"))
    }

    @Test("Trash counts unless the site says otherwise", arguments: [true, false])
    func trash(counts: Bool) throws {
        var test = self
        test.site.configuration.quota.countTrash = counts
        try site.makeFolder(".Trash")
        try site.temporary.write("Maildir/.Trash/cur/1.x,S=1000:2,S", String(repeating: "x", count: 1000))
        let objection = try test.quota(site: "1K", own: nil).objection(toAdding: 100, copies: 1, in: root())
        #expect((objection != nil) == counts)
    }

    @Test("a quota file that makes no sense keeps no mail out")
    func broken() throws {
        try site.temporary.write("Maildir/maildirsize", "\0garbage\n-1 -1\n")
        #expect(try quota(site: "1K", own: nil).objection(toAdding: 100, copies: 1, in: root()) == nil)
    }
}
