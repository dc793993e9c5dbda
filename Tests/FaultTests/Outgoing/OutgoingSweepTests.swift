import Foundation
import Testing

extension FaultSuite {
    /// What the network takes is not lost, and not doubled without need, wherever a sweep ends.
    ///
    /// With `FAULTS=all` in the environment every fault is tried; else of each scenario a number of them, evenly.
    @Suite("a sweep that sends is ended anywhere", .serialized)
    struct OutgoingSweepTests {
        private static let isThorough = ProcessInfo.processInfo.environment["FAULTS"] == "all"

        @Test("killed at any system call:", arguments: OutgoingScenario.all)
        func killed(_ scenario: OutgoingScenario) throws {
            try withScratch { scratch in
                try sweep(scenario, scratch, "killed", limit: 100) { launch, trace, stopAt in
                    let ended = try launch.under(stopAt, ["0", "KILL", trace]).run()
                    return (ended, Self.calls(trace).indices.map { .kill($0 + 1) })
                }
            }
        }

        @Test("any system call fails:", arguments: OutgoingScenario.all)
        func failed(_ scenario: OutgoingScenario) throws {
            try withScratch { scratch in
                try sweep(scenario, scratch, "failed", limit: 100) { launch, trace, stopAt in
                    let ended = try launch.under(stopAt, ["0", "\(EIO)", trace]).run()
                    let blows = Self.calls(trace).enumerated().flatMap { number, call in
                        Errno.possible(call.name, isSocket: call.isSocket).map {
                            OutgoingCase.Blow.error(number + 1, call: call.name, $0)
                        }
                    }
                    return (ended, blows)
                }
            }
        }

        private typealias Blows = (ended: Ended, all: [OutgoingCase.Blow])

        private func sweep(
            _ scenario: OutgoingScenario, _ scratch: ScratchDirectory, _ what: String, limit: Int,
            _ list: (Launch, _ trace: String, _ stopAt: String) throws -> Blows
        ) throws {
            let begin = Date()
            let stopAt = try Instrument.stopAt(in: scratch)
            let first = try Sink(scratch, "first", plan: OutgoingWorld.plan)
            defer { first.stop() }
            let second = try Sink(scratch, "second", plan: OutgoingWorld.plan)
            defer { second.stop() }
            let make: @Sendable (String) throws -> OutgoingCase = { label in
                let world = try OutgoingWorld(
                    scenario, "\(scratch.path)/\(label)", label: label, (first, second))
                return OutgoingCase(
                    scenario: scenario, world: world, sinks: (first, second), stopAt: stopAt)
            }

            let clean = try make("clean").world
            Thread.sleep(forTimeInterval: scenario.age)
            let (ended, all) = try list(try clean.sweep(.faulty), clean.trace, stopAt)
            try #require(ended.status == .exited(0), "without a fault: \(ended.status) \(ended.errorText)")
            let sent = first.taken("clean").map(\.to)
            try #require(
                Set(sent).isSubset(of: scenario.recipients.map(clean.named)) && !sent.isEmpty
                    && (scenario.isReleased || sent.count == scenario.recipients.count),
                "without a fault: \(sent)")

            let blows = Self.isThorough ? all : Self.sample(all, limit)
            let cases = inParallel(blows.count) { index in Result { try make("w\(index)") } }
            Thread.sleep(forTimeInterval: scenario.age)
            let verdicts = inParallel(cases.count) { index in
                switch cases[index] {
                case .failure(let error): return OutgoingCase.Verdict(problems: ["\(error)"])
                case .success(let faulty):
                    let verdict = faulty.judge(blows[index])
                    faulty.world.remove()
                    return verdict
                }
            }
            report("\(what), \(scenario.name)", blows, all.count, verdicts, Date().timeIntervalSince(begin))
        }

        private func report(
            _ what: String, _ blows: [OutgoingCase.Blow], _ all: Int, _ verdicts: [OutgoingCase.Verdict],
            _ seconds: Double
        ) {
            let missed = verdicts.count { !$0.isReached && $0.problems.isEmpty }
            print(
                "\(what): \(blows.count) of \(all) cases, \(missed) not reached,",
                "\(verdicts.reduce(0) { $0 + $1.doubled }) mails doubled, \(String(format: "%.1f", seconds)) s"
            )
            // What threads do varies a little from run to run.
            #expect(missed <= blows.count / 10 + 3, "\(missed) of \(blows.count) were never reached")
            let failed = zip(blows, verdicts).filter { !$1.problems.isEmpty }
            let texts = failed.prefix(30).map { "\($0): \($1.problems.joined(separator: "; "))" }
            #expect(
                failed.isEmpty,
                "\(what): \(failed.count) of \(blows.count) cases break the promise:\n\(texts.joined(separator: "\n"))"
            )
        }

        private static func sample(_ all: [OutgoingCase.Blow], _ limit: Int) -> [OutgoingCase.Blow] {
            guard all.count > limit else { return all }
            return (0..<limit).map { all[$0 * all.count / limit] }
        }

        /// What `stop-at` has counted.
        private static func calls(_ trace: String) -> [(name: String, isSocket: Bool)] {
            String(decoding: contents(of: trace), as: UTF8.self).split(separator: "\n").map { line in
                let words = line.split(separator: " ", maxSplits: 3)
                return (
                    words.count > 2 ? String(words[2]) : "", words.count > 3 && words[3].hasPrefix("socket:")
                )
            }
        }
    }
}
