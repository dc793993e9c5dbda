import Platform

/// The database of a user's state, open, in the format of this release. Its file's lock is held.
///
/// One table, `entries(kind, key, remembered, expires)`, times in seconds since the epoch. An entry counts
/// from `remembered`, less a day that clocks may go back, until before `expires`. One that was remembered in
/// what is the future now, since the clock was wrong then, counts for nothing, and is the first to go.
///
/// Synchronous is NORMAL: the journal is on disk before the file is written, and the file before the journal
/// is emptied. What is lost with the power is at most the last change or, on a file system that writes out of
/// order, the file, which is then begun anew; a reply or a copy too many. FULL would cost two more waits for the
/// disk in every delivery, and change nothing in that.
struct StateDatabase: ~Copyable {
    private let database: Database
    /// Which file was opened: the path may name another one by now.
    let file: FileStatus
    /// Of which format it is; one above ``currentFormat`` is not to be used.
    let format: Int

    /// `PMst`, in the file's header.
    private static var application: Int { 0x504D_7374 }
    static var currentFormat: Int { 1 }
    private static var clockSlack: Int { 86_400 }
    /// How many entries that are over go with each that comes.
    private static var pruned: Int { 64 }

    /// Whether a failure lies in the file, and would come again.
    static func isDamage(_ error: DatabaseError) -> Bool {
        switch error.result {
        // A table that is gone is an error; pages that lead in circles end by interruption.
        case .corrupt, .notDatabase, .error, .interrupted: true
        default: false
        }
    }

    /// Opens a file, which may be empty, and makes it the format of this release if it is.
    init(_ path: String, file: FileStatus, wait: Int) throws(DatabaseError) {
        let opened = try Database(opening: path, busyMilliseconds: wait)
        let isEmpty = try StateDatabase.number("PRAGMA page_count", opened) == 0
        let application = try StateDatabase.number("PRAGMA application_id", opened)
        guard isEmpty || application == StateDatabase.application else {
            throw DatabaseError(
                .open, path: path, code: DatabaseError.Result.notDatabase.rawValue,
                message: "file is of another program")
        }
        try opened.execute(
            """
            PRAGMA journal_mode=TRUNCATE; PRAGMA synchronous=NORMAL; PRAGMA temp_store=MEMORY;
            PRAGMA cell_size_check=ON; PRAGMA max_page_count=8192
            """)
        if isEmpty { try StateDatabase.build(opened) }
        format = try StateDatabase.number("PRAGMA user_version", opened)
        database = opened
        self.file = file
    }

    private static func number(
        _ sql: StaticString, _ database: borrowing Database
    ) throws(DatabaseError) -> Int {
        try database.row(sql)?.first?.integer ?? 0
    }

    private static func build(_ database: borrowing Database) throws(DatabaseError) {
        try database.transaction { (database) throws(DatabaseError) in
            try database.execute(
                """
                CREATE TABLE entries (
                    kind INTEGER NOT NULL, key BLOB NOT NULL, remembered INTEGER NOT NULL,
                    expires INTEGER NOT NULL, PRIMARY KEY (kind, key)) WITHOUT ROWID;
                CREATE INDEX expiring ON entries (kind, expires, remembered);
                PRAGMA application_id=0x504D7374; PRAGMA user_version=1
                """)
        }
    }

    func contains(_ kind: StateKind, _ key: [UInt8], now: Int) throws(DatabaseError) -> Bool {
        try StateDatabase.contains(database, kind, key, now)
    }

    private static func contains(
        _ database: borrowing Database, _ kind: StateKind, _ key: [UInt8], _ now: Int
    ) throws(DatabaseError) -> Bool {
        try database.row(
            "SELECT 1 FROM entries WHERE kind=? AND key=? AND remembered<=? AND expires>?",
            [
                .integer(kind.rawValue), .octets(storedKey(key)), .integer(sum(now, clockSlack)),
                .integer(now),
            ]) != nil
    }

    /// How many entries with a key that begins with `prefix` have been remembered since a time; at most `most`.
    func count(
        _ kind: StateKind, prefix: [UInt8], since: Int, now: Int, most: Int
    ) throws(DatabaseError) -> Int {
        // No stored key is as long as what is put behind the last one.
        let end = prefix + [UInt8](repeating: 0xFF, count: 66)
        let row = try database.row(
            """
            SELECT count(*) FROM (SELECT 1 FROM entries
                WHERE kind=? AND key>=? AND key<? AND remembered>? AND remembered<=? AND expires>? LIMIT ?)
            """,
            [
                .integer(kind.rawValue), .octets(prefix), .octets(end), .integer(since),
                .integer(StateDatabase.sum(now, StateDatabase.clockSlack)), .integer(now),
                .integer(max(most, 0)),
            ])
        return row?.first?.integer ?? 0
    }

    /// Remembers all of `entries` or none.
    func remember(_ entries: [StateEntry], now: Int, limits: StateLimits) throws(DatabaseError) {
        try database.transaction { (database) throws(DatabaseError) in
            for entry in entries { try StateDatabase.remember(database, entry, now, limits) }
        }
    }

    /// Remembers `entry` unless it is known; whether it was not.
    func claim(_ entry: StateEntry, now: Int, limits: StateLimits) throws(DatabaseError) -> Bool {
        try database.transaction { (database) throws(DatabaseError) in
            if try StateDatabase.contains(database, entry.kind, entry.key, now) { return false }
            try StateDatabase.remember(database, entry, now, limits)
            return true
        }
    }

    func forget(_ kind: StateKind, _ key: [UInt8]) throws(DatabaseError) {
        try StateDatabase.forget(database, kind, key)
    }

    private static func forget(
        _ database: borrowing Database, _ kind: StateKind, _ key: [UInt8]
    ) throws(DatabaseError) {
        try database.run(
            "DELETE FROM entries WHERE kind=? AND key=?",
            [.integer(kind.rawValue), .octets(storedKey(key))])
    }

    private static func remember(
        _ database: borrowing Database, _ entry: StateEntry, _ now: Int, _ limits: StateLimits
    ) throws(DatabaseError) {
        let (period, overflow) = entry.until.subtractingReportingOverflow(now)
        guard overflow ? entry.until > now : period > 0 else {
            return try forget(database, entry.kind, entry.key)
        }
        let expires = sum(now, overflow ? limits.longestPeriod : min(period, limits.longestPeriod))
        try database.run(
            "INSERT OR REPLACE INTO entries (kind, key, remembered, expires) VALUES (?, ?, ?, ?)",
            [
                .integer(entry.kind.rawValue), .octets(storedKey(entry.key)), .integer(now),
                .integer(expires),
            ])
        try prune(database, entry.kind, now, limits)
    }

    /// Drops some of what is over; and when there are too many, those that are of the future, then those that
    /// would be over first, and a few more than must go, so that this is seldom.
    private static func prune(
        _ database: borrowing Database, _ kind: StateKind, _ now: Int, _ limits: StateLimits
    ) throws(DatabaseError) {
        let kind = DatabaseValue.integer(kind.rawValue)
        try database.run(
            """
            DELETE FROM entries WHERE kind=?1 AND key IN
                (SELECT key FROM entries WHERE kind=?1 AND expires<=?2 ORDER BY expires LIMIT ?3)
            """, [kind, .integer(now), .integer(pruned)])
        let most = max(limits.entriesPerKind, 16)
        let counted = try database.row(
            "SELECT count(*) FROM (SELECT 1 FROM entries WHERE kind=? LIMIT ?)",
            [kind, .integer(sum(most, most))])
        let excess = (counted?.first?.integer ?? 0) &- most
        guard excess > 0 else { return }
        try database.run(
            """
            DELETE FROM entries WHERE kind=?1 AND key IN
                (SELECT key FROM entries WHERE kind=?1 ORDER BY remembered>?2 DESC, expires LIMIT ?3)
            """, [kind, .integer(sum(now, clockSlack)), .integer(sum(excess, most / 16))])
    }

    private static func sum(_ a: Int, _ b: Int) -> Int {
        let (sum, overflow) = a.addingReportingOverflow(b)
        return overflow ? .max : sum
    }
}
