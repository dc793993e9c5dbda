package import Platform

/// What work at an entry gives rise to, made in two steps: a bounce, a notice, an answer is a **child** of the
/// entry at whose processing it is made, and is neither lost nor made twice, whenever that work is stopped.
///
/// 1. With the parent locked, ``prepare(_:head:body:)`` puts the child where no sweep looks for it. Its name
///    comes from the parent's (``EntryIdentifier/derived(from:label:)``): done again, it takes the place of
///    what an attempt that was killed has left.
/// 2. A record of the parent's journal names the child, and when it is due.
/// 3. ``publish(_:due:)`` puts the child into the queue. Only then the parent is removed, or gone on with.
///
/// Whoever opens an entry publishes first what its journal names. Without that record the child is not there
/// for anybody; with it, it will be in the queue once.
extension SpoolDirectory {
    /// Writes a new entry that is not in the queue yet. When this returns it is durable.
    ///
    /// Only for a name that is derived from that of an entry which the caller has opened, and which its
    /// journal does not name: an entry that was prepared under this name before is replaced.
    /// - Throws: whatever kept it from being durable; then there is nothing to be published.
    package func prepare(
        _ envelope: SpoolEnvelope, head: [UInt8], body: Span<UInt8>
    ) throws(SpoolError) {
        let header = envelope.header
        try check(envelope, header)
        let id = envelope.id
        let drafts = try draftsRoom()
        let room = try tree.makePreparedRoom()
        // Held until the new file has its name: an old one that nobody wanted may be on its way out.
        let old = try lockPrepared(id, in: room)
        _ = try systemIfExists { () throws(SystemError) in try drafts.removeFile(id) }
        let file = try draft(id, in: drafts)
        do throws(SpoolError) {
            try write(header, head, body, to: file)
            try system { () throws(SystemError) in
                try drafts.rename(id, to: id, in: room)
                try room.synchronize()
            }
        } catch {
            try? drafts.removeFile(id)
            throw error
        }
        _ = consume file
        _ = consume old
    }

    /// Puts a prepared entry into the queue. When this returns that is durable.
    ///
    /// - Parameter due: when it is to be tried; the same whenever this is called for this entry.
    /// - Returns: nil if nothing is prepared under that name: then it was published before.
    /// - Throws: what may be gone tomorrow; the entry is still prepared then, and may be in the queue.
    package func publish(_ id: String, due: WallTime) throws(SpoolError) -> EntryReference? {
        guard EntryIdentifier.isValid(id) else {
            throw SpoolError(.unsafe, path: tree.home.path, reason: "an entry cannot have that name")
        }
        guard let room = try tree.room("prepared"), let file = try lockPrepared(id, in: room) else {
            return nil
        }
        let reference = EntryReference(id: id, place: .queue(due: Bucket.clamp(due.seconds)))
        try tree.publish(id, in: room, as: reference, mayBeThere: true)
        // Nobody works at it before this is durable: else a crash could bring back, beside what was sent and
        // removed already, something to be published once more.
        try system { () throws(SystemError) in
            try room.removeFile(id)
            try room.synchronize()
        }
        _ = consume file
        return reference
    }

    /// A prepared entry, locked; nil if there is none.
    ///
    /// Who has found it in the queue, put there by a process that died before it could remove the prepared
    /// name, removes that name at once: for so long it is waited.
    private func lockPrepared(
        _ id: String, in room: borrowing Directory
    ) throws(SpoolError) -> EntryFile? {
        let deadline = Deadline(milliseconds: 10_000)
        while true {
            guard let file = try EntryFile.open(id, in: room, .readWrite, owner: owner) else { return nil }
            if try file.tryLock(), try file.isStill(id, in: room) { return file }
            guard !deadline.hasPassed else {
                throw SpoolError(SystemError(call: "flock", path: file.path, code: ErrorCode.busy))
            }
            pause(milliseconds: 2)
        }
    }
}

extension SpoolTree {
    /// The room of prepared entries, made if need be; the way to it is durable.
    func makePreparedRoom() throws(SpoolError) -> Directory {
        try system { () throws(SystemError) in try Self.make("prepared", in: home) }
    }
}
