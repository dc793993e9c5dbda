import ArgumentParser
import Delivery
import Platform
import Settings
import Spool

/// What came of a change to one entry.
enum ChangeResult: Equatable {
    /// In a few words.
    case done(String)
    case failed(String)
}

/// Something done to entries, each by a process that is their owner.
protocol QueueChange: ParsableCommand {
    /// The command's word behind `queue`.
    static var word: String { get }
    /// What the entries are then: `removed`.
    static var participle: String { get }
    /// Where a filter looks for entries.
    static var rooms: Set<QueueFilter.Room> { get }

    var selection: SelectionArguments { get }
    /// Whether many are changed only after a person has said yes.
    var asks: Bool { get }
    /// The options of its own that another process needs, too.
    var words: [String] { get }

    func change(
        _ reference: EntryReference, in spool: borrowing SpoolDirectory, _ configuration: Configuration
    ) throws -> ChangeResult
}

extension QueueChange {
    var asks: Bool { false }
    var words: [String] { [] }

    func run() throws {
        let configuration = try selection.options.configuration()
        if let owner = selection.asOwner {
            try SpoolOwner.become(owner, configuration: configuration)
            return try changeAll(as: owner, configuration)
        }
        let parts = SpoolParts(configuration: configuration)
        let selected = try selection.selection(in: parts, rooms: Self.rooms)
        for name in selected.missing { Terminal.complain("there is no entry \(name.shown)") }
        if asks, !Confirmation.isGiven(for: selected, to: Self.word) {
            Terminal.complain("nothing was changed")
            throw ExitCode(1)
        }
        var tally = ChangeTally(participle: Self.participle, failures: selected.missing.count)
        for part in selected.parts { try change(part.entries, of: part.owner, configuration, &tally) }
        tally.finish()
        if !selected.isWhole { throw ExitCode(75) }
        if tally.failures > 0 { throw ExitCode(1) }
    }

    private func change(
        _ entries: [EntryReference], of owner: UInt32, _ configuration: Configuration,
        _ tally: inout ChangeTally
    ) throws {
        guard owner != Identity.current().user else {
            let spool = try SpoolDirectory(
                opening: configuration.spool.directory, owner: owner, creating: false)
            for entry in entries { tally.add(entry.id, changeOne(entry, in: spool, configuration)) }
            return
        }
        for start in stride(from: 0, to: entries.count, by: OwnerProcess.most) {
            let batch = entries[start..<min(start + OwnerProcess.most, entries.count)]
            let results = try OwnerProcess(owner: owner).run(
                ["queue", Self.word, "--as-owner", "\(owner)"] + selection.options.words + words, batch)
            for entry in batch {
                tally.add(entry.id, results[entry.id] ?? .failed("nothing is known of what came of it"))
            }
        }
    }

    /// In a process that is the owner: entries come on standard input, results go to standard output.
    private func changeAll(as owner: UInt32, _ configuration: Configuration) throws {
        let spool = try SpoolDirectory(opening: configuration.spool.directory, owner: owner, creating: false)
        for line in try StandardInput.lines() {
            guard let reference = EntryReference(text: line) else { continue }
            let result = changeOne(reference, in: spool, configuration)
            StandardStream.write(OwnerProcess.line(reference.id, result), to: 1)
        }
    }

    private func changeOne(
        _ reference: EntryReference, in spool: borrowing SpoolDirectory, _ configuration: Configuration
    ) -> ChangeResult {
        do {
            let result = try change(reference, in: spool, configuration)
            guard result == .unavailable else { return result }
            // A sweep may have moved it meanwhile.
            guard let found = try spool.find(reference.id) else { return .failed("it is not there any more") }
            return found == reference ? result : try change(found, in: spool, configuration)
        } catch {
            return .failed("\(error)")
        }
    }
}

extension ChangeResult {
    /// Another process is at work on the entry, or it is not where it was.
    static var unavailable: ChangeResult { .failed("another process is at work on it") }
}

/// What has come of changes so far, told line by line, and in sum.
struct ChangeTally {
    private let participle: String
    private var changed = 0
    private(set) var failures: Int

    init(participle: String, failures: Int) {
        self.participle = participle
        self.failures = failures
    }

    mutating func add(_ id: String, _ result: ChangeResult) {
        switch result {
        case .done(let text):
            changed += 1
            Terminal.show("\(id): \(text.shown)\n")
        case .failed(let reason):
            failures += 1
            Terminal.complain("\(id): \(reason.shown)")
        }
    }

    func finish() {
        let count = changed == 1 ? "1 entry" : "\(changed) entries"
        Terminal.show("\(count) \(participle)\(failures > 0 ? ", \(failures) not" : "")\n")
    }
}

/// This program once more, as the owner of a part of the spool.
struct OwnerProcess {
    let owner: UInt32

    /// Entries that one process changes; reports are collected, and come with its end.
    static let most = 1000
    private static let milliseconds = 3_600_000

    func run(_ words: [String], _ entries: ArraySlice<EntryReference>) throws -> [String: ChangeResult] {
        let input = entries.map(\.text).joined(separator: "\n") + "\n"
        let result = try ChildProcess(path: "/proc/self/exe", arguments: words).run(
            head: Array(input.utf8), body: SharedBytes([]).span, outputLimit: 64 << 20,
            milliseconds: Self.milliseconds)
        var results: [String: ChangeResult] = [:]
        for line in result.output.split(separator: UInt8(ascii: "\n")) {
            if let (id, report) = Self.report(line) {
                results[id] = report
            } else {
                Terminal.complain(String(decoding: line, as: UTF8.self).shown)
            }
        }
        if result.ending != .exited(0) {
            Terminal.complain("the process of uid \(owner) ended as \(result.ending)")
        }
        return results
    }

    /// Three words between tabs.
    static func line(_ id: String, _ result: ChangeResult) -> [UInt8] {
        let words =
            switch result {
            case .done(let text): ["done", id, text.shown]
            case .failed(let reason): ["failed", id, reason.shown]
            }
        return Array((words.joined(separator: "\t") + "\n").utf8)
    }

    private static func report(_ line: ArraySlice<UInt8>) -> (String, ChangeResult)? {
        let words = line.split(separator: UInt8(ascii: "\t"), omittingEmptySubsequences: false)
            .map { String(decoding: $0, as: UTF8.self) }
        guard words.count == 3 else { return nil }
        switch words[0] {
        case "done": return (words[1], .done(words[2]))
        case "failed": return (words[1], .failed(words[2]))
        default: return nil
        }
    }
}

/// Asks before much is lost.
enum Confirmation {
    /// So many are changed without a question.
    private static let few = 20

    /// True where nobody can be asked: a script has thought of what it does.
    static func isGiven(for selection: QueueSelection, to word: String) -> Bool {
        guard selection.count > few, Host.isTerminal(0), Host.isTerminal(2) else { return true }
        StandardStream.write(Array("\(word) \(selection.count) entries? [y/N] ".utf8), to: 2)
        return ["y", "yes"].contains(readLine()?.lowercased())
    }
}
