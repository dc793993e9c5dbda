import Platform

/// What a user's rules remember from one delivery to the next, in one file.
///
/// - Nothing is opened, and no file is made, before something is to be remembered; nothing is known then.
/// - Everything is bounded: entries, their keys, the time that they last, and the wait for other deliveries.
///   What is over is dropped in passing; of too many, those that would be over first.
/// - A damaged file is set aside and begun anew. After any error, the caller goes on as if nothing were known.
/// - What is done with mail comes first, and is remembered when it is on disk: a crash in between repeats it. Only
///   what may as well never happen, a notice, may be claimed first (``claim(_:now:)``).
package struct StateStore: ~Copyable {
    private let file: StateFile
    private let limits: StateLimits
    private var opened: StateDatabase?

    /// The state in the file at `path`, whose directory exists; nothing is looked at yet.
    package init(at path: String, limits: StateLimits = StateLimits()) {
        file = StateFile(path)
        self.limits = limits
    }

    /// Whether `key` is remembered at `now`, in seconds since the epoch.
    package mutating func contains(_ kind: StateKind, key: [UInt8], now: Int) throws(StateError) -> Bool {
        try perform(isMaking: false) { (database) throws(DatabaseError) in
            try database.contains(kind, key, now: now)
        } ?? false
    }

    /// How many keys that begin with `prefix`, of at most 64 octets each, have been remembered since a time, and are
    /// still; at most `most`. All times in seconds since the epoch.
    package mutating func count(
        _ kind: StateKind, prefix: [UInt8], since: Int, now: Int, most: Int
    ) throws(StateError) -> Int {
        try perform(isMaking: false) { (database) throws(DatabaseError) in
            try database.count(kind, prefix: prefix, since: since, now: now, most: most)
        } ?? 0
    }

    /// Remembers `key` until a time, or for the longest period if that is shorter. What was known of it is
    /// replaced; a time that is over forgets it.
    package mutating func remember(
        _ kind: StateKind, key: [UInt8], until: Int, now: Int
    ) throws(StateError) {
        try remember([StateEntry(kind, key: key, until: until)], now: now)
    }

    /// Remembers all of `entries` or none, at the cost of one.
    package mutating func remember(_ entries: [StateEntry], now: Int) throws(StateError) {
        if entries.isEmpty { return }
        let limits = limits
        try perform(isMaking: true) { (database) throws(DatabaseError) in
            try database.remember(entries, now: now, limits: limits)
        }
    }

    /// Remembers `entry` unless it is known already.
    ///
    /// - Returns: whether it was not; of several that claim at once, one is told so.
    package mutating func claim(_ entry: StateEntry, now: Int) throws(StateError) -> Bool {
        let limits = limits
        return try perform(isMaking: true) { (database) throws(DatabaseError) in
            try database.claim(entry, now: now, limits: limits)
        } ?? false
    }

    package mutating func forget(_ kind: StateKind, key: [UInt8]) throws(StateError) {
        try perform(isMaking: false) { (database) throws(DatabaseError) in
            try database.forget(kind, key)
        }
    }

    /// Does `body` under the lock; once more, on a new file, if the file turns out to be damaged.
    ///
    /// - Returns: nil if there is no file, and none is to be made.
    @discardableResult
    private mutating func perform<Value>(
        isMaking: Bool, _ body: (borrowing StateDatabase) throws(DatabaseError) -> Value
    ) throws(StateError) -> Value? {
        if !isMaking, try file.status() == nil { return nil }
        let lock = try file.lock(until: Deadline(milliseconds: limits.waitMilliseconds))
        defer { withExtendedLifetime(lock) {} }
        do throws(StateError) {
            return try attempt(isMaking: isMaking, body)
        } catch {
            guard case .database(let failure) = error.reason, StateDatabase.isDamage(failure) else {
                throw error
            }
        }
        try file.setAside()
        return try attempt(isMaking: isMaking, body)
    }

    private mutating func attempt<Value>(
        isMaking: Bool, _ body: (borrowing StateDatabase) throws(DatabaseError) -> Value
    ) throws(StateError) -> Value? {
        guard let database = try database(isMaking: isMaking) else { return nil }
        do throws(DatabaseError) {
            let value = try body(database)
            opened = consume database
            return value
        } catch {
            throw StateError(file.path, .database(error))
        }
    }

    /// Takes the database that is open, if it is still that of the path, or opens it.
    private mutating func database(isMaking: Bool) throws(StateError) -> StateDatabase? {
        let kept = opened.take()
        if let status = try file.status() {
            if let kept, kept.file.isSameFile(as: status) { return kept }
        } else if !isMaking {
            return nil
        }
        do throws(DatabaseError) {
            try Database.create(file.path)
        } catch {
            throw StateError(file.path, .database(error))
        }
        guard let status = try file.status() else { return nil }
        let database: StateDatabase
        do throws(DatabaseError) {
            database = try StateDatabase(file.path, file: status, wait: limits.waitMilliseconds)
        } catch {
            throw StateError(file.path, .database(error))
        }
        guard database.format <= StateDatabase.currentFormat else {
            throw StateError(file.path, .laterFormat(database.format))
        }
        return database
    }
}
