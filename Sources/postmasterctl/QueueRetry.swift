import ArgumentParser
import Delivery
import MailLog
import Platform
import Settings
import Spool

struct QueueRetry: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "retry", abstract: "Try entries now.")
    }

    @OptionGroup var selection: SelectionArguments

    func run() throws {
        let configuration = try selection.options.configuration()
        let selected = try selection.selection(in: SpoolParts(configuration: configuration), rooms: [.queue])
        var run = RetryRun(configuration, selection.options)
        for name in selected.missing { run.fail("there is no entry \(name.shown)") }
        try run.visit(selected)
        run.finish()
        if !selected.isWhole { throw ExitCode(75) }
        if run.hasFailed { throw ExitCode(1) }
    }
}

struct QueueFlush: ParsableCommand {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "flush",
            abstract: "Try all that is in the queue now, or all that is to go to a domain.")
    }

    @OptionGroup var options: ConfigurationOptions

    @Option(
        help: ArgumentHelp(
            "Only what is to go to this domain; with a dot in front, to those beneath.", valueName: "domain"))
    var domain: String?

    func run() throws {
        let configuration = try options.configuration()
        var run = RetryRun(configuration, options)
        var isWhole = true
        if let domain {
            var filter = QueueFilter(rooms: [.queue])
            filter.destination = GlobPattern(
                domain.utf8.first == UInt8(ascii: ".") ? "*@*\(domain)" : "*@\(domain)")
            let selected = try QueueSelection(filter, in: SpoolParts(configuration: configuration))
            isWhole = selected.isWhole
            try run.visit(selected)
        } else {
            try run.visitAll()
        }
        run.finish()
        if !isWhole { throw ExitCode(75) }
        if run.hasFailed { throw ExitCode(1) }
    }
}

/// postmaster-retry(8) at work on entries, and what it says of them.
private struct RetryRun {
    private let program: RetryProgram
    private let milliseconds: Int
    private var counts: [String: Int] = [:]
    private(set) var hasFailed = false

    /// So many names fit into the arguments of a program.
    private static var most: Int { 1000 }

    init(_ configuration: Configuration, _ options: ConfigurationOptions) {
        program = RetryProgram(configuration, configurationFile: options.file, overrides: options.overrides)
        // Its sweeps have a limit of their own, and some time to come to their end.
        let limit = configuration.retry.sweepTime
        milliseconds = limit > 0 ? (limit &+ 900) &* 1000 : .max
    }

    mutating func fail(_ text: String) {
        Terminal.complain(text)
        hasFailed = true
    }

    mutating func visit(_ selection: QueueSelection) throws {
        var identifiers: [String] = []
        for entry in selection.parts.lazy.flatMap(\.entries) {
            switch entry.place {
            case .queue: identifiers.append(entry.id)
            case .hold: fail("\(entry.id): it is on hold: release it first")
            case .corrupt: fail("\(entry.id): it is damaged")
            }
        }
        for start in stride(from: 0, to: identifiers.count, by: Self.most) {
            let batch = identifiers[start..<min(start + Self.most, identifiers.count)]
            let answered = try run(["--json", "--"] + batch)
            for id in batch where !answered.contains(id) { fail("\(id): it was not tried") }
        }
    }

    mutating func visitAll() throws {
        _ = try run(["--json", "--now"])
    }

    /// - Returns: the entries that were told of.
    private mutating func run(_ arguments: [String]) throws -> Set<String> {
        guard let process = program.process(arguments) else {
            Terminal.complain("there is no postmaster-retry: see retry.program")
            throw ExitCode(75)
        }
        let deadline = Deadline(milliseconds: milliseconds)
        let running = try RunningProcess(process)
        var answered: Set<String> = []
        var pending: [UInt8] = []
        reading: while !deadline.hasPassed {
            switch running.read(within: min(deadline.remaining, 1000)) {
            case .nothing: continue
            case .end: break reading
            case .bytes(let bytes):
                pending += bytes
                while let end = pending.firstIndex(of: UInt8(ascii: "\n")) {
                    if let id = note(pending[..<end]) { answered.insert(id) }
                    pending.removeSubrange(...end)
                }
            }
        }
        let ending = running.end(within: deadline.remaining)
        if ending != .exited(0), ending != .exited(1) {
            Terminal.complain("postmaster-retry ended as \(ending)")
            throw ExitCode(75)
        }
        return answered
    }

    /// Takes note of one line of its report.
    ///
    /// - Returns: the entry that it tells of.
    private mutating func note(_ line: ArraySlice<UInt8>) -> String? {
        var reader = JSONReader(line)
        let value = reader.value()
        guard let id = value?["id"]?.text, let word = value?["result"]?.text else {
            if value?["summary"] == nil {
                Terminal.complain(String(decoding: line, as: UTF8.self).shown)
            }
            return nil
        }
        let reason = value?["reason"]?.text ?? ""
        Terminal.show("\(id.shown): \(word.shown)\(reason.isEmpty ? "" : ": " + reason.shown)\n")
        counts[word, default: 0] += 1
        if ["unavailable", "held", "damaged", "failed"].contains(word) { hasFailed = true }
        return id
    }

    func finish() {
        let words = counts.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key.shown)" }
        Terminal.show(words.isEmpty ? "nothing was tried\n" : words.joined(separator: ", ") + "\n")
    }
}
