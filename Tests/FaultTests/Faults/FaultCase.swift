import Foundation

/// One run with one fault in it, judged by the promise.
struct FaultCase: Sendable {
    let scenario: Scenario
    let fault: Fault
    let world: World
    let inputs: [String]
    let startsPrograms: Bool

    struct Verdict: Sendable {
        var problems: [String] = []
        /// The call that was struck, as strace saw it; nil if the run did not come to it.
        var struck: String?
        /// Files that were left in a `tmp/` though nothing killed the process.
        var litter = 0
    }

    func judge() -> Verdict {
        var verdict = Verdict()
        do {
            let ended = try fault.strike(
                scenario.run(world, inputs), trace: world.trace, startsPrograms: startsPrograms
            ).run()
            try waitForSendmail()
            let log = String(decoding: contents(of: world.trace), as: UTF8.self)
            verdict.struck = log.split(separator: "\n").last {
                $0.contains("(INJECTED)") || (fault.isKill && $0.contains("= ?"))
            }
            .map(String.init)
            let after = world.holdings(scenario.messages)
            verdict.litter = fault.isKill ? 0 : after.litter
            try judgeStatus(ended, after, struck: verdict.struck, &verdict.problems)
            let promise = Promise(
                scenario: expected(after: ended, verdict.struck), world: world, inputs: inputs)
            if fault.isInterruption, scenario.kind == .sweep { promise.expectDone(after, &verdict.problems) }
            try promise.judge(ended, after, &verdict.problems)
            if !verdict.problems.isEmpty { verdict.problems.append("\(ended.status) \(ended.errorText)") }
        } catch {
            verdict.problems.append("\(error)")
        }
        return verdict
    }

    /// A script that may not be read is a broken rule file, which delivers into INBOX (C5); one that cannot be
    /// read now is trouble that passes, and the rules hold.
    private func expected(after ended: Ended, _ struck: String?) -> Scenario {
        guard ended.status == .exited(0), let struck, struck.contains(world.script),
            [.error("EACCES"), .error("EROFS")].contains(fault.kind)
        else { return scenario }
        var plain = scenario
        plain.copies = Dictionary(uniqueKeysWithValues: scenario.messages.map { ("\($0.name)@INBOX", 1) })
        plain.sent = [:]
        return plain
    }

    private func judgeStatus(
        _ ended: Ended, _ after: Holdings, struck: String?, _ problems: inout [String]
    ) throws {
        let isKilled = fault.isKill && ended.status == .signalled(SIGKILL)
        // postmaster-retry says with 1 that a person should look.
        let isProblem = scenario.kind == .sweep && ended.status == .exited(1)
        guard isKilled || isProblem || ended.status == .exited(0) || ended.status == .exited(75) else {
            problems.append("C3: the status is \(ended.status)")
            return
        }
        guard struck != nil, ended.status != .exited(0) else { return }
        if fault.isInterruption { problems.append("an interruption was not ridden out") }
        if let struck, struck.contains("<\(world.log)>"), !isKilled {
            problems.append("C5: the log changed the status")
        }
    }

    /// A sendmail whose starter was killed goes on for a moment.
    private func waitForSendmail() throws {
        guard startsPrograms, fault.isKill else { return }
        let deadline = Date(timeIntervalSinceNow: 10)
        while Date() < deadline, Self.isRunning(world.sendmail) { usleep(1000) }
    }

    private static func isRunning(_ program: String) -> Bool {
        let wanted = Data(program.utf8)
        return names(in: "/proc").contains { name in
            name.first?.isNumber == true && contents(of: "/proc/\(name)/cmdline").range(of: wanted) != nil
        }
    }
}
