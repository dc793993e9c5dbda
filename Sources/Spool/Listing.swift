package import Platform

extension SpoolDirectory {
    /// Calls `body` with the entries that are due, earliest minute first, until it says false. Nothing is
    /// opened for that, and of what is not due nothing but the names of its minutes is read.
    ///
    /// Minutes that have passed and hold nothing any more are removed on the way.
    /// - Parameter limit: how many at the most.
    /// - Throws: the first failure to read a directory, after all others were gone through.
    package func forEachDue(now: WallTime, limit: Int, _ body: (EntryReference) -> Bool) throws(SpoolError) {
        var left = limit
        var failure: SpoolError?
        for bucket in try tree.buckets().buckets where bucket.isDue(at: now) {
            guard left > 0 else { break }
            do throws(SpoolError) {
                let due = try tree.entries(in: bucket, limit: left) { bucket.isDue($0, at: now) }.entries
                for reference in due {
                    left -= 1
                    guard body(reference) else { return }
                }
                if bucket.isPast(at: now) { try tree.removeIfEmpty(bucket) }
            } catch {
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
    }

    /// All entries: the queue by time, then what is on hold, then what is damaged; and the paths of what is
    /// found among them that is no entry.
    package func entries() throws(SpoolError) -> (entries: [EntryReference], strays: [String]) {
        var (buckets, strays) = try tree.buckets()
        var entries: [EntryReference] = []
        for bucket in buckets {
            let found = try tree.entries(in: bucket, limit: .max) { _ in true }
            entries += found.entries
            strays += found.strays
        }
        for place in [EntryReference.Place.hold, .corrupt] {
            let found = try tree.entries(in: place)
            entries += found.entries
            strays += found.strays
        }
        return (entries, strays)
    }

    /// Where the entry of that name is; nil if it is nowhere.
    package func find(_ id: String) throws(SpoolError) -> EntryReference? {
        guard EntryIdentifier.isValid(id) else { return nil }
        return try tree.places(of: id).first
    }

    /// Removes what processes that died while writing have left, 36 hours later.
    ///
    /// - Returns: how many files that were.
    /// - Throws: the first failure, after all files were gone through.
    package func removeStaleDrafts(now: WallTime) throws(SpoolError) -> Int {
        guard let drafts = try tree.room("tmp") else { return 0 }
        var removed = 0
        var failure: SpoolError?
        for name in try system({ () throws(SystemError) in try drafts.names() }) {
            do throws(SpoolError) {
                if try removeIfStale(name, in: drafts, now: now) { removed += 1 }
            } catch {
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
        return removed
    }

    private func removeIfStale(
        _ name: String, in drafts: borrowing Directory, now: WallTime
    ) throws(SpoolError) -> Bool {
        guard let file = try EntryFile.open(name, in: drafts, .read, owner: owner) else { return false }
        let modified = try file.status().modified
        guard now.seconds.subtractingReportingOverflow(modified).partialValue > 36 * 3600, try file.tryLock()
        else {
            return false
        }
        try system { () throws(SystemError) in try drafts.removeFile(name) }
        return true
    }

    /// The users that have a part in the spool at `path`, by number; and what looks like one and cannot be
    /// trusted.
    package static func owners(
        in path: String
    ) throws(SpoolError) -> (owners: [UInt32], problems: [SpoolError]) {
        guard let spool = try systemIfExists({ () throws(SystemError) in try Directory(opening: path) })
        else {
            throw SpoolError(.absent, path: path, reason: "there is no spool")
        }
        var owners: [UInt32] = []
        var problems: [SpoolError] = []
        for name in try system({ () throws(SystemError) in try spool.names(limit: 1 << 20) }) {
            guard let owner = UInt32(name), String(owner) == name else {
                problems.append(
                    SpoolError(.unsafe, path: spool.path(of: name), reason: "it is no user's directory"))
                continue
            }
            do throws(SpoolError) {
                if try openTrusted(name, in: spool, owner: owner) != nil { owners.append(owner) }
            } catch {
                problems.append(error)
            }
        }
        return (owners.sorted(), problems)
    }
}

extension SpoolTree {
    /// The entries in a bucket that are wanted, by time, at most `limit`; and the paths of what is no entry.
    func entries(
        in bucket: Bucket, limit: Int, where isWanted: (EntryReference) -> Bool
    ) throws(SpoolError) -> (entries: [EntryReference], strays: [String]) {
        guard let queue = try room("queue"),
            let directory = try systemIfExists({ () throws(SystemError) in
                try queue.openDirectory(bucket.name)
            })
        else { return ([], []) }
        var names: [(name: String, entry: EntryReference)] = []
        var strays: [String] = []
        try system { () throws(SystemError) in
            try directory.forEachName { name in
                guard let reference = bucket.reference(name: name) else {
                    strays.append(directory.path(of: name))
                    return true
                }
                if isWanted(reference) { names.append((name, reference)) }
                return names.count < limit
            }
        }
        names.sort { $0.name < $1.name }
        return (names.map(\.entry), strays)
    }

    /// The entries on hold, or damaged, by age.
    func entries(
        in place: EntryReference.Place
    ) throws(SpoolError) -> (entries: [EntryReference], strays: [String]) {
        guard let room = try room(place == .hold ? "hold" : "corrupt") else { return ([], []) }
        let names = try system { () throws(SystemError) in try room.names() }.sorted()
        let entries = names.filter(EntryIdentifier.isValid).map { EntryReference(id: $0, place: place) }
        return (entries, names.filter { !EntryIdentifier.isValid($0) }.map { room.path(of: $0) })
    }

    /// All places where an entry of that name is: normally one. Reads all names of the queue.
    func places(of id: String) throws(SpoolError) -> [EntryReference] {
        var places: [EntryReference] = []
        for place in [EntryReference.Place.hold, .corrupt] {
            let reference = EntryReference(id: id, place: place)
            guard let directory = try directory(of: reference) else { continue }
            let found = try systemIfExists { () throws(SystemError) in try directory.status(of: id) }
            if found != nil { places.append(reference) }
        }
        for bucket in try buckets().buckets {
            places += try entries(in: bucket, limit: .max) { $0.id == id }.entries
        }
        return places
    }

    func removeIfEmpty(_ bucket: Bucket) throws(SpoolError) {
        guard let queue = try room("queue") else { return }
        do throws(SystemError) {
            try queue.removeDirectory(bucket.name)
        } catch {
            guard error.code != ErrorCode.directoryNotEmpty, error.code != ErrorCode.noSuchFile else {
                return
            }
            throw SpoolError(error)
        }
    }
}
