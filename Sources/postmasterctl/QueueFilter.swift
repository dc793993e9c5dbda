import ArgumentParser
import Platform
import Settings
import Spool

/// Which entries are meant, as a person says it.
struct QueueFilterOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Only those of this sender; * and ? are wild, case does not count, <> is the null sender.",
            valueName: "pattern"))
    var sender: String?

    @Option(
        help: ArgumentHelp(
            "Only those to this recipient, or on their way to this address or mailbox.", valueName: "pattern")
    )
    var recipient: String?

    @Option(help: ArgumentHelp("Only those that wait for this cause.", valueName: "word"))
    var cause: String?

    @Option(help: ArgumentHelp("Only those of this user, a name or a number.", valueName: "user"))
    var user: String?

    @Option(help: ArgumentHelp("Only those older than this, like 30m, 4h or 5d.", valueName: "duration"))
    var olderThan: DurationArgument?

    @Option(help: ArgumentHelp("Only those younger than this.", valueName: "duration"))
    var youngerThan: DurationArgument?

    @Option(help: ArgumentHelp("Only those with larger messages, like 64K or 25M.", valueName: "size"))
    var sizeOver: SizeArgument?

    @Flag(help: "Only those on hold.")
    var held = false

    @Flag(help: "Only damaged ones.")
    var damaged = false

    @Flag(help: "Only those that are due.")
    var due = false

    /// Whether nothing was asked for.
    var isEmpty: Bool {
        sender == nil && recipient == nil && cause == nil && user == nil && olderThan == nil
            && youngerThan == nil && sizeOver == nil && !held && !damaged && !due
    }
}

struct DurationArgument: ExpressibleByArgument {
    let seconds: Int

    init?(argument: String) {
        guard let seconds = TimeSpan.seconds(argument) else { return nil }
        self.seconds = seconds
    }
}

struct SizeArgument: ExpressibleByArgument {
    let bytes: Int

    init?(argument: String) {
        guard let bytes = ByteSize.bytes(argument) else { return nil }
        self.bytes = bytes
    }
}

/// Tells which entries are meant, some of them by their names alone.
struct QueueFilter {
    /// Where an entry may be: words of ``EntryReference/Place``.
    enum Room: CaseIterable {
        case queue, hold, corrupt
    }

    /// Where entries are looked for.
    let rooms: Set<Room>
    /// In the queue only what is due at that time.
    var dueAt: WallTime?
    var sender: GlobPattern?
    var recipient: GlobPattern?
    /// A domain that mail is to go to.
    var destination: GlobPattern?
    var cause: String?
    /// A name or a number.
    var user: String?
    var sizeOver: Int?
    /// Seconds, and the time that ages are of.
    var olderThan: Int?
    var youngerThan: Int?
    var now = WallTime.now()

    init(rooms: Set<Room>) { self.rooms = rooms }

    /// - Parameter rooms: where entries are looked for if nothing is said of that.
    init(_ options: QueueFilterOptions, rooms: Set<Room>) {
        var wanted: Set<Room> = []
        if options.due { wanted.insert(.queue) }
        if options.held { wanted.insert(.hold) }
        if options.damaged { wanted.insert(.corrupt) }
        self.init(rooms: wanted.isEmpty ? rooms : wanted)
        if options.due { dueAt = now }
        sender = options.sender.map { GlobPattern($0 == "<>" ? "" : $0) }
        recipient = options.recipient.map { GlobPattern($0) }
        cause = options.cause?.lowercased()
        user = options.user
        sizeOver = options.sizeOver?.bytes
        olderThan = options.olderThan?.seconds
        youngerThan = options.youngerThan?.seconds
    }

    /// Whether names alone do not tell.
    var needsContents: Bool {
        sender != nil || recipient != nil || destination != nil || cause != nil || user != nil
            || sizeOver != nil || olderThan != nil || youngerThan != nil
    }

    /// What the place of an entry says.
    func passes(_ reference: EntryReference) -> Bool {
        guard rooms.contains(reference.place.room) else { return false }
        guard let dueAt, let due = reference.due else { return true }
        return due.seconds <= dueAt.seconds
    }

    /// What is in the entry.
    func passes(_ row: QueueRow) -> Bool {
        if let sender, !row.isReadable || !sender.matches(row.sender) { return false }
        if let recipient, !row.addresses.contains(where: recipient.matches) { return false }
        if let destination, !row.destinations.contains(where: destination.matches) { return false }
        if let cause, cause != row.cause { return false }
        if let user, user != row.user, user != "\(row.owner)" { return false }
        if let sizeOver, row.size <= sizeOver { return false }
        guard olderThan != nil || youngerThan != nil else { return true }
        guard let age = row.age(at: now) else { return false }
        return olderThan.map { age > $0 } ?? true && youngerThan.map { age < $0 } ?? true
    }
}

extension EntryReference.Place {
    var room: QueueFilter.Room {
        switch self {
        case .queue: .queue
        case .hold: .hold
        case .corrupt: .corrupt
        }
    }

    /// What listings call it.
    var word: String {
        switch self {
        case .queue: "queue"
        case .hold: "hold"
        case .corrupt: "corrupt"
        }
    }
}

/// A pattern as shells have it: `*` is anything, `?` one character, everything else itself, in either case of ASCII.
struct GlobPattern {
    private let pattern: [UInt8]

    init(_ text: String) {
        pattern = text.utf8.map(Self.folded)
    }

    /// Takes at most pattern times text steps: after a `*` that was passed, no former one is come back to.
    func matches(_ text: String) -> Bool {
        let text = text.utf8.map(Self.folded)
        var (at, position) = (0, 0)
        var star: (at: Int, position: Int)?
        while position < text.count {
            if at < pattern.count, pattern[at] == UInt8(ascii: "*") {
                star = (at, position)
                at += 1
            } else if at < pattern.count, pattern[at] == UInt8(ascii: "?") {
                at += 1
                position = Self.end(of: text, position)
            } else if at < pattern.count, pattern[at] == text[position] {
                at += 1
                position += 1
            } else if let last = star {
                star = (last.at, last.position + 1)
                (at, position) = (last.at + 1, last.position + 1)
            } else {
                return false
            }
        }
        return pattern[at...].allSatisfy { $0 == UInt8(ascii: "*") }
    }

    /// Behind the character at `position`, which may have several bytes.
    private static func end(of text: [UInt8], _ position: Int) -> Int {
        var end = position + 1
        while end < text.count, text[end] & 0xC0 == 0x80 { end += 1 }
        return end
    }

    private static func folded(_ byte: UInt8) -> UInt8 {
        0x41...0x5A ~= byte ? byte | 0x20 : byte
    }
}
