package import Platform

/// Where an entry is, or was when somebody looked.
package struct EntryReference: Equatable, Hashable, Sendable {
    package enum Place: Equatable, Hashable, Sendable {
        /// To be tried at a time, seconds since the epoch.
        case queue(due: Int)
        /// Waiting for a person to release it.
        case hold
        /// Damaged, kept for a person to look at.
        case corrupt
    }

    package let id: String
    package let place: Place

    /// When it is due; nil outside the queue.
    package var due: WallTime? {
        guard case .queue(let seconds) = place else { return nil }
        return WallTime(seconds: seconds)
    }
}

/// The entries that are due within one minute: a directory of the queue, named by that minute.
///
/// Invariant: names are digits of one width, so that they sort as the times do. In a bucket, two digits of
/// seconds stand before the identifier, so that what is due is known without opening anything.
struct Bucket: Equatable, Sendable {
    /// Since the epoch.
    let minute: Int

    /// A due time further off than this was written under a clock that was wrong: such an entry is due.
    static let horizon = 40 * 1440

    private static let digits = 10
    private static let lastMinute = 9_999_999_999

    init(minute: Int) {
        self.minute = minute
    }

    init?(name: String) {
        let bytes = Array(name.utf8)
        guard bytes.count == Self.digits, let minute = FixedWidth.decimal(bytes[...]) else { return nil }
        self.minute = minute
    }

    var name: String {
        String(decoding: FixedWidth.decimal(minute, width: Self.digits), as: UTF8.self)
    }

    /// The bucket of a moment, and the name of an entry in it. Moments that cannot be named are moved to the
    /// nearest that can.
    static func containing(_ seconds: Int, id: String) -> (bucket: Bucket, name: String) {
        let clamped = clamp(seconds)
        let second = String(decoding: FixedWidth.decimal(clamped % 60, width: 2), as: UTF8.self)
        return (Bucket(minute: clamped / 60), second + "." + id)
    }

    static func clamp(_ seconds: Int) -> Int {
        min(max(seconds, 0), lastMinute * 60 + 59)
    }

    /// The entry that a name in this bucket tells of; nil if it is not such a name.
    func reference(name: String) -> EntryReference? {
        let bytes = Array(name.utf8)
        guard bytes.count == 3 + EntryIdentifier.length, bytes[2] == UInt8(ascii: ".") else { return nil }
        guard let second = FixedWidth.decimal(bytes[..<2]), second < 60 else { return nil }
        let id = String(decoding: bytes[3...], as: UTF8.self)
        guard EntryIdentifier.isValid(id) else { return nil }
        return EntryReference(id: id, place: .queue(due: minute * 60 + second))
    }

    /// Whether anything in it can be due.
    func isDue(at now: WallTime) -> Bool {
        minute <= now.minute || isImplausible(at: now)
    }

    /// Whether an entry of it is due.
    func isDue(_ reference: EntryReference, at now: WallTime) -> Bool {
        guard let due = reference.due else { return false }
        return due.seconds <= now.seconds || isImplausible(at: now)
    }

    /// Whether nothing new belongs into it.
    func isPast(at now: WallTime) -> Bool {
        minute < now.minute
    }

    private func isImplausible(at now: WallTime) -> Bool {
        minute - now.minute > Self.horizon
    }
}

extension WallTime {
    fileprivate var minute: Int { Bucket.clamp(seconds) / 60 }
}
