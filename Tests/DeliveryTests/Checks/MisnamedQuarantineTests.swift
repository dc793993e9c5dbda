import Platform
import Spool
import TestSupport
import Testing

@testable import Delivery

/// What checks have found, where the quarantine mailbox can never be opened: it does not go to INBOX.
@Suite struct MisnamedQuarantineTests {
    private var site: Site
    private static let evil = "Subject: hello\n\nEVIL\n"

    enum Obstacle: CaseIterable { case file, loop }

    init() throws {
        site = try Site()
        site.askClamd()
        try site.makeFolder()
    }

    private func place(_ obstacle: Obstacle) throws {
        switch obstacle {
        case .file: try site.temporary.write("Maildir/.Quarantine", "in the way")
        case .loop: try run("/bin/ln", "-s", ".Quarantine", site.temporary.path("Maildir/.Quarantine"))
        }
    }

    @Test("a delivery puts it on hold, and nobody sees it", arguments: Obstacle.allCases)
    func delivery(obstacle: Obstacle) throws {
        try place(obstacle)
        let clamd = try Scanner.clamd(at: site.socket("clamd"))
        #expect(try site.deliver(Self.evil).exitStatus == 0)
        #expect(site.files() == [] && site.leftovers == [])
        let entries = try site.entries()
        try #require(entries.map(\.place) == [.hold])
        let fields = try site.summary(entries[0]).envelope.fields
        #expect(fields.first("cause") == "quarantine" && fields.first("quarantined") != nil)
        #expect(try site.visit(site.release(entries[0])) == .delivered)
        clamd.end()
        #expect(site.files().count == 1, "a person has released it")
    }

    @Test("an attempt postpones it until the mailbox can be opened", arguments: Obstacle.allCases)
    func attempt(obstacle: Obstacle) throws {
        try place(obstacle)
        let clamd = try Scanner.clamd(at: site.socket("clamd"))
        #expect(try site.visit(try site.commit([.deliver], message: Self.evil)) == .delivered)
        clamd.end()
        for _ in 0..<2 { #expect(try site.visitOnlyEntry().word == "rescheduled") }
        #expect(site.files() == [])
        try run("/bin/rm", site.temporary.path("Maildir/.Quarantine"))
        #expect(try site.visitOnlyEntry() == .delivered)
        #expect(site.files(".Quarantine").count == 1 && site.files() == [])
    }

    @Test("a rule that names it goes to INBOX as with any other mailbox")
    func rule() throws {
        var test = self
        try place(.file)
        try test.site.use("require [\"fileinto\", \"mailbox\"]; fileinto :create \"Quarantine\";")
        let clamd = try Scanner.clamd(at: site.socket("clamd"))
        #expect(try test.site.deliver().exitStatus == 0)
        clamd.end()
        #expect(site.files().count == 1)
        #expect(try site.entries() == [])
    }
}
