package import Platform

extension SpoolDirectory {
    /// Calls `body` with the entries that are due, earliest minute first, until it says false. Nothing is
    /// opened for that, and of what is not due nothing but the names of its minutes is read.
    ///
    /// Within a minute they come by time; in one with more than 10,000 entries, each 10,000 of them do, so that
    /// no more than these are in memory at once. Minutes that have passed and hold nothing any more are removed
    /// on the way. For a `now` far enough off, this is all of the queue.
    /// - Parameters:
    ///   - limit: how many at the most.
    ///   - body: may remove the entry, and move it to a time after `now`.
    /// - Throws: the first failure to read a directory, after all others were gone through.
    package func forEachDue(now: WallTime, limit: Int, _ body: (EntryReference) -> Bool) throws(SpoolError) {
        var left = limit
        var failure: SpoolError?
        for bucket in try tree.buckets().buckets where bucket.isDue(at: now) {
            guard left > 0 else { break }
            do throws(SpoolError) {
                try tree.forEachSlice(of: bucket, size: min(left, Self.slice)) {
                    bucket.isDue($0, at: now)
                } _: { entries in
                    for reference in entries where left > 0 {
                        left -= 1
                        if !body(reference) { left = 0 }
                    }
                    return left > 0
                }
                if bucket.isPast(at: now) { try tree.removeIfEmpty(bucket) }
            } catch {
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
    }

    /// How many names of one minute are held in memory.
    private static let slice = 10_000

    /// Whether there is anything that ``forEachDue(now:limit:_:)`` would find.
    package func hasDue(now: WallTime) throws(SpoolError) -> Bool {
        var found = false
        try forEachDue(now: now, limit: 1) { _ in
            found = true
            return false
        }
        return found
    }

    /// All entries: the queue by time, then what is on hold, then what is damaged; and the paths of what is
    /// found among them that is no entry.
    package func entries() throws(SpoolError) -> (entries: [EntryReference], strays: [String]) {
        var (buckets, strays) = try tree.buckets()
        var entries: [EntryReference] = []
        for bucket in buckets {
            strays += try tree.forEachSlice(of: bucket, size: .max) { _ in
                true
            } _: { found in
                entries += found
                return true
            }
        }
        for place in [EntryReference.Place.hold, .corrupt] {
            let found = try tree.entries(in: place)
            entries += found.entries
            strays += found.strays
        }
        return (entries, strays)
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
    /// Calls `body` with the entries of a bucket that are wanted, in slices of at most `size`, each by time,
    /// until it says false.
    ///
    /// - Returns: the paths of what is no entry, as far as the bucket was read.
    @discardableResult
    func forEachSlice(
        of bucket: Bucket, size: Int, where isWanted: (EntryReference) -> Bool,
        _ body: ([EntryReference]) -> Bool
    ) throws(SpoolError) -> [String] {
        guard let queue = try room("queue"),
            let directory = try systemIfExists({ () throws(SystemError) in
                try queue.openDirectory(bucket.name)
            })
        else { return [] }
        var slice: [(name: String, entry: EntryReference)] = []
        var strays: [String] = []
        func handOver() -> Bool {
            let entries = slice.sorted { $0.name < $1.name }.map(\.entry)
            slice.removeAll(keepingCapacity: true)
            return body(entries)
        }
        var goesOn = true
        try system { () throws(SystemError) in
            try directory.forEachName { name in
                guard let reference = bucket.reference(name: name) else {
                    strays.append(directory.path(of: name))
                    return true
                }
                guard isWanted(reference) else { return true }
                slice.append((name, reference))
                if slice.count >= size { goesOn = handOver() }
                return goesOn
            }
        }
        if goesOn, !slice.isEmpty { _ = handOver() }
        return strays
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
