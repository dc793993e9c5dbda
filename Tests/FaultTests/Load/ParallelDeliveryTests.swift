import Foundation
import Testing

extension FaultSuite {
    /// Many deliveries into one folder at the same time.
    @Suite("many deliveries at once")
    struct ParallelDeliveryTests {
        /// All of them are started by one shell, which waits for none before the last is under way.
        private static let startAll = """
            inputs=$1; count=$2; shift 2; n=0
            while [ $n -lt $count ]; do
              ( "$@" < "$inputs/$n" 2> "$inputs/$n.errors"; echo $? > "$inputs/$n.status" ) &
              n=$((n + 1))
            done
            wait
            """

        private func deliverAtOnce(
            _ count: Int, _ scratch: ScratchDirectory, _ world: World, through wrapper: [String] = []
        ) throws -> [SampleMessage] {
            let inputs = try scratch.directory("inputs")
            let messages = (0..<count).map { SampleMessage(number: $0, size: 1500 + $0 % 700) }
            for (number, message) in messages.enumerated() {
                try message.original.write(to: URL(fileURLWithPath: "\(inputs)/\(number)"))
            }
            let one = try world.delivery(of: "/dev/null")
            var launch = Launch(
                "/bin/sh", ["-c", Self.startAll, "sh", inputs, "\(count)"] + wrapper + [one.program])
            launch.arguments += one.arguments
            launch.seconds = 120
            let running = try launch.start()
            let watcher = FolderWatcher("\(world.mail)/.Work/new", messages)
            let ended = running.wait()
            let partial = watcher.finish()
            #expect(ended.status == .exited(0), "\(ended.errorText)")
            #expect(partial.isEmpty, "partial while they ran: \(partial.prefix(5))")
            let failed = (0..<count).filter { contents(of: "\(inputs)/\($0).status") != Data("0\n".utf8) }
            let said = failed.prefix(5).map {
                String(decoding: contents(of: "\(inputs)/\($0).errors"), as: UTF8.self)
            }
            #expect(failed.isEmpty, "\(failed.count) deliveries failed: \(said)")
            return messages
        }

        private func expectOneOfEach(_ messages: [SampleMessage], _ world: World) {
            let holdings = world.holdings(messages)
            #expect(holdings.damaged.isEmpty, "\(holdings.damaged.prefix(5))")
            #expect(holdings.copies.count == messages.count && holdings.copies.values.allSatisfy { $0 == 1 })
            #expect(holdings.litter == 0 && holdings.queued == 0)
        }

        @Test("500 deliveries into one folder are 500 whole, distinct files")
        func fiveHundred() throws {
            try withScratch { scratch in
                // The folder is not there yet: all of them want to make it.
                let world = try World(
                    "\(scratch.path)/world", script: "require \"fileinto\";\nfileinto \"Work\";\n")
                expectOneOfEach(try deliverAtOnce(500, scratch, world), world)
            }
        }

        @Test("deliveries that have the same process id do not get in each other's way")
        func sameProcessID() throws {
            let options = ["-p", "-f"]
            let probe = try Launch("/usr/bin/unshare", options + ["/bin/true"]).run()
            guard probe.status == .exited(0) else {
                print("skipped: no namespaces of process ids here (\(probe.errorText))")
                return
            }
            try withScratch { scratch in
                let world = try World(
                    "\(scratch.path)/world", script: "require \"fileinto\";\nfileinto \"Work\";\n")
                expectOneOfEach(
                    try deliverAtOnce(150, scratch, world, through: ["/usr/bin/unshare"] + options), world)
            }
        }

        @Test("ten sweeps at once deliver each entry once")
        func sweepsAtOnce() throws {
            try withScratch { scratch in
                let world = try World("\(scratch.path)/world")
                try world.fill()
                let messages = (0..<40).map { SampleMessage(number: $0, size: 2000) }
                for message in messages {
                    let input = try scratch.file("input", message.original)
                    let ended = try world.delivery(of: input, Scenario.full).run()
                    #expect(ended.status == .exited(0), "\(ended.errorText)")
                }
                let sweep = try world.sweep()
                let statuses = inParallel(10, width: 10) { _ in (try? sweep.run().status) ?? .hung }
                #expect(statuses.allSatisfy { $0 == .exited(0) }, "\(statuses)")
                let last = try sweep.run()
                #expect(last.status == .exited(0), "\(last.errorText)")
                expectOneOfEach(messages, world)
            }
        }
    }
}

/// Looks again and again at every file that is visible in a directory, until it is told to finish.
private final class FolderWatcher: @unchecked Sendable {
    private let lock = NSLock()
    private var isFinished = false
    private var partial: [String] = []
    private let done = DispatchSemaphore(value: 0)

    init(_ directory: String, _ messages: [SampleMessage]) {
        let whole = Set(messages.map(\.delivered))
        Thread.detachNewThread { [self] in
            var seen: Set<String> = []
            while !lock.withLock({ isFinished }) {
                for name in names(in: directory) where seen.insert(name).inserted {
                    if !whole.contains(contents(of: "\(directory)/\(name)")) {
                        lock.withLock { partial.append(name) }
                    }
                }
                Thread.sleep(forTimeInterval: 0.002)
            }
            done.signal()
        }
    }

    /// What was visible and not whole.
    func finish() -> [String] {
        lock.withLock { isFinished = true }
        done.wait()
        return lock.withLock { partial }
    }
}
