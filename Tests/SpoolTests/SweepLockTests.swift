import Platform
import TestSupport
import Testing

@testable import Spool

@Suite struct SweepLockTests {
    @Test("one sweep at a time has the lock, and the next gets it when it is given up")
    func exclusive() throws {
        let test = try TestSpool()
        let spool = try test.open()
        let other = try test.open()
        let lock = try #require(try take(spool))
        #expect(try isTaken(other))
        #expect(try isTaken(spool))
        lock.release()
        #expect(try !isTaken(other))
        do {
            let again = try #require(try take(other))
            #expect(try isTaken(spool))
            _ = again
        }
        #expect(try !isTaken(spool))
        // It is no entry, and no stray.
        #expect(try spool.entries().strays.isEmpty)
        #expect(try test.files() == ["sweep.lock"])
    }

    @Test("it is free at once, though a program that is just being started has a copy of the descriptor")
    func copied() throws {
        let test = try TestSpool()
        let spool = try test.open()
        let lock = try #require(try take(spool))
        let copies = try DescriptorCopies(of: "\(test.home)/sweep.lock")
        #expect(copies.count == 1)
        lock.release()
        #expect(try !isTaken(spool))
        withExtendedLifetime(copies) {}
    }

    @Test("a lock on a file that somebody tidied away does not count for the others")
    func removedFile() throws {
        let test = try TestSpool()
        let spool = try test.open()
        let lock = try #require(try take(spool))
        _ = try run("/bin/rm", "\(test.home)/sweep.lock")
        #expect(try !isTaken(spool))
        lock.release()
    }

    @Test("what is no file of the user's own is not trusted")
    func untrusted() throws {
        let test = try TestSpool()
        let spool = try test.open()
        _ = try run("/bin/sh", "-c", "umask 0; echo > \(test.home)/sweep.lock")
        #expect(kind { () throws(SpoolError) in try spool.tryLockSweep() != nil } == .unsafe)
        _ = try run("/bin/rm", "\(test.home)/sweep.lock")
        _ = try run("/bin/ln", "-s", "/tmp/nowhere", "\(test.home)/sweep.lock")
        #expect(kind { () throws(SpoolError) in try spool.tryLockSweep() != nil } == .failed)
    }

    private func take(_ spool: borrowing SpoolDirectory) throws(SpoolError) -> Held? {
        guard let lock = try spool.tryLockSweep() else { return nil }
        return Held(lock)
    }

    private func isTaken(_ spool: borrowing SpoolDirectory) throws(SpoolError) -> Bool {
        try spool.tryLockSweep() == nil
    }

    /// What macros can look at.
    private final class Held {
        private var lock: SweepLock?

        init(_ lock: consuming SweepLock) {
            self.lock = consume lock
        }

        func release() {
            lock.take()?.release()
        }
    }
}
