package import Platform

/// What deliveries that were cut short left in `tmp/`.
extension Folder {
    /// Seconds after which nobody can be writing a file any more; cr.yp.to/proto/maildir.html has this figure.
    private static var staleAfter: Int { 36 * 3600 }
    /// Seconds between two looks.
    private static var lookEvery: Int { 7 * 24 * 3600 }

    /// Removes the files in `tmp/` that were neither read nor written for 36 hours. Looks once a week, for which
    /// the time of the last access to `tmp/` is the mark: at any other time this is one system call.
    ///
    /// For after a success: it can only take time, nothing that goes wrong matters.
    ///
    /// - Returns: how many were removed.
    @discardableResult
    package func cleanStaleFiles(now: WallTime = .now()) -> Int {
        do throws(SystemError) {
            let looked = try directory.entries.lastAccess(of: "tmp")
            guard now.seconds - looked > Self.lookEvery else { return 0 }
            // First the mark, so that of many deliveries at once one looks.
            try directory.entries.setLastAccess(of: "tmp", seconds: now.seconds)
            let directory = try directory.entries.openDirectory("tmp", followingLinks: true)
            var removed = 0
            // A name that begins with a dot is a file that an NFS client still holds open.
            for name in try directory.names(limit: 100_000) where name.utf8.first != UInt8(ascii: ".") {
                if Self.removeIfStale(name, in: directory, now) { removed += 1 }
            }
            return removed
        } catch {
            return 0
        }
    }

    private static func removeIfStale(
        _ name: String, in directory: borrowing Directory, _ now: WallTime
    ) -> Bool {
        do throws(SystemError) {
            let status = try directory.status(of: name)
            guard status.kind == .regular else { return false }
            var touched = max(status.modified, try directory.lastAccess(of: name))
            // Dovecot copies by linking an old message into tmp/: only the time of the change tells.
            if status.links > 1 { touched = max(touched, status.changed) }
            guard now.seconds - touched > staleAfter else { return false }
            try directory.removeFile(name)
            return true
        } catch {
            return false
        }
    }
}
