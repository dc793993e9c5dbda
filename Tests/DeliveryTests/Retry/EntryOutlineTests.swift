import Platform
import Spool
import Testing

@testable import Delivery

@Suite struct EntryOutlineTests {
    private static func outline(
        _ actions: [SpoolFields], _ records: [(Int?, String, SpoolFields)]
    ) -> EntryOutline {
        let journal = records.enumerated().map { number, record in
            JournalRecord(
                time: WallTime(seconds: 100 + number), action: record.0, kind: record.1, fields: record.2)
        }
        return EntryOutline(
            SpoolEnvelope(created: WallTime(seconds: 1), fields: [:], actions: actions), journal)
    }

    private static let deliver: SpoolFields = ["do": "deliver"]
    private static let store: SpoolFields = [
        "do": "store", "level": "Lists", "level": "swift", "rule": "a", "line": "3",
    ]
    private static let forward: SpoolFields = ["do": "forward", "to": "c@example.com"]
    private static let reply: SpoolFields = ["do": "send", "purpose": "reply", "to": "a@example.com"]
    private static let failure: SpoolFields = [
        "reason": "busy", "cause": "reply", "status": "4.2.1", "domain": "example.com", "peer": "mx",
        "reply": "450",
    ]

    @Test("steps are those of the envelope, and those that rules planned once all of them are there")
    func planned() {
        let records: [(Int?, String, SpoolFields)] = [
            (0, "planning", [:]), (0, "planned", Self.forward), (0, "planning", [:]),
            (0, "planned", Self.store),
        ]
        #expect(Self.outline([Self.deliver], records).steps.map(\.word) == ["deliver"])
        let expanded = Self.outline([Self.deliver], records + [(0, "expanded", [:])])
        #expect(expanded.steps.map(\.word) == ["deliver", "store"])
        #expect(expanded.steps.map(\.state) == [.done, .open])
        #expect(expanded.steps.last?.target == "Lists/swift")
        #expect(expanded.steps.last?.origin == "a:3")
    }

    @Test("a failure is that of all steps that were open, and of attempts it is one")
    func failed() {
        let outline = Self.outline(
            [Self.store, Self.forward, Self.reply],
            [(0, "done", [:]), (nil, "failed", Self.failure), (2, "failed", ["reason": "down"])])
        #expect(outline.attempts == 2)
        #expect(outline.lastFailure?.reason == "down")
        #expect(outline.cause == "unknown")
        #expect(outline.steps.map(\.failure?.reason) == [nil, "busy", "down"])
        #expect(outline.steps[1].failure?.reply == "450")
        #expect(outline.steps[1].failure?.time == WallTime(seconds: 101))
        #expect(outline.steps[2].word == "reply")
        #expect(outline.open.map(\.number) == [1, 2])
    }

    @Test("what was refused, reported, reopened or bounced is said to be so")
    func states() {
        let actions = [Self.forward, Self.forward]
        let refused: [(Int?, String, SpoolFields)] = [(0, "refused", Self.failure)]
        #expect(Self.outline(actions, refused).steps.map(\.state) == [.refused, .open])
        #expect(Self.outline(actions, refused).cause == "reply")
        let reopened = Self.outline(actions, refused + [(nil, "reopened", [:])])
        #expect(reopened.steps.map(\.state) == [.open, .open])
        let reported = Self.outline(actions, refused + [(nil, "reported", ["action": "0", "action": "7"])])
        #expect(reported.steps.map(\.state) == [.reported, .open])
        let bounced = Self.outline(actions, [(0, "done", [:]), (nil, "bounced", [:])])
        #expect(bounced.steps.map(\.state) == [.done, .reported])
    }

    @Test("the last route counts, and one without a name takes it back")
    func routes() {
        let first: (Int?, String, SpoolFields) = (nil, "routed", ["route": "smtp://a:25"])
        let second: (Int?, String, SpoolFields) = (nil, "routed", ["route": "smtp://b:25"])
        #expect(Self.outline([], []).route == nil)
        #expect(Self.outline([], [first, second]).route == "smtp://b:25")
        #expect(Self.outline([], [first, (nil, "routed", [:])]).route == nil)
    }

    @Test("it is told whether something leaves, or may leave once the rules have run")
    func leaving() {
        #expect(Self.outline([Self.deliver], []).leaves)
        #expect(Self.outline([Self.reply], []).leaves)
        #expect(!Self.outline([Self.store, ["do": "pipe", "program": "x"], ["do": "discard"]], []).leaves)
        #expect(Self.outline([Self.store, Self.forward], []).leaves)
        #expect(!Self.outline([Self.store, Self.forward], [(1, "done", [:])]).leaves)
        #expect(Self.outline([Self.forward], [(0, "refused", [:])]).leaves)
        #expect(Self.outline([Self.forward], []).cause == "none")
    }

    @Test("journals that make no sense are told of as far as they do")
    func nonsense() {
        let outline = Self.outline(
            [["what": "ever"]],
            [
                (9, "done", [:]), (-1, "refused", [:]), (nil, "done", [:]),
                (nil, "reported", ["action": "x"]),
                (3, "planned", ["do": "fly"]), (nil, "expanded", [:]), (Int.max, "failed", [:]),
            ])
        #expect(outline.steps.map(\.word) == ["", "fly"])
        #expect(outline.steps.allSatisfy { $0.state == .open && $0.failure == nil })
        #expect(outline.attempts == 1)
    }
}
