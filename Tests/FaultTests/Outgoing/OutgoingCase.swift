import Foundation
import Glibc

/// One sweep with one fault in it, and what has to hold afterwards.
///
/// What the first sink took stands in its record, whatever was killed; a recipient gets a message from both sinks
/// only if, right after the fault, the journal did not say yet that he had it.
struct OutgoingCase: Sendable {
    enum Blow: Sendable, CustomStringConvertible {
        /// SIGKILL before this call, of those that ``Instrument`` counts.
        case kill(Int)
        case fault(Fault)

        var description: String {
            switch self {
            case .kill(let number): "killed before call \(number)"
            case .fault(let fault): "\(fault)"
            }
        }
    }

    struct Verdict: Sendable {
        var problems: [String] = []
        /// Whether the run came to the fault.
        var isReached = false
        var doubled = 0
    }

    let scenario: OutgoingScenario
    let world: OutgoingWorld
    let sinks: (first: Sink, second: Sink)
    let stopAt: String

    func judge(_ blow: Blow) -> Verdict {
        var verdict = Verdict()
        do {
            let ended = try strike(blow).run()
            verdict.isReached = isReached(blow, ended)
            judgeStatus(blow, ended, &verdict.problems)
            let pending = try world.pending()
            try finish(&verdict.problems)
            judgeMail(pending, &verdict)
            if !verdict.problems.isEmpty {
                verdict.problems.append("\(ended.status) \(ended.errorText)\(lastCalls(blow))")
            }
        } catch {
            verdict.problems.append("\(error)")
        }
        return verdict
    }

    private func strike(_ blow: Blow) throws -> Launch {
        let sweep = try world.sweep(.faulty)
        switch blow {
        case .kill(let number): return sweep.under(stopAt, ["\(number)", world.trace])
        case .fault(let fault): return try fault.strike(sweep, trace: world.trace, startsPrograms: false)
        }
    }

    private func isReached(_ blow: Blow, _ ended: Ended) -> Bool {
        switch blow {
        case .kill: ended.status == .signalled(SIGKILL)
        case .fault: contents(of: world.trace).range(of: Data("(INJECTED)".utf8)) != nil
        }
    }

    private func judgeStatus(_ blow: Blow, _ ended: Ended, _ problems: inout [String]) {
        if case .kill = blow, ended.status == .signalled(SIGKILL) { return }
        // postmaster-retry says with 1 that a person should look.
        if ![.exited(0), .exited(1), .exited(75)].contains(ended.status) {
            problems.append("the status is \(ended.status)")
        }
    }

    /// Clean sweeps, until nothing is left.
    private func finish(_ problems: inout [String]) throws {
        for stage in scenario.isReleased ? [OutgoingWorld.Stage.clean, .released] : [.clean] {
            for _ in 0..<3 {
                let ended = try world.sweep(stage).run()
                if ended.status != .exited(0) {
                    problems.append("a clean sweep: \(ended.status) \(ended.errorText)")
                }
                if world.entries().isEmpty || stage == .clean && scenario.isReleased { break }
            }
        }
        let left = world.entries()
        if !left.isEmpty { problems.append("left in the spool: \(left)") }
    }

    private func judgeMail(_ pending: Set<String>, _ verdict: inout Verdict) {
        let first = sinks.first.taken(world.label)
        let second = sinks.second.taken(world.label)
        let wanted = Set(scenario.recipients.map(world.named))
        for recipient in wanted.union(first.map(\.to)).union(second.map(\.to)).sorted() {
            let before = first.count { $0.to == recipient }
            let after = second.count { $0.to == recipient }
            let isDoubled = before == 1 && after == 1
            verdict.doubled += isDoubled ? 1 : 0
            if !wanted.contains(recipient) {
                verdict.problems.append("\(recipient) got \(before) and \(after)")
            } else if before + after == 0 {
                verdict.problems.append("\(recipient) got nothing")
            } else if isDoubled && !pending.contains(recipient) {
                verdict.problems.append(
                    "\(recipient) got it again though it was done; open was \(pending.sorted())")
            } else if before > 1 || after > 1 {
                verdict.problems.append("\(recipient) got \(before), and then \(after)")
            }
        }
        let sender = world.named(OutgoingScenario.sender)
        for taken in first + second where taken.to != sender && !world.isWhole(taken.message) {
            verdict.problems.append("\(taken.to) got another message: \(taken.message.prefix(300))")
        }
        let stored = world.stored()
        if stored.damaged > 0 || stored.whole != scenario.stored {
            verdict.problems.append("the Maildir holds \(stored)")
        }
    }

    private func lastCalls(_ blow: Blow) -> String {
        let lines = String(decoding: contents(of: world.trace), as: UTF8.self).split(separator: "\n").suffix(
            3)
        return " [\(lines.joined(separator: " | "))]"
    }
}
