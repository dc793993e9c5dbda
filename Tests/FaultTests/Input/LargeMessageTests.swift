import Foundation
import Testing

extension FaultSuite {
    /// Memory does not grow with the message.
    @Suite("a very large message", .serialized)
    struct LargeMessageTests {
        enum Source: String, Sendable, CaseIterable, CustomTestStringConvertible {
            case file = "a file"
            case pipe = "a pipe"
            var testDescription: String { rawValue }
        }

        @Test(
            "is delivered in less than 32 MiB of memory, mapped files aside, from", arguments: Source.allCases
        )
        func memory(_ source: Source) throws {
            try withScratch(.disk) { scratch in
                let free =
                    try FileManager.default.attributesOfFileSystem(forPath: scratch.path)[.systemFreeSize]
                    as? Int ?? 0
                let size = free > 6 << 30 ? 1 << 30 : 256 << 20
                let world = try World("\(scratch.path)/world")
                let input = try Self.message(scratch, size: size)
                var launch = try world.delivery(of: input)
                launch.seconds = 150
                var feeding: Running?
                if source == .pipe {
                    launch.input = "\(scratch.path)/pipe"
                    guard unsafe mkfifo(launch.input, 0o600) == 0 else { throw FileError("mkfifo") }
                    var feeder = Launch(
                        "/bin/dd", ["bs=1M", "status=none", "if=\(input)", "of=\(launch.input)"])
                    feeder.seconds = 150
                    feeding = try feeder.start()
                }
                let begin = Date()
                // Whatever the kernel counts as the process's own data, sampled or not, stays below the
                // limit, or the run fails.
                let running = try launch.under("/usr/bin/prlimit", ["--data=\(32 << 20)"]).start()
                let sampler = MemorySampler(running.process)
                let ended = running.wait()
                let peak = sampler.finish()
                _ = feeding?.wait()
                print(
                    "\(size >> 20) MB from \(source.rawValue): \(peak) KiB of anonymous memory at the most,",
                    "\(String(format: "%.1f", Date().timeIntervalSince(begin))) s")
                #expect(ended.status == .exited(0), "\(ended.status) \(ended.errorText)")
                #expect(peak > 0 && peak < 32 << 10)
                let files = names(in: "\(world.mail)/new")
                try #require(files.count == 1)
                let skip = SampleMessage.traceFields.utf8.count
                let compared = try Launch(
                    "/usr/bin/cmp", ["-i", "\(skip):0", "\(world.mail)/new/\(files[0])", input]
                ).run()
                #expect(compared.status == .exited(0), "\(String(decoding: compared.output, as: UTF8.self))")
                #expect(names(in: "\(world.mail)/tmp").isEmpty)
            }
        }

        /// A header, a hole, and an end: nearly nothing on the disk.
        private static func message(_ scratch: ScratchDirectory, size: Int) throws -> String {
            let path = try scratch.file("message", Data("From: a@example.org\nSubject: large\n\n".utf8))
            let handle = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
            defer { try? handle.close() }
            try handle.truncate(atOffset: UInt64(size))
            try handle.seekToEnd()
            try handle.write(contentsOf: Data("the end\n".utf8))
            return path
        }
    }
}

/// Asks the kernel, again and again, how much memory of its own a process has.
private final class MemorySampler: @unchecked Sendable {
    private let lock = NSLock()
    private var isFinished = false
    private var peak = 0
    private let done = DispatchSemaphore(value: 0)

    init(_ process: pid_t) {
        Thread.detachNewThread { [self] in
            while !lock.withLock({ isFinished }) {
                let status = String(decoding: contents(of: "/proc/\(process)/status"), as: UTF8.self)
                if let line = status.split(separator: "\n").first(where: { $0.hasPrefix("RssAnon:") }),
                    let value = Int(line.dropFirst(8).filter(\.isNumber))
                {
                    lock.withLock { peak = max(peak, value) }
                }
                Thread.sleep(forTimeInterval: 0.003)
            }
            done.signal()
        }
    }

    /// KiB.
    func finish() -> Int {
        lock.withLock { isFinished = true }
        done.wait()
        return lock.withLock { peak }
    }
}
