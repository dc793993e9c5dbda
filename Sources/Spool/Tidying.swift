package import Platform

extension SpoolDirectory {
    /// Removes what processes that died while writing have left, 36 hours later; and after 30 days, entries
    /// that were prepared and are named by no journal.
    ///
    /// - Returns: how many files that were.
    /// - Throws: the first failure, after all files were gone through.
    package func removeStaleDrafts(now: WallTime) throws(SpoolError) -> Int {
        var removed = 0
        var failure: SpoolError?
        for (name, age) in [("tmp", 36 * 3600), ("prepared", 30 * 86_400)] {
            do throws(SpoolError) {
                guard let room = try tree.room(name) else { continue }
                removed += try removeFiles(olderThan: age, in: room, now: now, &failure)
            } catch {
                failure = failure ?? error
            }
        }
        if let failure { throw failure }
        return removed
    }

    private func removeFiles(
        olderThan age: Int, in room: borrowing Directory, now: WallTime, _ failure: inout SpoolError?
    ) throws(SpoolError) -> Int {
        var removed = 0
        for name in try system({ () throws(SystemError) in try room.names() }) {
            do throws(SpoolError) {
                if try removeFile(name, olderThan: age, in: room, now: now) { removed += 1 }
            } catch {
                failure = failure ?? error
            }
        }
        return removed
    }

    private func removeFile(
        _ name: String, olderThan age: Int, in room: borrowing Directory, now: WallTime
    ) throws(SpoolError) -> Bool {
        guard let file = try EntryFile.open(name, in: room, .read, owner: owner) else { return false }
        let modified = try file.status().modified
        guard now.seconds.subtractingReportingOverflow(modified).partialValue > age, try file.tryLock(),
            try file.isStill(name, in: room)
        else { return false }
        try system { () throws(SystemError) in try room.removeFile(name) }
        return true
    }
}
