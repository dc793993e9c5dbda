import Platform

/// Makes calls of Platform; what they report becomes an error of the spool.
func system<R: ~Copyable>(_ call: () throws(SystemError) -> R) throws(SpoolError) -> R {
    do throws(SystemError) {
        return try call()
    } catch {
        throw SpoolError(error)
    }
}

/// As ``system(_:)``, where "there is no such file" is an answer.
func systemIfExists<R: ~Copyable>(_ call: () throws(SystemError) -> R) throws(SpoolError) -> R? {
    do throws(SystemError) {
        return try call()
    } catch {
        if error.code == ErrorCode.noSuchFile { return nil }
        throw SpoolError(error)
    }
}

extension FileStatus {
    /// Why this cannot be trusted to be what `user` made; nil if it can.
    func reasonForDistrust(wanting kind: Kind, of user: UInt32) -> String? {
        if self.kind != kind {
            return kind == .directory ? "it is not a directory" : "it is not a regular file"
        }
        if owner != user { return "it belongs to uid \(owner), not to uid \(user)" }
        if permissions & 0o077 != 0 {
            return "its mode \(String(permissions, radix: 8)) lets others at it, 700 or 600 is wanted"
        }
        return nil
    }
}
