import Platform
import Settings
import Sieve
import Spool

/// The part of the spool that belongs to the user whose mail it is, opened only if something goes there.
struct SpoolAccess {
    let configuration: Configuration
    let owner: UInt32

    func open(creating: Bool = true) throws(SpoolError) -> SpoolDirectory {
        try SpoolDirectory(opening: configuration.spool.directory, owner: owner, creating: creating)
    }

    /// When something that has failed `attempts` times is tried again.
    ///
    /// - Parameter causes: as ``AttemptSchedule/wait(after:causes:random:)`` wants them.
    func nextAttempt(
        after attempts: Int, causes: [(cause: DelayCause, domain: String?)] = [], now: WallTime
    ) -> WallTime {
        let wait = AttemptSchedule(configuration.retry).wait(after: attempts, causes: causes)
        return WallTime(seconds: now.seconds &+ wait)
    }
}

extension SpoolDirectory {
    /// Commits an entry with this content.
    func commit(
        _ envelope: SpoolEnvelope, _ content: MessageContent, due: WallTime
    ) throws(SpoolError) -> EntryReference {
        try commit(
            envelope, head: content.header.array(0..<content.header.count),
            body: content.source.dropping(first: content.bodyStart).span, due: due)
    }
}
