import ArgumentParser
import Delivery
import Platform
import Settings
import Spool

struct QueueHold: QueueChange {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "hold", abstract: "Keep entries from being tried.")
    }
    static var word: String { "hold" }
    static var participle: String { "on hold" }
    static var rooms: Set<QueueFilter.Room> { [.queue] }

    @OptionGroup var selection: SelectionArguments

    func change(
        _ reference: EntryReference, in spool: borrowing SpoolDirectory, _ configuration: Configuration
    ) throws -> ChangeResult {
        guard reference.place != .corrupt else { return .damaged }
        guard let entry = try spool.open(reference) else { return .unavailable }
        try entry.hold()
        return .done("on hold")
    }
}

struct QueueRelease: QueueChange {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "release", abstract: "Have entries that are on hold tried again.")
    }
    static var word: String { "release" }
    static var participle: String { "released" }
    static var rooms: Set<QueueFilter.Room> { [.hold] }

    @OptionGroup var selection: SelectionArguments

    func change(
        _ reference: EntryReference, in spool: borrowing SpoolDirectory, _ configuration: Configuration
    ) throws -> ChangeResult {
        guard var entry = try spool.open(reference) else { return .unavailable }
        let now = WallTime.now()
        try entry.append(JournalRecord(time: now, action: nil, kind: OpenedEntry.released))
        try entry.release(due: now)
        return .done("due now")
    }
}

struct QueueBounce: QueueChange {
    static var configuration: CommandConfiguration {
        CommandConfiguration(
            commandName: "bounce", abstract: "Give entries up, and return them to their senders.")
    }
    static var word: String { "bounce" }
    static var participle: String { "given up" }
    static var rooms: Set<QueueFilter.Room> { [.queue, .hold] }

    @OptionGroup var selection: SelectionArguments

    @Flag(help: "Do not ask.")
    var yes = false

    var asks: Bool { !yes }

    func change(
        _ reference: EntryReference, in spool: borrowing SpoolDirectory, _ configuration: Configuration
    ) throws -> ChangeResult {
        let result = EntryVisit(configuration: configuration, courier: Courier(local: configuration)).giveUp(
            reference, in: spool)
        let text = result.reason.isEmpty ? result.word : "\(result.word): \(result.reason)"
        switch result {
        case .unavailable: return .unavailable
        case .failed, .damaged: return .failed(text)
        default: return .done(text)
        }
    }
}

struct QueueRemove: QueueChange {
    static var configuration: CommandConfiguration {
        CommandConfiguration(commandName: "remove", abstract: "Throw entries away. Nobody is told.")
    }
    static var word: String { "remove" }
    static var participle: String { "removed" }
    static var rooms: Set<QueueFilter.Room> { [.queue, .hold] }

    @OptionGroup var selection: SelectionArguments

    @Flag(help: "Do not ask.")
    var yes = false

    var asks: Bool { !yes }

    func change(
        _ reference: EntryReference, in spool: borrowing SpoolDirectory, _ configuration: Configuration
    ) throws -> ChangeResult {
        try spool.remove(reference) ? .done("removed") : .unavailable
    }
}

extension ChangeResult {
    static var damaged: ChangeResult { .failed("it is damaged") }
}
