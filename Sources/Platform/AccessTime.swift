import CPlatform
import Glibc

/// The time at which a file was last read, which serves as a mark that costs no file of its own.
extension Directory {
    /// Seconds since the epoch; as the file system keeps it, which may be lazily or not at all.
    package func lastAccess(of name: String) throws(SystemError) -> Int {
        var status = stat()
        guard unsafe fstatat(descriptor.raw, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
            throw SystemError(call: "stat", path: path(of: name))
        }
        return Int(status.st_atim.tv_sec)
    }

    /// Sets it, whatever the file system's own habits are, and leaves the time of modification alone.
    package func setLastAccess(of name: String, seconds: Int) throws(SystemError) {
        let omit = (1 << 30) - 2  // UTIME_OMIT, a macro that Swift does not see
        let times = [timespec(tv_sec: seconds, tv_nsec: 0), timespec(tv_sec: 0, tv_nsec: omit)]
        guard unsafe utimensat(descriptor.raw, name, times, AT_SYMLINK_NOFOLLOW) == 0 else {
            throw SystemError(call: "utimensat", path: path(of: name))
        }
    }
}
