import Maildir
import Platform
import Sieve
import Testing

@testable import Delivery

/// Deliveries that are only thought through.
@Suite("Rehearsals")
struct RehearsalTests {
    private func rehearse(
        _ site: Site, scripts: [String] = [], _ message: String = Site.message
    ) throws
        -> RehearsedDelivery
    {
        try Rehearsal(site.request, scripts: scripts, configuration: site.configuration).run(
            SharedBytes(Array(message.utf8)))
    }

    @Test("a rehearsal comes to what a delivery does, with a trace, and leaves nothing behind")
    func sameAsDelivery() throws {
        var site = try Site()
        try site.use("require \"imap4flags\"; if exists \"subject\" { keep :flags \"\\\\Seen\"; } stop;")
        let before = site.files()
        let rehearsed = try rehearse(site)
        #expect(rehearsed.plan.actions == (try site.rules()).actions)
        #expect(rehearsed.result?.trace.isEmpty == false)
        #expect(rehearsed.scripts.count == 1 && rehearsed.scripts.first?.listing != nil)
        #expect(site.files() == before)
        #expect(!site.temporary.exists("Maildir/postmaster.db"))
    }

    @Test("a mailbox that a delivery could not open is INBOX, with the reason")
    func missingMailbox() throws {
        var site = try Site()
        try site.makeFolder()
        try site.use(
            "require [\"fileinto\", \"mailbox\"]; fileinto \"A\"; fileinto :create \"B\"; fileinto :create \"c.d\";"
        )
        let plan = try rehearse(site).plan
        let mailboxes = plan.actions.compactMap { action -> String? in
            if case .store(let mailbox, _, _) = action.kind { mailbox.text } else { nil }
        }
        #expect(mailboxes == ["INBOX", "B", "INBOX"])
        #expect(plan.warnings.count == 2)
        #expect(plan.warnings.allSatisfy { $0.hasSuffix("stored in INBOX") })
    }

    @Test("scripts that are given take the place of all others; one with errors has its diagnostics")
    func given() throws {
        var site = try Site()
        try site.use("discard;")
        let good = try site.temporary.write("good.sieve", "keep;")
        let bad = try site.temporary.write("bad.sieve", "keep")
        let rehearsed = try rehearse(site, scripts: [bad, good])
        #expect(rehearsed.scripts.map(\.name) == ["bad", "good"])
        #expect(rehearsed.scripts.first?.listing == nil)
        #expect(rehearsed.scripts.first?.diagnostics.isEmpty == false)
        #expect(rehearsed.result?.actions.count == 1)
        #expect(throws: RehearsalFailure.self) { try rehearse(site, scripts: [site.temporary.path("none")]) }
    }
}
