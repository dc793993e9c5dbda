import Foundation
import Testing

/// Tests that start many programs run one after the other; within one, several programs run at a time.
@Suite("Faults", .serialized)
struct FaultSuite {}

extension FaultSuite {
    @Suite("every system call fails, and every system call is the last", .serialized)
    struct FaultSweepTests {
        @Test("the promise holds whatever fails in", arguments: Scenario.all)
        func promiseHolds(_ scenario: Scenario) throws {
            try withScratch { scratch in try sweep(scenario, scratch) }
        }

        private func sweep(_ scenario: Scenario, _ scratch: ScratchDirectory) throws {
            let begin = Date()
            let inputs = try scenario.messages.enumerated().map {
                try scratch.file("message\($0.offset)", $0.element.original)
            }

            let clean = try scenario.prepare("\(scratch.path)/clean", inputs)
            Thread.sleep(forTimeInterval: scenario.age)
            let (list, ended) = try FaultList.watched(scenario.run(clean, inputs), trace: clean.trace)
            try #require(ended.status == .exited(0), "without a fault: \(ended.status) \(ended.errorText)")
            #expect(list.unknown.isEmpty, "FaultTable does not say how these fail: \(list.unknown.sorted())")
            try expectAll(scenario, clean, "without a fault")

            let worlds = inParallel(list.faults.count) { index in
                Result { try scenario.prepare("\(scratch.path)/\(index)", inputs) }
            }
            Thread.sleep(forTimeInterval: scenario.age)
            let verdicts = inParallel(worlds.count) { index -> FaultCase.Verdict in
                switch worlds[index] {
                case .failure(let error): return FaultCase.Verdict(problems: ["\(error)"])
                case .success(let world):
                    let fault = list.faults[index]
                    let verdict = FaultCase(
                        scenario: scenario, fault: fault, world: world, inputs: inputs,
                        startsPrograms: list.startsPrograms
                    ).judge()
                    world.remove()
                    return verdict
                }
            }
            report(scenario, list, verdicts, seconds: Date().timeIntervalSince(begin))
        }

        private func expectAll(_ scenario: Scenario, _ world: World, _ what: String) throws {
            let swept = try world.sweep(scenario.kind == .sweep ? scenario.sweepOptions : []).run()
            #expect(swept.status == .exited(0), "\(swept.errorText)")
            let holdings = world.holdings(scenario.messages)
            #expect(
                holdings.copies == scenario.copies && holdings.sent == scenario.sent, "\(what): \(holdings)")
            #expect(holdings.damaged.isEmpty && holdings.queued == 0, "\(what): \(holdings)")
        }

        private func report(
            _ scenario: Scenario, _ list: FaultList, _ verdicts: [FaultCase.Verdict], seconds: Double
        ) {
            let kills = list.faults.count { $0.isKill }
            let missed = zip(list.faults, verdicts).filter { $1.struck == nil && $1.problems.isEmpty }.map {
                "\($0.0)"
            }
            let littered = verdicts.count { $0.litter > 0 }
            print(
                "\(scenario.name): \(list.callCount) system calls, \(list.faults.count) cases (\(kills) kills), \(missed.count) not reached,",
                "\(littered) left a file in tmp/, \(String(format: "%.1f", seconds)) s; errors left out:",
                list.excluded.sorted { $0.key < $1.key }.map { "\($0.key) \($0.value)" }.joined(
                    separator: ", "))
            #expect(missed.count <= list.faults.count / 15, "these were never reached: \(missed.prefix(20))")
            let failed = zip(list.faults, verdicts).filter { !$1.problems.isEmpty }
            let texts = failed.prefix(60).map { fault, verdict in
                "\(fault) [\(verdict.struck ?? "not reached")]: \(verdict.problems.joined(separator: "; "))"
            }
            if !failed.isEmpty {
                Issue.record(
                    "\(scenario.name): \(failed.count) of \(list.faults.count) cases break the promise:\n\(texts.joined(separator: "\n"))"
                )
            }
        }
    }
}
