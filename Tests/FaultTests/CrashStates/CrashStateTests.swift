import Foundation
import Testing

extension FaultSuite {
    /// What was not synced is dropped: any of it, at any moment.
    @Suite("a crash at any moment", .serialized)
    struct CrashStateTests {
        static let scenarios = Scenario.all.filter {
            // What leaves the machine is not in the model.
            $0.sent.isEmpty
        }

        @Test("leaves nothing partial, and takes nothing that exit 0 promised:", arguments: scenarios)
        func crashKeepsPromise(_ scenario: Scenario) throws {
            try withScratch { scratch in try crash(scenario, scratch) }
        }

        private func crash(_ scenario: Scenario, _ scratch: ScratchDirectory) throws {
            let begin = Date()
            let inputs = try scenario.messages.enumerated().map {
                try scratch.file("message\($0.offset)", $0.element.original)
            }
            let world = try scenario.prepare("\(scratch.path)/world", inputs)
            var before = FileSystemModel()
            try before.load(world)
            let run = try scenario.run(world, inputs).under(
                try Binaries.strace(),
                [
                    "-f", "-qq", "-b", "execve", "-xx", "-s", "2000000", "-o", world.trace, "-e",
                    "signal=none", "-e", "trace=\(TraceReplay.calls)",
                ])
            let ended = try run.run()
            try #require(ended.status == .exited(0), "\(ended.status) \(ended.errorText)")

            let prefixes = try Self.prefixes(
                SystemCallTrace.calls(in: contents(of: world.trace)), world, before)
            let last = try #require(prefixes.last)
            let shape = CrashJudge.lastState(last)
            #expect(
                shape.sorted() == world.shape().sorted(), "the model and the file system differ after the run"
            )

            var generator = SeededGenerator(seed: 0x5eed)
            var examined = 0
            var problems: [String] = []
            var replayed: [(CrashState, isEnd: Bool)] = []
            for (number, model) in prefixes.enumerated() {
                let isEnd = number == prefixes.count - 1
                let states = model.crashStates(limit: 2000, using: &generator)
                examined += states.count
                for state in states {
                    problems += CrashJudge.partial(state, scenario.messages).map {
                        "after operation \(number): \($0)"
                    }
                }
                var seen: Set<[String]> = []
                let distinct = states.filter { seen.insert($0.signature).inserted }
                let sample = isEnd ? 150 : 25
                replayed +=
                    (distinct.count > sample
                    ? distinct.shuffled(using: &generator).prefix(sample) + [] : distinct).map { ($0, isEnd) }
            }
            problems += recover(replayed, scenario, world, inputs)
            print(
                "a crash in \(scenario.name): \(prefixes.count) moments, \(examined) states examined, \(replayed.count) of them recovered from,",
                "\(String(format: "%.1f", Date().timeIntervalSince(begin))) s")
            if !problems.isEmpty {
                Issue.record(
                    "\(scenario.name): \(problems.count) problems:\n\(problems.prefix(20).joined(separator: "\n"))"
                )
            }
        }

        /// The model after each operation, the untouched one first.
        private static func prefixes(
            _ calls: [SystemCall], _ world: World, _ before: FileSystemModel
        ) throws -> [FileSystemModel] {
            var replay = TraceReplay(root: world.root, model: before)
            var models = [before]
            for call in calls where try replay.replay(call) { models.append(replay.model) }
            return models
        }

        /// Puts each state on the disk, lets the programs find it, and looks at what they make of it.
        private func recover(
            _ states: [(CrashState, isEnd: Bool)], _ scenario: Scenario, _ world: World, _ inputs: [String]
        ) -> [String] {
            var problems: [String] = []
            for (state, isEnd) in states {
                do {
                    try state.materialise(world.root, replacing: ["mail", "spool"])
                    // The transfer agent was not told of a success: it delivers again.
                    if scenario.kind == .delivery, !isEnd {
                        let again = try scenario.run(world, inputs).run()
                        if again.status != .exited(0) {
                            problems.append("delivered again: \(again.status) \(again.errorText)")
                        }
                    }
                    let swept = try world.sweep().run()
                    let holdings = world.holdings(scenario.messages)
                    let isRight =
                        scenario.kind == .sweep || isEnd
                        ? holdings.copies == scenario.copies
                        : holdings.copies.count == scenario.copies.count
                            && holdings.copies.values.allSatisfy { (1...2).contains($0) }
                    if swept.status != .exited(0) || !isRight || !holdings.damaged.isEmpty
                        || holdings.queued > 0
                    {
                        problems.append(
                            "from \(state.files.map { "\($0.path) (\($0.contents.count))" }): \(swept.status) \(swept.errorText) \(holdings)"
                        )
                    }
                } catch {
                    problems.append("\(error)")
                }
            }
            return problems
        }
    }
}

/// What can be said of a state without running anything.
enum CrashJudge {
    /// Files in `new/` or `cur/` that are no whole message.
    static func partial(_ state: CrashState, _ messages: [SampleMessage]) -> [String] {
        state.files.compactMap { file in
            let parts = file.path.split(separator: "/")
            guard file.path.hasPrefix("mail/"), parts.count > 2,
                ["new", "cur"].contains(parts[parts.count - 2])
            else { return nil }
            let isWhole =
                file.contents == SampleMessage.ballast.original
                || messages.contains { $0.delivered == file.contents }
            return isWhole ? nil : "C2: \(file.path) is visible with \(file.contents.count) bytes"
        }
    }

    /// Mailboxes that hold a whole copy.
    static func copies(_ state: CrashState, _ message: SampleMessage) -> Int {
        state.files.count {
            ($0.path.contains("/new/") || $0.path.contains("/cur/")) && $0.contents == message.delivered
        }
    }

    /// Paths, and sizes of files, after all was written out.
    static func lastState(_ model: FileSystemModel) -> [String] {
        var synced = model
        synced.syncAll()
        var generator = SeededGenerator(seed: 1)
        let state = synced.crashStates(limit: 1, using: &generator).first ?? CrashState()
        return state.directories.map { "\($0)/" } + state.files.map { "\($0.path) \($0.contents.count)" }
    }
}

extension FileSystemModel {
    /// What is in the Maildir and the spool before the run.
    mutating func load(_ world: World) throws {
        var inodes: [UInt: Inode] = [:]
        for place in ["mail", "spool"] {
            let top = makeDirectory()
            link(top, Self.root, place)
            var open = [("\(world.root)/\(place)", top)]
            while let (directory, inode) = open.popLast() {
                for name in names(in: directory) {
                    let path = "\(directory)/\(name)"
                    if isDirectory(path) {
                        let made = makeDirectory()
                        link(made, inode, name)
                        open.append((path, made))
                    } else {
                        let number = fileNumber(path)
                        let made = inodes[number] ?? makeFile(contents(of: path))
                        inodes[number] = made
                        link(made, inode, name)
                    }
                }
            }
        }
        syncAll()
    }
}

private func fileNumber(_ path: String) -> UInt {
    var status = stat()
    return unsafe lstat(path, &status) == 0 ? UInt(status.st_ino) : 0
}

extension World {
    /// Paths, and sizes of files, of the Maildir and the spool.
    fileprivate func shape() -> [String] {
        var lines: [String] = []
        var open = ["mail", "spool"]
        while let directory = open.popLast() {
            lines.append("\(directory)/")
            for name in names(in: "\(root)/\(directory)") {
                let path = "\(directory)/\(name)"
                if isDirectory("\(root)/\(path)") {
                    open.append(path)
                } else {
                    lines.append("\(path) \(contents(of: "\(root)/\(path)").count)")
                }
            }
        }
        return lines
    }
}
