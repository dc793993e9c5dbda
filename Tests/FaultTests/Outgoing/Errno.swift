import Glibc

/// An error that a system call may give.
enum Errno: Int32, Sendable {
    case noSuchFile = 2
    case interrupted = 4
    case inputOutput = 5
    case again = 11
    case noMemory = 12
    case permission = 13
    case exists = 17
    case crossDevice = 18
    case tooManyFiles = 24
    case noSpace = 28
    case readOnly = 30
    case brokenPipe = 32
    case noLocks = 37
    case noBuffers = 105
    case networkUnreachable = 101
    case connectionReset = 104
    case timedOut = 110
    case connectionRefused = 111
    case noRoute = 113
    case stale = 116
    case quota = 122

    /// Those of a call at a file, a directory or a socket: what a full or failing disk, a network file system, a
    /// network, a limit or a signal can bring about.
    static func possible(_ call: String, isSocket: Bool) -> [Errno] {
        switch call {
        case "read", "readv", "recvfrom", "recvmsg", "write", "writev", "sendto", "sendmsg":
            if isSocket { return [.connectionReset, .brokenPipe, .timedOut, .noBuffers, .interrupted] }
            return call.hasPrefix("w")
                ? [.inputOutput, .noSpace, .quota, .interrupted] : [.inputOutput, .stale, .interrupted]
        case "connect":
            return [
                .connectionRefused, .timedOut, .networkUnreachable, .noRoute, .tooManyFiles, .interrupted,
            ]
        case "socket": return [.tooManyFiles, .noBuffers, .noMemory]
        case "close": return isSocket ? [.connectionReset] : [.inputOutput, .noSpace, .quota, .interrupted]
        case "openat":
            return [.permission, .tooManyFiles, .noMemory, .inputOutput, .readOnly, .noSpace, .interrupted]
        case "pread64", "getdents64", "newfstatat", "fstat": return [.inputOutput, .stale, .noMemory]
        case "pwrite64", "pwritev", "ftruncate", "fallocate":
            return [.inputOutput, .noSpace, .quota, .interrupted]
        case "fsync", "fdatasync", "syncfs": return [.inputOutput, .noSpace, .quota, .interrupted]
        case "linkat", "mkdirat", "renameat2", "renameat", "symlinkat":
            return [.inputOutput, .noSpace, .quota, .exists, .permission, .readOnly, .crossDevice]
        case "unlinkat": return [.inputOutput, .permission, .readOnly, .noSuchFile]
        case "flock": return [.interrupted, .noLocks, .again]
        case "fchmod", "fchmodat", "fchown", "fchownat", "utimensat":
            return [.inputOutput, .permission, .readOnly]
        case "memfd_create": return [.tooManyFiles, .noMemory]
        default: return []
        }
    }
}
