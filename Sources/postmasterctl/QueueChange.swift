import ArgumentParser
import Delivery
import Platform
import Settings
import Spool

/// What every change takes.
struct EntryArguments: ParsableArguments {
    @OptionGroup var options: ConfigurationOptions

    @Option(help: .hidden)
    var asOwner: UInt32?

    @Argument(help: ArgumentHelp("Entries.", valueName: "entry-id"))
    var entries: [String]
}

extension EntryVisit.Result {
    /// For a person; nil if the entry was not to be had.
    fileprivate var text: String? {
        if self == .unavailable { return nil }
        return reason.isEmpty ? word : "\(word): \(reason)"
    }
}

/// Something done to entries that are named, each by a process that is the entry's owner.
protocol QueueChange: ParsableCommand {
    /// The command's word behind `queue`.
    static var word: String { get }
    var arguments: EntryArguments { get }

    /// Changes one entry.
    ///
    /// - Returns: what came of it, in a few words; nil if the entry is not to be had.
    func change(
        _ reference: EntryReference, in spool: borrowing SpoolDirectory, _ configuration: Configuration
    ) throws -> String?
}

extension QueueChange {
    func run() throws {
        let configuration = try arguments.options.configuration()
        if let asOwner = arguments.asOwner {
            try SpoolOwner.become(asOwner, configuration: configuration)
            return try changeAll(as: asOwner, configuration)
        }
        let parts = SpoolParts(configuration: configuration)
        var failed = false
        for entry in arguments.entries {
            guard let owner = try parts.owner(of: entry) else {
                Terminal.complain("there is no entry \(entry)")
                failed = true
                continue
            }
            failed = try !change(entry, of: owner, configuration) || failed
        }
        if failed { throw ExitCode(1) }
    }

    private func change(_ entry: String, of owner: UInt32, _ configuration: Configuration) throws -> Bool {
        if owner == Identity.current().user { return try changeOne(entry, as: owner, configuration) }
        let words = ["queue", Self.word, "--as-owner", "\(owner)"] + arguments.options.words + ["--", entry]
        let result = try ChildProcess(path: "/proc/self/exe", arguments: words)
            .run(head: [], body: SharedBytes([]).span, milliseconds: 600_000)
        StandardStream.write(result.output, to: 1)
        return result.ending == .exited(0)
    }

    private func changeAll(as owner: UInt32, _ configuration: Configuration) throws {
        var failed = false
        for entry in arguments.entries { failed = try !changeOne(entry, as: owner, configuration) || failed }
        if failed { throw ExitCode(1) }
    }

    private func changeOne(_ entry: String, as owner: UInt32, _ configuration: Configuration) throws -> Bool {
        let spool = try SpoolDirectory(opening: configuration.spool.directory, owner: owner, creating: false)
        guard let reference = try spool.find(entry) else {
            Terminal.complain("there is no entry \(entry)")
            return false
        }
        guard let result = try change(reference, in: spool, configuration) else {
            Terminal.complain("\(entry): another process is at work on it")
            return false
        }
        Terminal.show("\(entry): \(result)\n")
        return true
    }
}

struct QueueRetry: QueueChange {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "retry", abstract: "Try entries now.")
    }
    static var word: String { "retry" }

    @OptionGroup var arguments: EntryArguments

    func change(
        _ reference: EntryReference, in spool: borrowing SpoolDirectory, _ configuration: Configuration
    ) throws -> String? {
        guard reference.due != nil else { return "not in the queue: release it first" }
        let result = EntryVisit(configuration: configuration, courier: Courier(local: configuration)).visit(
            reference, in: spool)
        return result.text
    }
}

struct QueueHold: QueueChange {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "hold", abstract: "Keep entries from being tried.")
    }
    static var word: String { "hold" }

    @OptionGroup var arguments: EntryArguments

    func change(
        _ reference: EntryReference, in spool: borrowing SpoolDirectory, _ configuration: Configuration
    ) throws -> String? {
        guard let entry = try spool.open(reference) else { return nil }
        try entry.hold()
        return "on hold"
    }
}

struct QueueRelease: QueueChange {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "release", abstract: "Have entries that are on hold tried again.")
    }
    static var word: String { "release" }

    @OptionGroup var arguments: EntryArguments

    func change(
        _ reference: EntryReference, in spool: borrowing SpoolDirectory, _ configuration: Configuration
    ) throws -> String? {
        guard let entry = try spool.open(reference) else { return nil }
        try entry.release(due: .now())
        return "due now"
    }
}

struct QueueBounce: QueueChange {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "bounce", abstract: "Give entries up, and return them to their senders.")
    }
    static var word: String { "bounce" }

    @OptionGroup var arguments: EntryArguments

    func change(
        _ reference: EntryReference, in spool: borrowing SpoolDirectory, _ configuration: Configuration
    ) throws -> String? {
        let result = EntryVisit(configuration: configuration, courier: Courier(local: configuration)).giveUp(
            reference, in: spool)
        return result.text
    }
}

struct QueueRemove: QueueChange {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "remove", abstract: "Throw entries away. Nobody is told.")
    }
    static var word: String { "remove" }

    @OptionGroup var arguments: EntryArguments

    func change(
        _ reference: EntryReference, in spool: borrowing SpoolDirectory, _ configuration: Configuration
    ) throws -> String? {
        try spool.remove(reference) ? "removed" : nil
    }
}
