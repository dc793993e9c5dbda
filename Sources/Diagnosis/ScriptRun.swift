import Sieve

/// What a trace says of one run of one script, without the scripts that it included.
struct ScriptRun {
    let name: String
    /// By the places of commands and tests, in octets of the script.
    private(set) var events: [Int: [TraceEvent.Kind]] = [:]
    /// Each with the place of the command that included it.
    private(set) var included: [(offset: Int, run: ScriptRun)] = []
    private(set) var failure: (offset: Int, message: String)?
    /// Each action's place, and its number among those of all scripts.
    private(set) var actions: [(offset: Int, number: Int)] = []

    init(name: String) { self.name = name }

    /// The runs of the scripts of a sequence, in their order.
    static func all(in trace: [TraceEvent]) -> [ScriptRun] {
        var finished: [ScriptRun] = []
        // Those that include one another, the outermost first; each with where it was when it included the next.
        var open: [(run: ScriptRun, offset: Int)] = []
        func close(_ open: inout [(run: ScriptRun, offset: Int)]) {
            guard let last = open.popLast() else { return }
            if let index = open.indices.last {
                open[index].run.included.append((open[index].offset, last.run))
            } else {
                finished.append(last.run)
            }
        }
        var actionCount = 0
        for event in trace {
            switch event.kind {
            case .script(let isIncluded):
                if !isIncluded { while !open.isEmpty { close(&open) } }
                open.append((ScriptRun(name: event.script), 0))
                continue
            case .resumed:
                if open.count > 1 { close(&open) }
                continue
            default: break
            }
            guard let index = open.indices.last else { continue }
            open[index].offset = event.offset
            open[index].run.note(event, actionCount)
            if case .action = event.kind { actionCount += 1 }
        }
        while !open.isEmpty { close(&open) }
        return finished
    }

    private mutating func note(_ event: TraceEvent, _ actionCount: Int) {
        if case .failure(let message) = event.kind { failure = (event.offset, message) }
        if case .action = event.kind { actions.append((event.offset, actionCount)) }
        events[event.offset, default: []].append(event.kind)
    }

    func tests(at offset: Int) -> [TestTrace] {
        (events[offset] ?? []).compactMap { if case .test(let test) = $0 { test } else { nil } }
    }

    func wasExecuted(at offset: Int) -> Bool {
        events[offset]?.contains { if case .command = $0 { true } else { false } } == true
    }

    func values(at offset: Int) -> [TracedText] {
        (events[offset] ?? []).compactMap { if case .variable(let value) = $0 { value } else { nil } }
    }

    func notes(at offset: Int) -> [String] {
        (events[offset] ?? []).compactMap { if case .note(let note) = $0 { note } else { nil } }
    }

    func actions(at offset: Int) -> [Int] { actions.filter { $0.offset == offset }.map(\.number) }

    func includedRuns(at offset: Int) -> [ScriptRun] {
        included.filter { $0.offset == offset }.map(\.run)
    }
}
