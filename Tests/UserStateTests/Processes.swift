import Glibc
import Platform

func changeDirectory(_ path: String) throws {
    guard unsafe chdir(path) == 0 else { throw SystemError(call: "chdir", path: path, code: errno) }
}

/// From root to a user without rights, in a process that was made for it.
func becomeNobody() throws {
    guard setgid(65_534) == 0, setuid(65_534) == 0 else {
        throw SystemError(call: "setuid", path: "nobody", code: errno)
    }
}
