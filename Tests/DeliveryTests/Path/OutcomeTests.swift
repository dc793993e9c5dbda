import DeliveryStatus
import MailLog
import Maildir
import Platform
import Testing

@testable import Delivery
@testable import Spool

@Suite struct OutcomeTests {
    private static let store = PlannedAction(.store(mailbox: .inbox, flags: [], creating: true))
    private static let entry = EntryReference(id: "0123456789abcde", place: .queue(due: 5))

    private func accepted(_ results: [Outcome.ActionResult.Result], entries: [EntryReference] = []) -> Outcome
    {
        var outcome = Outcome(.accepted, .success, "")
        outcome.results = results.map { .init(action: Self.store, result: $0) }
        outcome.spoolEntries = entries
        return outcome
    }

    @Test("the log's word for each outcome")
    func words() {
        #expect(accepted([.stored(file: "f")]).recordOutcome == .delivered)
        #expect(accepted([]).recordOutcome == .delivered)
        #expect(accepted([.discarded]).recordOutcome == .discarded)
        #expect(accepted([.discarded, .stored(file: "f")]).recordOutcome == .delivered)
        #expect(
            accepted([.stored(file: "f"), .spooled(reason: "r")], entries: [Self.entry]).recordOutcome
                == .spooled)
        #expect(accepted([.discarded], entries: [Self.entry]).recordOutcome == .spooled)
        #expect(Outcome.tryAgain("x").recordOutcome == .deferred)
        for verdict in [DeliveryVerdict.unknownUser, .malformed, .refused] {
            #expect(Outcome(verdict, .refused, "x").recordOutcome == .rejected)
        }
    }

    @Test("trying again is never a permanent status")
    func tryAgain() {
        #expect(Outcome.tryAgain("x").status.class == .persistentTransientFailure)
    }

    @Test("what is due by now is attempted, what is due later or on hold is not")
    func due() {
        let now = WallTime.now().seconds
        let places: [EntryReference.Place] = [
            .queue(due: now - 5), .queue(due: now), .queue(due: now + 60), .hold, .corrupt,
        ]
        let entries = places.map { EntryReference(id: "0123456789abcde", place: $0) }
        #expect(accepted([], entries: entries).entriesToAttempt == Array(entries[..<2]))
    }
}

@Suite struct LedgerTests {
    private func ledger(_ kinds: [PlannedAction.Kind]) -> Ledger {
        Ledger(Plan(actions: kinds.map { PlannedAction($0) }))
    }

    @Test("what was postponed and what leaves the machine needs the spool, and nothing else")
    func tasks() throws {
        let store = PlannedAction.Kind.store(mailbox: .inbox, flags: [], creating: true)
        let forward = PlannedAction.Kind.forward(PlannedAction.Forwarding(to: try address("a@b")))
        var ledger = ledger([store, forward, .discard, store])
        #expect(ledger.tasks == [.perform(PlannedAction(forward))] && !ledger.hasPostponed)
        ledger.stored(0, as: "file")
        ledger.postpone([3], "full", .mailboxFull)
        ledger.postpone([3], "later reason", .systemTrouble)
        #expect(ledger.tasks == [.perform(PlannedAction(forward)), .perform(PlannedAction(store))])
        #expect(ledger.reason == "full" && ledger.status == .mailboxFull && ledger.copies == 1)
        #expect(
            ledger.results.map(\.result) == [
                .stored(file: "file"), .spooled(reason: ""), .discarded, .spooled(reason: "later reason"),
            ])
    }

    @Test("an index that is none changes nothing", arguments: [-1, 1, .max])
    func index(index: Int) {
        var ledger = ledger([.discard])
        ledger.stored(index, as: "x")
        ledger.postpone([index], "x")
        ledger.merged(index, into: 0)
        #expect(ledger.results.map(\.result) == [.discarded] && ledger.copies == 0 && !ledger.needsSpool)
    }
}
