import Platform

/// One user's part of the spool: messages that could not be delivered yet, or that must leave the machine.
///
/// The spool is a directory that all users may write into, with the sticky bit, like `/tmp`; or a directory
/// of one user's own. It holds one directory for each user, named by the user id, mode 0700 and owned by that
/// user: no program needs more rights than those of the user whose mail it is.
///
///     SPOOL/UID/tmp/ID                   being written; nobody reads it
///     SPOOL/UID/prepared/ID              whole, and not in the queue yet
///     SPOOL/UID/queue/MINUTE/SS.ID       to be tried at that minute and second
///     SPOOL/UID/hold/ID                  waiting for a person
///     SPOOL/UID/corrupt/ID               damaged; waiting for a person
///     SPOOL/UID/sweep.lock               locked by who goes through all that is due
///     SPOOL/UID/totals                   counters of the sweeps; written and read elsewhere
///
/// **States of an entry.** Each name stands for the same file; `+` it exists, `-` it does not, `?` it may.
///
///     state             tmp  prepared  queue  hold  corrupt   who acts on it
///     S1  not there      -      -        -     -      -
///     S2  being written  +      -        -     -      -       nobody; removed after 36 hours
///     S3  prepared       ?      +        -     -      -       who opens its parent; else removed after 30 days
///     S4  queued         ?      ?        +     -      -       a sweep, once it is due
///     S5  on hold        -      -        -     +      -       a person
///     S6  damaged        -      -        -     -      +       a person
///
/// **Steps.** *link* makes a second name, *sync* makes a directory's names durable, and what follows a sync
/// is begun only after it succeeded.
///
///     commit       S1 ▸ create tmp ▸ write ▸ sync file ▸ S2 ▸ link queue ▸ sync bucket ▸ S4 ▸ unlink tmp
///     prepare      S1 ▸ create tmp ▸ write ▸ sync file ▸ S2 ▸ rename to prepared ▸ sync it ▸ S3
///     publish      S3 ▸ link queue ▸ sync bucket ▸ S4 ▸ unlink prepared ▸ sync it
///     reschedule   S4 ▸ link in the new bucket ▸ sync it ▸ unlink in the old
///     hold         S4 ▸ link hold ▸ sync hold ▸ unlink queue ▸ S5;   release: the other way round
///     damage       S4 or S5 ▸ link corrupt ▸ sync corrupt ▸ unlink ▸ S6
///     remove       S4 or S5 ▸ unlink ▸ sync ▸ S1
///
/// Between prepare and publish, a record of the parent's journal says that there is such a child.
///
/// **Crashes.** Until the bucket is synced a commit may be gone after a crash (S1 or S2), or be there (S4): it
/// was not reported. Afterwards it is there. A crash between a link and its unlink leaves one file with two
/// names; both have one lock and one journal, and whoever opens one of them syncs that one and removes the
/// others first. A crash after an unlink that was not yet durable brings the name back: its journal still says
/// what was done.
///
/// **Locks.** Whoever writes or changes an entry holds an exclusive `flock` on its file, from before it has a
/// name in the queue; a lock that was got counts only if the name still leads to that file afterwards.
package struct SpoolDirectory: ~Copyable, Sendable {
    let tree: SpoolTree
    let checksum = Checksum()

    /// The user whose entries these are.
    package var owner: UInt32 { tree.owner }

    /// Opens the part of `owner` in the spool at `path`.
    ///
    /// - Parameters:
    ///   - owner: the user id; whoever changes entries must act as this user.
    ///   - creating: makes what is missing, durably.
    /// - Throws: `absent` if it is not there, `unsafe` if others have their hands in it.
    package init(opening path: String, owner: UInt32, creating: Bool) throws(SpoolError) {
        let spool = try Self.openSpool(path, owner: owner, creating: creating)
        let home = try Self.openHome(in: spool, owner: owner, creating: creating)
        if creating {
            try system { () throws(SystemError) in try Self.makeRooms(of: home, in: spool) }
        }
        tree = SpoolTree(home: home, owner: owner)
    }

    private static func openSpool(
        _ path: String, owner: UInt32, creating: Bool
    ) throws(SpoolError) -> Directory {
        let spool = try openOrMakeSpool(path, creating: creating)
        let status = try system { () throws(SystemError) in try spool.status() }
        if let reason = distrust(of: status, owner: owner) {
            throw SpoolError(.unsafe, path: path, reason: reason)
        }
        return spool
    }

    private static func openOrMakeSpool(_ path: String, creating: Bool) throws(SpoolError) -> Directory {
        if let spool = try systemIfExists({ () throws(SystemError) in try Directory(opening: path) }) {
            return spool
        }
        guard creating else { throw SpoolError(.absent, path: path, reason: "there is no spool") }
        // Made by root it is for everybody, as the installed one is; else for this user alone.
        let permissions: UInt32 = Identity.current().isSuperuser ? 0o1777 : 0o700
        return try system { () throws(SystemError) in try Directory.make(path, permissions: permissions) }
    }

    /// Why entries of `owner` would not be safe in a spool like this.
    private static func distrust(of status: FileStatus, owner: UInt32) -> String? {
        guard status.owner == 0 || status.owner == owner else {
            return "it belongs to uid \(status.owner), neither to root nor to uid \(owner)"
        }
        guard status.permissions & 0o022 == 0 || status.permissions & 0o1000 != 0 else {
            return "others may write to it, and its sticky bit is not set"
        }
        return nil
    }

    private static func openHome(
        in spool: borrowing Directory, owner: UInt32, creating: Bool
    ) throws(SpoolError) -> Directory {
        let name = String(owner)
        let path = spool.path(of: name)
        var found = try openTrusted(name, in: spool, owner: owner)
        if found == nil, creating {
            guard Identity.current().user == owner else {
                throw SpoolError(.unsafe, path: path, reason: "only uid \(owner) may make it")
            }
            try system { () throws(SystemError) in try spool.makeDirectoryIfMissing(name) }
            found = try openTrusted(name, in: spool, owner: owner)
        }
        guard let home = found else { throw SpoolError(.absent, path: path, reason: "there are no entries") }
        return home
    }

    /// Opens a user's directory; nil if there is none.
    static func openTrusted(
        _ name: String, in spool: borrowing Directory, owner: UInt32
    ) throws(SpoolError) -> Directory? {
        guard let home = try openWithoutLinks(name, in: spool) else { return nil }
        let status = try system { () throws(SystemError) in try home.status() }
        if let reason = status.reasonForDistrust(wanting: .directory, of: owner) {
            throw SpoolError(.unsafe, path: home.path, reason: reason)
        }
        return home
    }

    private static func openWithoutLinks(
        _ name: String, in spool: borrowing Directory
    ) throws(SpoolError) -> Directory? {
        do throws(SystemError) {
            return try spool.openDirectory(name)
        } catch {
            switch error.code {
            case ErrorCode.noSuchFile: return nil
            case ErrorCode.notDirectory, ErrorCode.tooManySymbolicLinks:
                throw SpoolError(.unsafe, path: spool.path(of: name), reason: "it is not a directory")
            default: throw SpoolError(error)
            }
        }
    }

    /// Makes the user's rooms. `hold` is made last, when the others and the way to them are durable: where
    /// all are found, nothing has to be made or synced again.
    private static func makeRooms(
        of home: borrowing Directory, in spool: borrowing Directory
    ) throws(SystemError) {
        // All of them are looked at: somebody may have tidied an empty one away.
        if ["hold", "tmp", "queue", "corrupt"].allSatisfy({ (try? home.status(of: $0)) != nil }) { return }
        for room in ["tmp", "queue", "corrupt"] { try home.makeDirectoryIfMissing(room) }
        try home.synchronize()
        try spool.synchronize()
        try home.makeDirectoryIfMissing("hold")
        try home.synchronize()
    }
}
