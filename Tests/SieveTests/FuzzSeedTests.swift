import FuzzSupport
import Platform
import Testing

/// What the fuzzers begin with, and what they have found: `fixtures/fuzz`.
@Suite struct FuzzSeedTests {
    private static let directory =
        #filePath.split(separator: "/", omittingEmptySubsequences: false).dropLast(3).joined(separator: "/")
        + "/fixtures/fuzz/"

    private static func seeds(_ name: String) throws -> [[UInt8]] {
        let path = directory + name
        return try Directory(opening: path).names().sorted().map { file in
            try OwnedFileDescriptor(reading: path + "/" + file).readAll(limit: 1 << 20, path: file)
        }
    }

    struct Fuzzer: Sendable, CustomTestStringConvertible {
        let name: String
        /// There are more seeds than this.
        let least: Int
        let check: @Sendable ([UInt8]) -> Void

        var testDescription: String { name }
    }

    @Test(
        "the seeds of a fuzzer do no harm",
        arguments: [
            Fuzzer(name: "compiler", least: 10) { FuzzChecks.compiler($0) },
            Fuzzer(name: "interpreter", least: 10) { FuzzChecks.interpreter($0) },
            Fuzzer(name: "session", least: 10) { FuzzChecks.session($0) },
            Fuzzer(name: "scanners", least: 20) { FuzzChecks.scanners($0) },
            Fuzzer(name: "attachments", least: 20) { FuzzChecks.attachments($0) },
            Fuzzer(name: "archives", least: 20) { FuzzChecks.archives($0) },
        ])
    func seeds(fuzzer: Fuzzer) throws {
        let seeds = try Self.seeds(fuzzer.name)
        #expect(seeds.count > fuzzer.least)
        for seed in seeds { fuzzer.check(seed) }
    }
}
