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
