import Delivery
import Platform
import Settings
import Spool

/// All users' parts of the spool, a few at the same time. What visits a part is this program again, which becomes its
/// owner for good before it opens anything; so one user's trouble is no other's, and one that is stuck holds up none.
///
/// What one of them finds down, those that start after it are told, so that a dead relay is not waited for once for
/// every user.
struct SpoolDrain {
    private let options: RetryOptions
    private let configuration: Configuration
    private let telling: Telling

    /// Users' parts that are visited together.
    private static let parts = 4

    init(_ options: RetryOptions, _ configuration: Configuration, _ telling: Telling) {
        self.options = options
        self.configuration = configuration
        self.telling = telling
    }

    /// What is common to the visits of all parts.
    private struct State: Sendable {
        var waiting: [UInt32]
        var summary = SweepSummary()
        var position = 0
        var total = 0
    }

    func run() throws(SpoolError) -> SweepSummary {
        let found: (owners: [UInt32], problems: [SpoolError])
        do throws(SpoolError) {
            found = try SpoolDirectory.owners(in: configuration.spool.directory)
        } catch {
            if error.kind == .absent { return SweepSummary() }
            throw error
        }
        var state = State(waiting: [])
        for problem in found.problems {
            telling.complain("\(problem)")
            state.summary.failed += 1
        }
        let owners = found.owners.filter(hasWork)
        if owners == [Identity.current().user] {
            do {
                let summary = try PartDrain(options, configuration, telling).run(owners[0], asOwner: false)
                state.summary.add(summary)
                state.summary.isElsewhere = summary.isElsewhere
            } catch {
                telling.complain("spool of uid \(owners[0]): \(error)")
                state.summary.failed += 1
            }
            return state.summary
        }
        state.waiting = owners.reversed()
        if telling.showsProgress { state.total = owners.reduce(0) { $0 + count($1) } }
        return visit(Monitor(state), parts: min(Self.parts, owners.count))
    }

    private func visit(_ state: Monitor<State>, parts: Int) -> SweepSummary {
        let visitAll: @Sendable (Int) -> Void = { _ in
            while !StopRequest.isMade, let owner = state.withLock({ $0.waiting.popLast() }) {
                visit(owner, state)
            }
        }
        let threads = WorkerThreads(parts > 1 ? parts : 0, visitAll)
        if threads.count == 0 { visitAll(0) }
        threads.join()
        return state.withLock { state in
            if !state.waiting.isEmpty { state.summary.isCutShort = true }
            return state.summary
        }
    }

    private var selection: Sweep.Selection {
        if !options.entries.isEmpty { return .entries(options.entries) }
        return options.everything ? .everything : .due
    }

    private func count(_ owner: UInt32) -> Int {
        (try? Sweep.count(selection, owner: owner, configuration: configuration)) ?? 0
    }

    /// Whether there is anything to do for a user: only names are read. Where that fails, the visit will say so.
    private func hasWork(_ owner: UInt32) -> Bool {
        do throws(SpoolError) {
            let spool = try SpoolDirectory(
                opening: configuration.spool.directory, owner: owner, creating: false)
            switch selection {
            case .due: return try spool.hasDue(now: .now())
            case .everything: return try spool.hasDue(now: WallTime(seconds: .max))
            case .entries(let names): return try !spool.find(names).isEmpty
            }
        } catch {
            return error.kind != .absent
        }
    }

    // MARK: A part

    private func visit(_ owner: UInt32, _ state: Monitor<State>) {
        do throws(SystemError) {
            try visitPart(of: owner, state)
        } catch {
            telling.complain("spool of uid \(owner): \(error)")
            state.withLock { $0.summary.failed += 1 }
        }
    }

    private func visitPart(of owner: UInt32, _ state: Monitor<State>) throws(SystemError) {
        let program = RetryProgram(
            configuration, configurationFile: options.configurationFile, overrides: options.overrides,
            path: "/proc/self/exe")
        guard let process = program.process(arguments(owner, state)) else { return }
        let running = try RunningProcess(process)
        // The child has a limit of its own, and some time to come to its end.
        let limit = configuration.retry.sweepTime
        var deadline = Deadline(milliseconds: limit > 0 ? (limit &+ 600) &* 1000 : .max)
        var isStopped = false
        var lines = LineBuffer()
        reading: while !deadline.hasPassed {
            switch running.read(within: 200) {
            case .end: break reading
            case .nothing: break
            case .bytes(let bytes): for line in lines.add(bytes) { take(line, owner, state) }
            }
            if StopRequest.isMade, !isStopped {
                isStopped = true
                running.stop()
                deadline = Deadline(milliseconds: min(deadline.remaining, 600_000))
            }
        }
        for line in lines.rest { take(line, owner, state) }
        let ending = running.end(within: deadline.hasPassed ? 0 : 10_000)
        guard case .exited(let status) = ending, status == 0 || status == 1 else {
            telling.complain("spool of uid \(owner): the sweep ended as \(ending)")
            state.withLock { $0.summary.failed += 1 }
            return
        }
    }

    private func arguments(_ owner: UInt32, _ state: Monitor<State>) -> [String] {
        var arguments = ["--as-owner", "\(owner)"]
        if options.everything { arguments.append("--now") }
        for suspension in state.withLock({ $0.summary.suspended }) {
            arguments += ["--suspended=\(suspension.argument)"]
        }
        return arguments + ["--"] + options.entries
    }

    private func take(_ line: [UInt8], _ owner: UInt32, _ state: Monitor<State>) {
        let (position, total) = state.withLock { state in
            switch PartMessage(line, owner: owner) {
            case .entry(let report):
                state.summary.count(report.word)
                state.position += 1
                // Within the lock, so that lines do not mix.
                telling.show(report)
            case .suspended(let suspension): state.summary.suspend(suspension)
            case .cutShort: state.summary.isCutShort = true
            case nil: telling.complain(String(decoding: line, as: UTF8.self))
            }
            return (state.position, state.total)
        }
        telling.progress(position, of: total)
    }
}

/// Takes lines out of what comes in pieces.
private struct LineBuffer {
    private var bytes: [UInt8] = []
    /// A line that is longer is given in pieces.
    private static let longest = 1 << 16

    /// Whole lines, without their ends.
    mutating func add(_ more: [UInt8]) -> [[UInt8]] {
        bytes += more
        var lines: [[UInt8]] = []
        var start = 0
        for (index, byte) in bytes.enumerated() where byte == 0x0A || index - start >= Self.longest {
            if byte != 0x0A || index > start { lines.append(Array(bytes[start..<index])) }
            start = byte == 0x0A ? index + 1 : index
        }
        bytes.removeFirst(start)
        return lines
    }

    /// What has no end yet.
    var rest: [[UInt8]] { bytes.isEmpty ? [] : [bytes] }
}
