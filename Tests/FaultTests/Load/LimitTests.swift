import Foundation
import Testing

extension FaultSuite {
    /// Resource limits of the process that the transfer agent starts.
    @Suite("under limits")
    struct LimitTests {
        struct Limit: Sendable, CustomTestStringConvertible {
            let option: String
            var mustDeliver = false
            var testDescription: String { option }
        }

        static let limits: [Limit] =
            [0, 1, 2, 3, 4, 5, 6, 7].map { Limit(option: "--nofile=\($0)") }
            + [Limit(option: "--nofile=8", mustDeliver: true)]
            + [0, 1, 100, 1024, 2047, 4096, 65_536, 300_000].map { Limit(option: "--fsize=\($0)") }
            + [0, 64, 128, 256, 1024].map { Limit(option: "--stack=\($0 << 10)") }
            + [0, 64, 256, 1024, 4096, 16_384].map { Limit(option: "--data=\($0 << 10)") }
            + [0, 1].map { Limit(option: "--nproc=\($0)") }
            + [0].map { Limit(option: "--memlock=\($0)") }

        static let scenarios = Scenario.all.filter { $0.kind == .delivery }

        @Test("the promise holds", arguments: limits)
        func promiseHolds(_ limit: Limit) throws {
            guard try Self.canStart(limit.option) else {
                print("\(limit.option): no program can be started")
                return
            }
            try withScratch { scratch in
                for (number, scenario) in Self.scenarios.enumerated() {
                    // What is stored at once takes little; the spool may need more, and 75 is true then.
                    let mustDeliver = limit.mustDeliver && scenario.sent.isEmpty && !scenario.isFull
                    let problems = try Self.problems(
                        scenario, limit.option, "\(scratch.path)/\(number)", mustDeliver: mustDeliver)
                    #expect(problems.isEmpty, "\(scenario.name): \(problems.joined(separator: "; "))")
                }
            }
        }

        /// From less than the program itself takes, which no program survives, to enough.
        @Test("the promise holds with whatever address space the program can start in")
        func addressSpace() throws {
            try withScratch { scratch in
                var statuses: [String] = []
                for (number, megabytes) in [1, 2, 4, 8, 12, 16, 20, 24, 28, 32, 40, 48, 64, 96, 128, 256]
                    .enumerated()
                {
                    let option = "--as=\(megabytes << 20)"
                    let starts = try Self.canStart(option)
                    statuses.append("\(megabytes) MB: \(starts ? "yes" : "no")")
                    if !starts { continue }
                    for (other, scenario) in Self.scenarios.enumerated() {
                        let problems = try Self.problems(
                            scenario, option, "\(scratch.path)/\(number)-\(other)",
                            mustDeliver: megabytes >= 256)
                        #expect(
                            problems.isEmpty,
                            "\(option), \(scenario.name): \(problems.joined(separator: "; "))")
                    }
                }
                print("postmaster can be started with an address space of", statuses.joined(separator: ", "))
                #expect(statuses.last?.hasSuffix("yes") == true)
            }
        }

        /// False where the kernel or libc ends the program before its first instruction.
        private static func canStart(_ option: String) throws -> Bool {
            let probe = try Launch(try Binaries.path(of: "postmaster"), ["--version"]).under(
                "/usr/bin/prlimit", [option]
            ).run()
            if case .signalled = probe.status { return false }
            return true
        }

        private static func problems(
            _ scenario: Scenario, _ option: String, _ root: String, mustDeliver: Bool
        ) throws -> [String] {
            let input = "\(root).message"
            try scenario.messages[0].original.write(to: URL(fileURLWithPath: input))
            let world = try scenario.prepare(root, [input])
            let ended = try scenario.run(world, [input]).under("/usr/bin/prlimit", [option]).run()
            var problems: [String] = []
            guard ended.status == .exited(0) || ended.status == .exited(75) else {
                return ["C3: the status is \(ended.status) \(ended.errorText)"]
            }
            if mustDeliver, ended.status != .exited(0) {
                problems.append("not delivered: \(ended.errorText)")
            }
            let promise = Promise(scenario: scenario, world: world, inputs: [input])
            try promise.judge(ended, world.holdings(scenario.messages), &problems)
            if !problems.isEmpty { problems.append("\(ended.status) \(ended.errorText)") }
            return problems
        }
    }
}
