import Platform

/// The right to sweep one user's part of the spool, as long as the value lives. Who has it goes through all
/// that is due, so that others need not.
///
/// It keeps nobody from an entry: entries have locks of their own.
package struct SweepLock: ~Copyable, Sendable {
    private let file: EntryFile

    fileprivate init(_ file: consuming EntryFile) {
        self.file = file
    }

    /// Gives it up. What is committed from now on is somebody else's to sweep: look once more.
    package consuming func release() {}
}

extension SpoolDirectory {
    private static let sweepLockName = "sweep.lock"

    /// Takes the lock of this part; nil if another process has it. Never waits.
    package func tryLockSweep() throws(SpoolError) -> SweepLock? {
        let name = Self.sweepLockName
        guard Identity.current().user == owner else {
            throw SpoolError(
                .unsafe, path: tree.home.path(of: name), reason: "only uid \(owner) may write here")
        }
        // Somebody may tidy the file away between our making it and our locking it, but hardly for ever.
        for _ in 0..<8 {
            _ = try system { () throws(SystemError) in
                try tree.home.openOrCreateFile(name, .readWrite, permissions: 0o600)
            }
            guard let file = try EntryFile.open(name, in: tree.home, .readWrite, owner: owner) else {
                continue
            }
            guard try file.tryLock() else { return nil }
            if try file.isStill(name, in: tree.home) { return SweepLock(file) }
        }
        return nil
    }
}
