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

    @Test("the seeds of the compiler's fuzzer do no harm")
    func compiler() throws {
        let seeds = try Self.seeds("compiler")
        #expect(seeds.count > 10)
        for seed in seeds { FuzzChecks.compiler(seed) }
    }

    @Test("the seeds of the interpreter's fuzzer do no harm, and most of them run")
    func interpreter() throws {
        let seeds = try Self.seeds("interpreter")
        #expect(seeds.count > 10)
        for seed in seeds { FuzzChecks.interpreter(seed) }
    }

    @Test("the seeds of the session's fuzzer do no harm")
    func session() throws {
        let seeds = try Self.seeds("session")
        #expect(seeds.count > 10)
        for seed in seeds { FuzzChecks.session(seed) }
    }

    @Test("the seeds of the scanners' fuzzer do no harm")
    func scanners() throws {
        let seeds = try Self.seeds("scanners")
        #expect(seeds.count > 20)
        for seed in seeds { FuzzChecks.scanners(seed) }
    }

    @Test("the seeds of the attachments' fuzzer do no harm")
    func attachments() throws {
        let seeds = try Self.seeds("attachments")
        #expect(seeds.count > 20)
        for seed in seeds { FuzzChecks.attachments(seed) }
    }

    @Test("the seeds of the archives' fuzzer do no harm")
    func archives() throws {
        let seeds = try Self.seeds("archives")
        #expect(seeds.count > 20)
        for seed in seeds { FuzzChecks.archives(seed) }
    }
}
