import Platform

/// One user's directory of the spool, with the steps that everything else is made of.
///
/// Invariants: the directory belongs to the user and nobody else may enter it. A file gets a new name before
/// it loses the old one, and the new one is durable first: a crash may leave an entry with two names (which
/// is put right when it is next opened), never with none.
struct SpoolTree: ~Copyable, Sendable {
    let home: Directory
    let owner: UInt32

    func duplicate() throws(SpoolError) -> SpoolTree {
        let home = try system { () throws(SystemError) in try self.home.duplicate() }
        return SpoolTree(home: home, owner: owner)
    }

    /// The name that an entry has in the directory of its place.
    static func name(of reference: EntryReference) -> String {
        switch reference.place {
        case .queue(let due): Bucket.containing(due, id: reference.id).name
        case .hold, .corrupt: reference.id
        }
    }

    /// The directory of a place; nil if there is none.
    func directory(of reference: EntryReference) throws(SpoolError) -> Directory? {
        switch reference.place {
        case .queue(let due):
            guard let queue = try room("queue") else { return nil }
            let bucket = Bucket.containing(due, id: reference.id).bucket
            return try systemIfExists { () throws(SystemError) in try queue.openDirectory(bucket.name) }
        case .hold: return try room("hold")
        case .corrupt: return try room("corrupt")
        }
    }

    func room(_ name: String) throws(SpoolError) -> Directory? {
        try systemIfExists { () throws(SystemError) in try home.openDirectory(name) }
    }

    /// Gives a file the name and place of `reference`, durably. Its old name stays.
    ///
    /// After an error the new name is gone again.
    /// - Parameter mayBeThere: whether the file may have that name already.
    func publish(
        _ name: String, in source: borrowing Directory, as reference: EntryReference, mayBeThere: Bool = false
    ) throws(SpoolError) {
        let newName = Self.name(of: reference)
        // A sweep may remove an empty bucket between our making it and our using it, but hardly for ever.
        var attempts = 8
        while true {
            attempts -= 1
            let target = try makeDirectory(of: reference)
            do throws(SystemError) {
                try source.link(name, to: newName, in: target)
            } catch {
                if error.code == ErrorCode.noSuchFile, attempts > 0 { continue }
                guard mayBeThere, error.code == ErrorCode.exists,
                    try isOneFile(name, in: source, newName, in: target)
                else { throw SpoolError(error) }
            }
            do throws(SystemError) {
                return try target.synchronize()
            } catch {
                try? target.removeFile(newName)
                throw SpoolError(error)
            }
        }
    }

    private func isOneFile(
        _ name: String, in source: borrowing Directory, _ newName: String, in target: borrowing Directory
    ) throws(SpoolError) -> Bool {
        try system { () throws(SystemError) in
            try source.status(of: name).isSameFile(as: target.status(of: newName))
        }
    }

    /// Gives a locked entry another place. It has that one name when this returns, and after an error its old
    /// name or both.
    func move(
        _ reference: EntryReference, in directory: borrowing Directory, to target: EntryReference
    ) throws(SpoolError) {
        try publish(Self.name(of: reference), in: directory, as: target)
        if reference.due != nil, target.due != nil {
            // Not synced: if a crash brings the old name back, the entry is tried early, that is all.
            try system { () throws(SystemError) in try directory.removeFile(Self.name(of: reference)) }
        } else {
            try unlink(reference, in: directory)
        }
    }

    /// Removes a name, durably.
    func unlink(_ reference: EntryReference, in directory: borrowing Directory) throws(SpoolError) {
        try system { () throws(SystemError) in
            try directory.removeFile(Self.name(of: reference))
            try directory.synchronize()
        }
    }

    /// The directory of a place, made if need be; the way to it is durable.
    private func makeDirectory(of reference: EntryReference) throws(SpoolError) -> Directory {
        try system { () throws(SystemError) in
            switch reference.place {
            case .hold: return try Self.make("hold", in: home)
            case .corrupt: return try Self.make("corrupt", in: home)
            case .queue(let due):
                let queue = try home.openDirectory("queue")
                return try Self.make(Bucket.containing(due, id: reference.id).bucket.name, in: queue)
            }
        }
    }

    /// Makes sure that a directory is there, for good.
    static func make(_ name: String, in parent: borrowing Directory) throws(SystemError) -> Directory {
        try parent.makeDirectoryIfMissing(name)
        let directory = try parent.openDirectory(name)
        // Even where it was there: who made it may not have come to this yet.
        try parent.synchronize()
        return directory
    }

    /// The buckets of the queue, earliest first, and the names in it that are none.
    func buckets() throws(SpoolError) -> (buckets: [Bucket], strays: [String]) {
        guard let queue = try room("queue") else { return ([], []) }
        var buckets: [Bucket] = []
        var strays: [String] = []
        try system { () throws(SystemError) in
            try queue.forEachName { name in
                if let bucket = Bucket(name: name) {
                    buckets.append(bucket)
                } else {
                    strays.append(queue.path(of: name))
                }
                return true
            }
        }
        buckets.sort { $0.minute < $1.minute }
        return (buckets, strays)
    }
}
