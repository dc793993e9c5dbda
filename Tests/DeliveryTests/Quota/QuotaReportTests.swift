import Maildir
import Platform
import Settings
import Testing

@testable import Delivery

@Suite struct QuotaReportTests {
    private let site: Site

    init() throws {
        site = try Site()
        try site.makeFolder()
        try site.makeFolder(".Trash")
        try site.temporary.write("Maildir/cur/1.x,S=800:2,S", "x")
        try site.temporary.write("Maildir/.Trash/new/2.x,S=300", "x")
    }

    /// As oneself: to act as others is the whole process's, and other tests run in it.
    private func inquiry(_ options: String..., quota: String? = nil) throws -> QuotaInquiry {
        var configuration = site.configuration
        for option in options {
            let problem = configuration.override(option)
            #expect(problem == nil)
        }
        let direct = try site.destination
        return QuotaInquiry(
            configuration,
            destination: Destination(
                userName: "bob", identity: direct.identity, supplementaryGroups: [], home: "",
                mailRoot: direct.mailRoot, personalScripts: [], quota: quota, isGivenDirectly: false))
    }

    @Test("what there is, of what may be, and whose limit that is")
    func report() throws {
        let report = try inquiry("quota.limit=2000,10", "quota.folders=Trash:ignore;A:+10%").report()
        #expect(report.user == "bob" && report.mailRoot == site.temporary.path("Maildir"))
        #expect(
            report.limit == QuotaReport.Amount(QuotaLimit(bytes: 2000, messages: 10))
                && report.source == "site")
        #expect(
            report.usage == QuotaReport.Amount(QuotaUsage(bytes: 800, messages: 1)) && report.percent == 40)
        #expect(report.recorded == nil && !report.isExact && report.fullSince == nil && report.warned == 0)
        #expect(report.folders.map(\.name) == ["INBOX", "Trash"])
        #expect(report.folders.map(\.counts) == [true, false])
        #expect(report.folders.map(\.usage.bytes) == [800, 300])
        #expect(!site.temporary.exists("Maildir/maildirsize"), "nothing is changed")
    }

    @Test("the user's own limit, and the one that only the file states")
    func sources() throws {
        let own = try inquiry("quota.limit=2000", quota: "1000").report()
        #expect(own.source == "user" && own.limit?.bytes == 1000 && own.percent == 110)
        let none = try inquiry().report()
        #expect(none.source == nil && none.limit == nil && none.percent == 0)
        try site.temporary.write("Maildir/maildirsize", "5000S\n1100 2\n")
        let stated = try inquiry().report()
        #expect(stated.source == "maildirsize" && stated.limit?.bytes == 5000 && stated.isExact)
    }

    @Test("mailboxes tell their own limits and allowances, and the user what he was told")
    func details() throws {
        try site.temporary.write("Maildir/" + QuotaWarnings.markName, "95\n")
        try site.temporary.write("Maildir/" + FullMailbox.stampName, "")
        let report = try inquiry("quota.limit=1000", "quota.folders=Trash:+10%").report()
        #expect(report.folders.last?.allowance == QuotaReport.Amount(QuotaLimit(bytes: 100)))
        #expect(report.warned == 95 && (report.fullSince ?? 0) > 1_700_000_000)
        let limited = try inquiry("quota.folders=Trash:5K,7").report()
        #expect(limited.folders.last?.limit == QuotaReport.Amount(QuotaLimit(bytes: 5120, messages: 7)))
    }

    @Test("the file is made anew")
    func recalculate() throws {
        try site.temporary.write("Maildir/maildirsize", "2000S\n5 5\n1 1\n")
        let change = try inquiry("quota.limit=2000").recalculate()
        #expect(change.before == QuotaReport.Amount(QuotaUsage(bytes: 6, messages: 6)))
        #expect(change.after.usage == QuotaReport.Amount(QuotaUsage(bytes: 1100, messages: 2)))
        // What changed a moment ago may change again: then nothing is written down.
        let exists = site.temporary.exists("Maildir/maildirsize")
        #expect(change.after.isExact == exists)
        if exists {
            #expect(try site.temporary.text("Maildir/maildirsize") == "2000S\n1100 2\n")
        }
    }

    @Test("where nothing is limited, no file is made")
    func unlimited() throws {
        let change = try inquiry().recalculate()
        #expect(change.before == nil && change.after.recorded == nil)
        #expect(!site.temporary.exists("Maildir/maildirsize"))
    }

    @Test("who is not there, and what cannot be opened, is told")
    func failures() throws {
        do throws(QuotaInquiryFailure) {
            _ = try QuotaInquiry(site.configuration, user: "no-such-user-here")
            Issue.record("found")
        } catch {
            #expect(error.isUnknownUser)
        }
        try run("/bin/rm", "-r", site.temporary.path("Maildir"))
        #expect(throws: QuotaInquiryFailure.self) { _ = try inquiry("quota.limit=5").report() }
    }
}
