import Platform

extension SpoolDirectory {
    /// Opens an entry for work on it: locks it, and makes sure that all of it is as it was written.
    ///
    /// - Returns: nil if it is no longer there, or if another process is at work on it.
    /// - Throws: `damaged` after the entry was moved to `corrupt/` (if it can be).
    package func open(_ reference: EntryReference) throws(SpoolError) -> OpenedEntry? {
        guard let locked = try lock(reference) else { return nil }
        let contents: EntryContents
        do throws(SpoolError) {
            contents = try EntryContents(of: locked.file, id: reference.id, verifyingMessage: true, checksum)
        } catch {
            guard error.kind == .damaged, reference.place != .corrupt else { throw error }
            throw setAside(reference, locked, error)
        }
        return OpenedEntry(
            reference, tree: try tree.duplicate(), locked: locked, contents: contents, checksum: checksum)
    }

    /// What an entry says, without locking it, and without a look at its message; nil if it is not there.
    package func inspect(_ reference: EntryReference) throws(SpoolError) -> EntrySummary? {
        guard let directory = try tree.directory(of: reference),
            let file = try EntryFile.open(SpoolTree.name(of: reference), in: directory, .read, owner: owner)
        else { return nil }
        let contents = try EntryContents(of: file, id: reference.id, verifyingMessage: false, checksum)
        return EntrySummary(
            reference: reference, envelope: contents.envelope, journal: contents.journal.records,
            messageBytes: contents.format.messageBytes)
    }

    /// Removes an entry without reading it: the only thing to do with one that is damaged.
    ///
    /// - Returns: false if it is no longer there, or if another process is at work on it.
    package func remove(_ reference: EntryReference) throws(SpoolError) -> Bool {
        guard let locked = try lock(reference) else { return false }
        try tree.unlink(reference, in: locked.directory)
        return true
    }

    /// Moves a damaged entry out of the way, and says so.
    private func setAside(
        _ reference: EntryReference, _ locked: borrowing LockedEntry, _ damage: SpoolError
    ) -> SpoolError {
        let target = EntryReference(id: reference.id, place: .corrupt)
        do throws(SpoolError) {
            try tree.move(reference, in: locked.directory, to: target)
            return SpoolError(
                .damaged, path: tree.home.path(of: "corrupt/" + reference.id), reason: damage.reason)
        } catch {
            return SpoolError(
                .damaged, path: damage.path,
                reason: "\(damage.reason), and it cannot be moved to corrupt/: \(error)")
        }
    }

    private func lock(_ reference: EntryReference) throws(SpoolError) -> LockedEntry? {
        let name = SpoolTree.name(of: reference)
        guard let directory = try tree.directory(of: reference),
            let file = try EntryFile.open(name, in: directory, .readWrite, owner: owner), try file.tryLock()
        else { return nil }
        let status = try file.status()
        // Another process may have moved it between our opening and our locking it.
        let found = try systemIfExists { () throws(SystemError) in try directory.status(of: name) }
        guard let found, found.isSameFile(as: status) else { return nil }
        if status.links > 1 {
            // Who made this name may have died before it was durable, and the others are about to go.
            try system { () throws(SystemError) in try directory.synchronize() }
            try removeOtherNames(of: reference, status, file)
        }
        return LockedEntry(directory: directory, file: file)
    }

    /// Removes the names that a crash in the middle of a move has left.
    private func removeOtherNames(
        of reference: EntryReference, _ status: FileStatus, _ file: borrowing EntryFile
    ) throws(SpoolError) {
        for other in try tree.places(of: [reference.id]) where other != reference {
            guard let directory = try tree.directory(of: other) else { continue }
            try removeName(SpoolTree.name(of: other), in: directory, of: status)
        }
        for name in ["tmp", "prepared"] {
            guard let room = try tree.room(name) else { continue }
            try removeName(reference.id, in: room, of: status)
        }
        let links = try file.status().links
        guard links == 1 else {
            throw SpoolError(
                .unsafe, path: file.path, reason: "it has \(links) names, not all of them in the spool")
        }
    }

    private func removeName(
        _ name: String, in directory: borrowing Directory, of status: FileStatus
    ) throws(SpoolError) {
        let found = try systemIfExists { () throws(SystemError) in try directory.status(of: name) }
        guard let found, found.isSameFile(as: status) else { return }
        try system { () throws(SystemError) in
            try directory.removeFile(name)
            try directory.synchronize()
        }
    }
}

/// What an entry says of itself.
package struct EntrySummary: Equatable, Sendable {
    package let reference: EntryReference
    package let envelope: SpoolEnvelope
    package let journal: [JournalRecord]
    package let messageBytes: Int
}

/// An entry's file, locked and in its place.
struct LockedEntry: ~Copyable, Sendable {
    let directory: Directory
    let file: EntryFile
}
