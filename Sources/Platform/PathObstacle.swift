import Glibc

extension PathSafety {
    /// Which component of `path` keeps this process out, in words, after some call said `EACCES`, `ENOENT` or
    /// the like; nil if nothing does.
    ///
    /// A directory at the end must be writable, a file readable. The answer is for a log: it may be out of
    /// date when it is read.
    package static func obstacle(on path: String) -> String? {
        guard path.utf8.first == UInt8(ascii: "/") else { return "\(path) is not an absolute path" }
        do throws(SystemError) {
            var walk = try PathWalk(path)
            while !walk.isAtEnd {
                guard walk.status.kind == .directory else { return "\(walk.path) is not a directory" }
                if let refusal = refusal(walk.path, walk.status, X_OK, "search") { return refusal }
                _ = try walk.advance()
            }
            guard walk.status.kind == .directory else { return refusal(walk.path, walk.status, R_OK, "read") }
            return refusal(walk.path, walk.status, X_OK, "search")
                ?? refusal(walk.path, walk.status, W_OK, "write")
        } catch {
            return error.code == ENOENT ? "\(error.path) does not exist" : "\(error.path): \(error.reason)"
        }
    }

    private static func refusal(
        _ path: String, _ status: FileStatus, _ access: CInt, _ verb: String
    ) -> String? {
        guard unsafe faccessat(AT_FDCWD, path, access, AT_EACCESS) != 0 else { return nil }
        let reason = SystemError(call: "faccessat", path: path).reason
        let me = Identity.current()
        let mode = String(status.permissions, radix: 8)
        return "\(path) (mode \(mode), uid \(status.owner), gid \(status.group)): "
            + "uid \(me.user), gid \(me.group) may not \(verb) it: \(reason)"
    }
}
