/// Which errors the kernel may give for which system call: those that a full disk, a failing disk, a network
/// file system, a limit or a signal can bring about.
enum FaultTable {
    /// The errnos for a call; empty for one that is made to fail in no way, see ``cannotFail``; nil for a
    /// call nobody thought of yet.
    static func errors(of call: String) -> [String]? {
        switch call {
        case "open", "openat", "openat2", "creat":
            ["EACCES", "EMFILE", "ENFILE", "ENOMEM", "EIO", "EROFS", "ENOSPC", "EDQUOT", "EINTR", "ESTALE"]
        case "read", "readv", "pread64", "preadv": ["EIO", "EINTR", "ENOMEM", "ESTALE"]
        case "write", "writev", "pwrite64", "pwritev": ["EIO", "ENOSPC", "EDQUOT", "EFBIG", "EINTR"]
        case "fsync", "fdatasync", "sync_file_range", "syncfs": ["EIO", "ENOSPC", "EDQUOT", "EINTR"]
        case "close": ["EIO", "ENOSPC", "EDQUOT", "EINTR"]
        case "rename", "renameat", "renameat2":
            [
                "EIO", "ENOSPC", "EDQUOT", "EEXIST", "EACCES", "EROFS", "EXDEV", "EINVAL", "ENOSYS", "ENOMEM",
                "ESTALE",
            ]
        case "link", "linkat":
            ["EIO", "ENOSPC", "EDQUOT", "EEXIST", "EACCES", "EROFS", "EXDEV", "EPERM", "EMLINK", "ENOMEM"]
        case "symlink", "symlinkat": ["EIO", "ENOSPC", "EDQUOT", "EEXIST", "EACCES", "EROFS"]
        case "mknod", "mknodat": ["EIO", "ENOSPC", "EDQUOT", "EACCES", "EROFS", "ENOMEM"]
        case "mkdir", "mkdirat": ["EIO", "ENOSPC", "EDQUOT", "EEXIST", "EACCES", "EROFS", "EMLINK", "ENOMEM"]
        case "unlink", "unlinkat", "rmdir": ["EIO", "EACCES", "EROFS", "EBUSY", "ENOENT", "ENOMEM"]
        case "stat", "lstat", "fstat", "newfstatat", "statx": ["EIO", "EACCES", "ENOMEM", "ESTALE"]
        case "access", "faccessat", "faccessat2": ["EIO", "EACCES", "ENOMEM"]
        case "statfs", "fstatfs": ["EIO", "ENOSYS"]
        case "getdents64": ["EIO", "ENOENT", "ESTALE"]
        case "ftruncate", "truncate": ["EIO", "ENOSPC", "EINTR", "EFBIG"]
        case "fallocate": ["EIO", "ENOSPC", "EDQUOT", "EOPNOTSUPP", "EINTR"]
        case "copy_file_range":
            ["EIO", "ENOSPC", "EDQUOT", "EXDEV", "EINVAL", "EOPNOTSUPP", "ENOSYS", "EINTR"]
        case "sendfile", "splice", "tee": ["EIO", "EINVAL", "ENOMEM", "ENOSPC", "EINTR"]
        case "lseek": ["ESPIPE", "EINVAL"]
        case "ioctl": ["EIO"]
        case "flock": ["EINTR", "ENOLCK", "EAGAIN"]
        case "fcntl": ["EAGAIN", "EMFILE", "ENOLCK"]
        case "chmod", "fchmod", "fchmodat", "chown", "fchown", "fchownat", "lchown":
            ["EIO", "EPERM", "EROFS"]
        case "utimensat", "futimesat": ["EIO", "EPERM", "EROFS"]
        case "chdir", "fchdir": ["EIO", "EACCES", "ENOENT"]
        case "readlink", "readlinkat": ["EIO", "EACCES", "ENOENT"]
        case "getcwd": ["EACCES", "ENOENT"]
        case "mmap", "mremap", "mprotect", "munmap", "madvise": ["ENOMEM"]
        case "memfd_create": ["EMFILE", "ENFILE", "ENOMEM", "ENOSYS"]
        case "getrandom": ["ENOSYS", "EINTR", "EAGAIN"]
        case "pipe", "pipe2": ["EMFILE", "ENFILE"]
        case "dup", "dup2", "dup3": ["EMFILE", "EBUSY"]
        case "poll", "ppoll", "select", "pselect6": ["EINTR", "ENOMEM"]
        case "clone", "clone3", "fork", "vfork": ["EAGAIN", "ENOMEM"]
        case "execve": ["EACCES", "ENOMEM", "EMFILE", "EIO"]
        case "wait4", "waitid": ["EINTR", "ECHILD"]
        case "nanosleep", "clock_nanosleep": ["EINTR"]
        case "socket": ["EMFILE", "ENFILE", "ENOBUFS", "ENOMEM", "EAFNOSUPPORT", "EACCES"]
        case "connect": ["ECONNREFUSED", "ENOENT", "EACCES", "EAGAIN", "EINTR"]
        case "sendto", "sendmsg", "recvfrom", "recvmsg": ["ECONNREFUSED", "ENOBUFS", "EAGAIN", "EINTR"]
        case "setgroups", "setgid", "setresgid": ["EPERM", "ENOMEM"]
        case "setuid", "setresuid": ["EPERM", "EAGAIN"]
        case "setrlimit", "prlimit64": ["EPERM"]
        case "sigaltstack": ["ENOMEM"]
        case _ where cannotFail.contains(call): []
        default: nil
        }
    }

    /// Calls that, called rightly, have no way to fail. The process is killed at them all the same.
    static let cannotFail: Set<String> = [
        "getpid", "getppid", "gettid", "getuid", "geteuid", "getgid", "getegid", "getresuid", "getresgid",
        "getgroups", "umask",
        "uname", "rt_sigaction", "rt_sigprocmask", "setitimer", "alarm", "timer_create", "timer_settime",
        "timer_delete",
        "clock_gettime", "gettimeofday", "time", "sched_getaffinity", "sched_yield", "prctl", "kill",
        "tgkill", "fadvise64",
        "getrlimit", "setpgid", "setsid", "close_range", "futex", "sysinfo", "getpgrp",
    ]

    /// Calls of the C library and of the kernel's own before `main`, or after its end, and why an error there
    /// says nothing.
    static let excluded: [String: String] = [
        "arch_prctl": "sets the thread pointer before main; libc ends the process at once",
        "set_tid_address": "cannot fail", "set_robust_list": "cannot fail", "rseq": "libc goes on without it",
        "exit_group": "does not return", "exit": "does not return", "rt_sigreturn": "does not return",
        "restart_syscall": "is the kernel's own",
    ]

    /// What is interrupted has to be done again.
    static func hasToBeRiddenOut(_ error: String) -> Bool { error == "EINTR" }
}
