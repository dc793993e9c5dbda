import CPlatform
import Glibc

/// Advisory whole-file locks that end with the descriptor (`flock(2)`).
extension OwnedFileDescriptor {
    /// Takes the exclusive lock if nobody has it; false if somebody does. Never waits.
    package func tryLock(path: String) throws(SystemError) -> Bool {
        while flock(raw, LOCK_EX | LOCK_NB) != 0 {
            if errno == EWOULDBLOCK { return false }
            guard errno == EINTR else { throw SystemError(call: "flock", path: path) }
        }
        return true
    }

    /// Gives the lock up, for all descriptors that lead to this opening of the file: a child process may have
    /// one.
    package func unlock() {
        _ = flock(raw, LOCK_UN)
    }
}

/// A file whose lock this process has, as long as the value lives.
package struct LockedFile: ~Copyable, Sendable {
    package let descriptor: OwnedFileDescriptor

    /// Nil if somebody has the lock. Never waits.
    package init?(locking file: consuming OwnedFileDescriptor, path: String) throws(SystemError) {
        guard try file.tryLock(path: path) else { return nil }
        descriptor = file
    }

    deinit {
        // Not by closing alone: a program that is just being started has a copy of the descriptor, and the lock.
        descriptor.unlock()
    }
}
