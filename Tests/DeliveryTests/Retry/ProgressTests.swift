import Maildir
import Platform
import Spool
import Testing

@testable import Delivery

@Suite struct ProgressTests {
    private let inbox = SpooledWork.Task.perform(
        PlannedAction(.store(mailbox: .inbox, flags: [], creating: true)))
    private let discard = SpooledWork.Task.perform(PlannedAction(.discard))

    private func read(_ tasks: [SpooledWork.Task], _ journal: [JournalRecord]) throws -> Progress {
        let actions = tasks.map { SpooledWork.fields($0) }
        let progress = Progress(SpoolEnvelope(created: .now(), fields: [:], actions: actions), journal)
        return try #require(progress)
    }

    private func planned(_ task: SpooledWork.Task, _ index: Int = 0) -> JournalRecord {
        record("planned", index, SpooledWork.fields(task))
    }

    @Test("without records everything is open")
    func fresh() throws {
        let progress = try read([.deliver, inbox], [])
        #expect(progress.open.map(\.task) == [.deliver, inbox] && progress.open.map(\.index) == [0, 1])
        #expect(progress.attempts == 0 && !progress.hasWarned && !progress.hasBounced)
    }

    @Test("what an entry went through, record by record")
    func steps() throws {
        let journal: [(JournalRecord, open: [Int], begun: [String?])] = [
            (record("planning", 0), [0], [nil]), (planned(inbox), [0], [nil]), (planned(discard), [0], [nil]),
            (record("expanded", 0), [1, 2], [nil, nil]),
            (record("begun", 1, ["name": "n"]), [1, 2], ["n", nil]),
            (record("failed", nil, ["reason": "r"]), [1, 2], ["n", nil]),
            (record("done", 1, ["mailbox": "INBOX"]), [2], [nil]), (record("done", 2), [], []),
        ]
        for count in 0...journal.count {
            let progress = try read([.deliver], journal.prefix(count).map(\.0))
            let open = count == 0 ? [0] : journal[count - 1].open
            let begun = count == 0 ? [nil] : journal[count - 1].begun
            #expect(progress.open.map(\.index) == open)
            #expect(progress.open.map(\.begunName) == begun)
            #expect(progress.attempts == (count > 5 ? 1 : 0))
            #expect(progress.storedIn == (count > 6 ? ["INBOX"] : []))
        }
    }

    @Test("a plan that was cut short counts for nothing; the next one is the whole plan", arguments: 0...3)
    func torn(count: Int) throws {
        let plan = [record("planning", 0), planned(discard), planned(inbox), planned(inbox)]
        let torn = Array(plan.prefix(count))
        #expect(try read([.deliver], torn).open.map(\.task) == [.deliver])
        let whole = torn + [record("planning", 0), planned(inbox), record("expanded", 0)]
        #expect(try read([.deliver], whole).open.map(\.task) == [inbox])
    }

    @Test("an empty plan leaves nothing to do")
    func empty() throws {
        #expect(try read([.deliver], [record("planning", 0), record("expanded", 0)]).open.isEmpty)
    }

    @Test("records of what does not exist, and kinds of a later version, change nothing")
    func strange() throws {
        let journal = [
            record("done", 7), record("done", -1), record("done", nil), record("begun", .max, ["name": "n"]),
            record("begun", nil),
            record("expanded", nil), record("", 0), record("sung", 0), record("planning", 99),
        ]
        let progress = try read([inbox], journal)
        #expect(
            progress.open.map(\.task) == [inbox] && progress.open[0].begunName == nil
                && !progress.open[0].hasBegun)
    }

    @Test("begun without a name is begun all the same; the last name counts")
    func begun() throws {
        let nameless = try read([inbox], [record("begun", 0)])
        #expect(nameless.open[0].hasBegun && nameless.open[0].begunName == nil)
        let twice = try read([inbox], [record("begun", 0, ["name": "a"]), record("begun", 0, ["name": "b"])])
        #expect(twice.open[0].begunName == "b")
    }

    @Test("attempts, warnings and reports are counted")
    func counts() throws {
        let journal = [record("failed"), record("warned"), record("failed"), record("bounced")]
        let progress = try read([inbox], journal)
        #expect(
            progress.attempts == 2 && progress.hasWarned && progress.hasBounced && progress.open.count == 1)
    }

    @Test("what is not understood is not guessed at")
    func unknown() {
        let unknown: SpoolFields = ["do": "sing"]
        let envelope = SpoolEnvelope(
            created: .now(), fields: [:], actions: [SpooledWork.fields(inbox), unknown])
        #expect(Progress(envelope, []) == nil)
        let planned = SpoolEnvelope(created: .now(), fields: [:], actions: [SpooledWork.fields(.deliver)])
        #expect(Progress(planned, [record("planned", 0, unknown)]) == nil)
    }

    @Test("any order of records is read without harm, and done stays done", arguments: 0..<10)
    func anyOrder(seed: UInt64) throws {
        var random = Random(seed)
        let kinds = ["planning", "planned", "expanded", "begun", "done", "failed", "warned", "bounced", "x"]
        for _ in 0..<200 {
            var journal: [JournalRecord] = []
            for _ in 0..<random.below(15) {
                let kind = kinds[random.below(kinds.count)]
                let fields = kind == "planned" ? SpooledWork.fields(inbox) : ["name": "n"]
                journal.append(record(kind, random.chance(10) ? nil : random.below(6) - 1, fields))
            }
            let progress = try read([.deliver, inbox, discard], journal)
            #expect(progress.open.map(\.index) == progress.open.map(\.index).sorted())
            for index in 0..<3 where journal.contains(where: { $0.kind == "done" && $0.action == index }) {
                #expect(!progress.open.contains { $0.index == index })
            }
            #expect(progress.attempts == journal.count { $0.kind == "failed" })
        }
    }
}
