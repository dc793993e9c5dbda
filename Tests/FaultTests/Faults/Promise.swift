import Foundation

/// What has to hold after a run, whatever went wrong in it. Everything is found out by comparing bytes.
struct Promise: Sendable {
    let scenario: Scenario
    let world: World
    let inputs: [String]

    /// Adds to `problems` what the promise says and the run did not keep.
    ///
    /// - Parameter after: what there was right after the run. What follows here are clean runs.
    func judge(_ ended: Ended, _ after: Holdings, _ problems: inout [String]) throws {
        if !after.damaged.isEmpty { problems.append("C2: visible and not whole: \(after.damaged)") }
        switch scenario.kind {
        case .delivery: try judgeDelivery(ended, after, &problems)
        case .sweep: try judgeSweep(after, &problems)
        }
    }

    func expectDone(_ after: Holdings, _ problems: inout [String]) {
        if after.copies != scenario.copies || after.sent != scenario.sent {
            problems.append("an interruption was not ridden out: \(after)")
        }
    }

    private func judgeDelivery(_ ended: Ended, _ after: Holdings, _ problems: inout [String]) throws {
        switch ended.status {
        case .exited(0):
            let drained = try drain(&problems)
            if drained.copies != scenario.copies || drained.sent != scenario.sent
                || drained.started > max(scenario.sent.count, 1)
            {
                expectAtMostTwice(drained, after, "C1: after exit 0", &problems)
            }
        case .exited(75):
            if !after.isEmpty { problems.append("C4: exit 75 left \(after) behind") }
            try deliverAgain(&problems)
            let drained = try drain(&problems)
            if drained.copies != scenario.copies || drained.sent != scenario.sent {
                problems.append("C4: after exit 75 and once more there is \(drained)")
            }
        default:
            try deliverAgain(&problems)
            expectOnceOrTwice(try drain(&problems), after, "C4: killed, and once more", &problems)
        }
    }

    private func judgeSweep(_ after: Holdings, _ problems: inout [String]) throws {
        try world.readNewMail()
        let drained = try drain(&problems)
        if drained.copies != scenario.copies || drained.sent != scenario.sent {
            expectAtMostTwice(drained, after, "C4: after the sweep and a clean one", &problems)
        }
    }

    /// Each Maildir copy once; what leaves the machine once, and twice only if it was under way when the
    /// fault struck.
    private func expectAtMostTwice(
        _ drained: Holdings, _ after: Holdings, _ what: String, _ problems: inout [String]
    ) {
        let mayRepeat = after.started > 0
        let sentRightly = scenario.sent.allSatisfy { name, count in
            let got = drained.sent[name] ?? 0
            return got == count || (mayRepeat && got == count + 1)
        }
        if drained.copies != scenario.copies || !sentRightly || !drained.damaged.isEmpty {
            problems.append("\(what) there is \(drained); right after the fault there was \(after)")
        }
    }

    /// The killed run may have stored it, and the transfer agent's next one has. What was with sendmail
    /// already, and not yet in the journal, goes once more.
    private func expectOnceOrTwice(
        _ drained: Holdings, _ after: Holdings, _ what: String, _ problems: inout [String]
    ) {
        let right =
            scenario.copies.allSatisfy { (1...2).contains(drained.copies[$0.key] ?? 0) }
            && scenario.sent.allSatisfy {
                (1...(after.started > 0 ? 3 : 2)).contains(drained.sent[$0.key] ?? 0)
            }
            && drained.copies.count == scenario.copies.count && drained.damaged.isEmpty
        if !right { problems.append("\(what) there is \(drained)") }
    }

    /// The transfer agent tries again.
    private func deliverAgain(_ problems: inout [String]) throws {
        let ended = try scenario.run(world, inputs).run()
        if ended.status != .exited(0) { problems.append("C4: once more: \(ended.status) \(ended.errorText)") }
    }

    /// A clean sweep, for which nothing is in the way any more; nothing waits after it.
    private func drain(_ problems: inout [String]) throws -> Holdings {
        let ended = try world.sweep(scenario.kind == .sweep ? scenario.sweepOptions : []).run()
        if ended.status != .exited(0) { problems.append("a clean sweep: \(ended.status) \(ended.errorText)") }
        let holdings = world.holdings(scenario.messages)
        if holdings.queued + holdings.held + holdings.corrupt > 0 {
            problems.append("entries remain after a clean sweep: \(holdings)")
        }
        return holdings
    }
}
