import Foundation
import Glibc

/// One sweep with one fault in it, and what has to hold afterwards.
///
/// What the first sink took stands in its record, whatever was killed; a recipient gets a message from both sinks
/// only if, right after the fault, the journal did not say yet that he had it.
struct OutgoingCase: Sendable {
    /// At which call, counted as ``Instrument`` counts, and what happens there.
    enum Blow: Sendable, CustomStringConvertible {
        /// SIGKILL before the call.
        case kill(Int)
        /// The call fails.
        case error(Int, call: String, Errno)

        var description: String {
            switch self {
            case .kill(let number): "killed before call \(number)"
            case .error(let number, let call, let error): "call \(number), \(call), fails with \(error)"
            }
        }

        /// What `stop-at` is told.
        var words: [String] {
            switch self {
            case .kill(let number): ["\(number)", "KILL"]
            case .error(let number, _, let error): ["\(number)", "\(error.rawValue)"]
            }
        }

        var number: Int {
            switch self {
            case .kill(let number), .error(let number, _, _): number
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
            let ended = try world.sweep(.faulty).under(stopAt, blow.words + [world.trace]).run()
            let calls = contents(of: world.trace).count { $0 == 10 }
            verdict.isReached = calls >= blow.number
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

    private func judgeStatus(_ blow: Blow, _ ended: Ended, _ problems: inout [String]) {
        if case .kill = blow, ended.status == .signalled(SIGKILL) { return }
        // libdispatch, which ends NIO's threads, ends the process where it cannot read /proc/self/task: for mail that
        // is a kill like another.
        if case .error(_, "openat", _) = blow, ended.status == .signalled(SIGILL) { return }
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
        let lines = String(decoding: contents(of: world.trace), as: UTF8.self).split(separator: "\n")
        return " [\(lines.prefix(blow.number).suffix(3).joined(separator: " | "))]"
    }
}
