package import Platform
package import Spool

/// Since when an entry has been waiting: since it was made, or since a person released it. What lies on hold does
/// not grow old, and has all the attempts of a new entry when it is released.
extension OpenedEntry {
    package static var released: String { "released" }

    package var waitingSince: WallTime {
        journal.last { $0.kind == Self.released }?.time ?? envelope.created
    }
}
