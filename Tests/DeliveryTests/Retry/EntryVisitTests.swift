import MailMessage
import Maildir
import Platform
import Settings
import Spool
import Testing

@testable import Delivery

/// What is stored, and how rules run, when the spool is drained.
@Suite struct EntryVisitTests {
    private var site: Site
    private static let stored =
        "Return-Path: <alice@example.net>\nDelivered-To: bob@example.org\n" + Site.message

    init() throws { site = try Site() }

    @Test("a copy that was postponed is stored as the delivery would have, and the entry is gone")
    func store() throws {
        let entry = try site.commit([
            try site.store("A", flags: ["\\Seen"], creating: true), try site.store(),
        ])
        #expect(try site.visit(entry) == .delivered)
        #expect(try site.copies() == [Self.stored] && site.copies(".A") == [Self.stored])
        #expect(site.files(".A")[0].hasSuffix(":2,S"))
        #expect(try site.entries() == [] && site.leftovers == [])
        #expect(try site.visit(entry) == .unavailable)
        #expect(site.files().count == 1)
    }

    @Test("a discard that is left is done")
    func discard() throws {
        let entry = try site.commit([.perform(PlannedAction(.discard))])
        #expect(try site.visit(entry) == .delivered)
        #expect(try site.entries() == [] && site.files() == [])
    }

    /// Where an attempt may have been killed, by what it had done.
    enum Killed: String, CaseIterable {
        case beforeBegun, afterBegun, afterPublishing, afterReading, afterDone
    }

    @Test("an attempt that was killed anywhere is taken up without a second copy", arguments: Killed.allCases)
    func killed(at point: Killed) throws {
        let entry = try site.commit([try site.store(flags: ["\\Flagged"])])
        let name = UniqueName.generate()
        try site.makeFolder()
        if point != .beforeBegun { try site.append([record("begun", 0, ["name": name.text])], to: entry) }
        let isStored = ![.beforeBegun, .afterBegun].contains(point)
        let directory = point == .afterReading ? "cur" : "new"
        if isStored {
            // A reader may have moved it, and changed its flags.
            try site.temporary.write(
                "Maildir/\(directory)/\(name.text)" + (point == .afterReading ? ",S=1:2,RS" : ",S=1,W=1"),
                "the copy")
        }
        if point == .afterDone { try site.append([record("done", 0)], to: entry) }
        #expect(try site.visit(entry) == .delivered)
        #expect(try site.copies() == (isStored ? ["the copy"] : [Self.stored]))
        #expect(try site.entries() == [])
        if point == .afterBegun { #expect(site.files()[0].hasPrefix("cur/\(name.text),")) }
    }

    @Test(
        "a recorded name that leads elsewhere is not used",
        arguments: ["../../x", "", ".x", "a/b", "a:2,S", String(repeating: "x", count: 500)])
    func hostileName(name: String) throws {
        let entry = try site.commit([try site.store()])
        try site.append([record("begun", 0, ["name": name])], to: entry)
        #expect(try site.visit(entry) == .delivered)
        #expect(try site.copies() == [Self.stored])
        #expect(site.temporary.names("Maildir").allSatisfy { !$0.hasPrefix("x") })
    }

    @Test(
        "two actions that end in one mailbox are one copy, also when the first was done by an earlier attempt",
        arguments: [false, true])
    func merged(isLater: Bool) throws {
        let entry = try site.commit([try site.store("Missing"), try site.store()])
        if isLater {
            try site.makeFolder()
            try site.temporary.write("Maildir/new/1.x", Self.stored)
            try site.append(
                [record("begun", 0, ["name": "1.x"]), record("done", 0, ["mailbox": "INBOX"])], to: entry)
        }
        #expect(try site.visit(entry) == .delivered)
        #expect(try site.copies() == [Self.stored])
    }

    @Test("what does not fit waits; when there is room, it is stored")
    func quota() throws {
        var test = self
        test.site.set("quota.limit=10")
        let entry = try site.commit([try site.store()])
        #expect(try test.site.visit(entry) == .rescheduled(reason: "mailbox is full"))
        #expect(site.files() == [])
        #expect(try site.visitOnlyEntry() == .delivered)
        #expect(try site.copies() == [Self.stored])
    }

    @Test("waits grow with the attempts, as the schedule says")
    func schedule() throws {
        var test = self
        test.site.set("quota.limit=10", "retry.schedule=10s, 2*100s, 1000s", "retry.warn=0")
        _ = try site.commit([try site.store()])
        for wait in [10, 100, 100, 1000, 1000] {
            let before = WallTime.now().seconds
            #expect(try test.site.visitOnlyEntry() == .rescheduled(reason: "mailbox is full"))
            let due = try #require(try site.entries().first?.due).seconds
            #expect((before + wait...WallTime.now().seconds + wait).contains(due))
        }
        let journal = try site.summary(try site.entries()[0]).journal
        #expect(journal.map(\.kind) == Array(repeating: "failed", count: 5))
        #expect(journal.allSatisfy { $0.fields.first("reason") == "mailbox is full" })
    }

    @Test("what one action cannot do keeps the others from nothing, and is all that is left")
    func partial() throws {
        try site.makeFolder(".A")
        try run("/bin/rmdir", site.temporary.path("Maildir/.A/new"))
        try site.temporary.write("Maildir/.A/new", "in the way")
        let entry = try site.commit([try site.store("A"), try site.store()])
        guard case .rescheduled = try site.visit(entry) else {
            Issue.record("it was not rescheduled")
            return
        }
        #expect(try site.copies() == [Self.stored])
        try run("/bin/rm", site.temporary.path("Maildir/.A/new"))
        #expect(try site.visitOnlyEntry() == .delivered)
        #expect(try site.copies(".A") == [Self.stored] && site.copies().count == 1)
    }

    @Test("a message whose rules have not run is planned, and then done")
    func deliver() throws {
        var test = self
        try test.site.use("require [\"fileinto\", \"mailbox\"]; fileinto :create \"A\"; keep;")
        let entry = try test.site.commit([.deliver])
        #expect(try test.site.visit(entry) == .delivered)
        #expect(try site.copies() == [Self.stored] && site.copies(".A") == [Self.stored])
        #expect(try site.entries() == [])
    }

    @Test("a plan that was recorded is followed, whatever the rules say now")
    func recordedPlan() throws {
        var test = self
        try test.site.use("discard;")
        let entry = try test.site.commit([.deliver])
        let planned = SpooledWork.fields(try site.store("A", creating: true))
        try site.append(
            [record("planning", 0), record("planned", 0, planned), record("expanded", 0)], to: entry)
        #expect(try test.site.visit(entry) == .delivered)
        #expect(try site.copies(".A") == [Self.stored] && site.copies() == [])
    }

    @Test("a plan that was cut short is made again", arguments: [1, 2])
    func tornPlan(count: Int) throws {
        var test = self
        try test.site.use("require [\"fileinto\", \"mailbox\"]; fileinto :create \"B\";")
        let entry = try test.site.commit([.deliver])
        let planned = SpooledWork.fields(try site.store("A", creating: true))
        try site.append(
            Array([record("planning", 0), record("planned", 0, planned)].prefix(count)), to: entry)
        #expect(try test.site.visit(entry) == .delivered)
        #expect(try site.copies(".B") == [Self.stored])
        #expect(site.files(".A") == [] && site.files() == [])
    }

    @Test("-m counts for rules that run later")
    func requested() throws {
        try site.makeFolder(".Lists")
        let entry = try site.commit([.deliver], mailbox: "Lists")
        #expect(try site.visit(entry) == .delivered)
        #expect(try site.copies(".Lists") == [Self.stored] && site.copies() == [])
    }

    @Test("while the mailbox is closed the rules do not run")
    func closed() throws {
        try site.temporary.makeDirectory("Maildir", permissions: 0o777)
        let entry = try site.commit([.deliver])
        guard case .rescheduled(let reason) = try site.visit(entry) else {
            Issue.record("it was not rescheduled")
            return
        }
        #expect(reason.contains("writable"))
        #expect(try site.summary(try site.entries()[0]).journal.map(\.kind) == ["failed"])
    }
}
