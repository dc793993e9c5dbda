import Delivery
import MailLog
import Platform
import Settings
import Spool

/// One run of the program: for one user's part of the spool, or, started by root, for each of them.
///
/// What visits another user's part is this program again, which becomes that user for good before it opens
/// anything; so one user's trouble is no other's.
struct Drain {
    private let command: RetryCommand
    private let configuration: Configuration
    private var summary = Sweep.Summary()

    init(command: RetryCommand, configuration: Configuration) {
        self.command = command
        self.configuration = configuration
    }

    /// - Returns: the exit status: 0, 1 if a person should look, 75 if the spool cannot be read.
    mutating func run() -> CInt {
        do {
            if let owner = command.asOwner {
                let sweep = Sweep(configuration: configuration, owner: owner)
                try SpoolOwner.become(owner, configuration: configuration)
                try visit(owner, sweep)
            } else if Identity.current().isSuperuser {
                try sweepAll()
            } else {
                try sweep(Identity.current().user)
            }
        } catch {
            complain("\(error)")
            return 75
        }
        if command.asOwner == nil { showSummary() }
        return summary.hasProblems ? 1 : 0
    }

    // MARK: Root

    private mutating func sweepAll() throws(SpoolError) {
        let found: (owners: [UInt32], problems: [SpoolError])
        do throws(SpoolError) {
            found = try SpoolDirectory.owners(in: configuration.spool.directory)
        } catch {
            if error.kind == .absent { return }
            throw error
        }
        for problem in found.problems {
            complain("\(problem)")
            summary.failed += 1
        }
        for owner in found.owners {
            do {
                try owner == Identity.current().user ? sweep(owner) : sweepAs(owner)
            } catch {
                complain("spool of uid \(owner): \(error)")
                summary.failed += 1
            }
        }
    }

    private mutating func sweepAs(_ owner: UInt32) throws(SystemError) {
        var arguments = ["--as-owner", "\(owner)"]
        if let file = command.configurationFile { arguments += ["-c", file] }
        for override in command.overrides { arguments += ["-o", override] }
        if command.now { arguments.append("--now") }
        arguments += ["--"] + command.entries
        // The child has a limit of its own, and some time to come to its end.
        let limit = configuration.retry.sweepTime
        let milliseconds = limit > 0 ? (limit &+ 600) &* 1000 : .max
        let result = try ChildProcess(path: "/proc/self/exe", arguments: arguments)
            .run(head: [], body: SharedBytes([]).span, outputLimit: 16 << 20, milliseconds: milliseconds)
        for line in result.output.split(separator: UInt8(ascii: "\n")) {
            if let report = EntryReport(plain: line, owner: owner) {
                summary.count(report.word)
                show(report)
            } else {
                complain(String(decoding: line, as: UTF8.self))
            }
        }
        guard case .exited(let status) = result.ending, status == 0 || status == 1 else {
            complain("spool of uid \(owner): the sweep ended as \(result.ending)")
            summary.failed += 1
            return
        }
    }

    // MARK: One owner

    private mutating func sweep(_ owner: UInt32) throws(SpoolError) {
        try visit(owner, Sweep(configuration: configuration, owner: owner))
    }

    private mutating func visit(_ owner: UInt32, _ sweep: consuming Sweep) throws(SpoolError) {
        let progress = ProgressLine(isShown: command.asOwner == nil && !command.json && Host.isTerminal(2))
        let counted = try sweep.run(identifiers: command.entries, ignoringSchedule: command.now) {
            reference, result, position, total in
            progress.show("\(position) of \(total) entries")
            show(EntryReport(id: reference.id, owner: owner, word: result.word, reason: result.reason))
        }
        progress.end()
        summary.add(counted)
    }

    private func show(_ report: EntryReport) {
        if command.asOwner != nil {
            StandardStream.write(report.plain, to: 1)
        } else if command.json {
            StandardStream.write(report.json, to: 1)
        } else if command.verbose || report.needsPerson {
            StandardStream.write(report.text, to: 1)
        }
    }

    private func showSummary() {
        if command.json {
            StandardStream.write(summary.json, to: 1)
        } else if command.verbose || summary.hasProblems || Host.isTerminal(1) {
            StandardStream.write(Array("\(summary)\n".utf8), to: 1)
        }
    }

    private func complain(_ text: String) {
        StandardStream.write(Array("postmaster-retry: \(text)\n".utf8), to: 2)
    }
}

/// One line on a terminal that is written anew in place.
private struct ProgressLine {
    let isShown: Bool

    func show(_ text: String) {
        if isShown { StandardStream.write(Array("\r\(text)".utf8), to: 2) }
    }

    func end() {
        if isShown { StandardStream.write(Array("\r\u{1B}[K".utf8), to: 2) }
    }
}
