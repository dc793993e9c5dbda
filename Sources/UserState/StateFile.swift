import Platform

/// The file of a user's state, and the files beside it.
///
/// - Whoever touches the database holds the lock on `NAME.lock`. So nobody moves it away under another's feet,
///   and the database's own locks are always free, but for an administrator's tools.
/// - A file that is damaged, or of another program, is moved to `NAME.damaged`, in place of one that is there
///   already; its journal is removed, which would otherwise be rolled back into the next file.
struct StateFile {
    let path: String
    private let parent: String
    private let name: String

    init(_ path: String) {
        let octets = Array(path.utf8)
        let slash = octets.lastIndex(of: UInt8(ascii: "/"))
        self.path = path
        switch slash {
        case nil: parent = "."
        case 0: parent = "/"
        case .some(let slash): parent = String(decoding: octets[..<slash], as: UTF8.self)
        }
        name = String(decoding: octets[(slash.map { $0 + 1 } ?? 0)...], as: UTF8.self)
    }

    /// Nil if there is none, or no directory that could hold it.
    func status() throws(StateError) -> FileStatus? {
        do throws(SystemError) {
            return try FileStatus.of(path)
        } catch {
            if error.code == ErrorCode.noSuchFile { return nil }
            throw StateError(path, .system(error))
        }
    }

    /// The lock, as long as the value lives.
    ///
    /// - Throws: ``StateError/Reason/busy`` if others hold it until the deadline.
    func lock(until deadline: Deadline) throws(StateError) -> LockedFile {
        do throws(SystemError) {
            let directory = try Directory(opening: parent)
            while true {
                let file = try directory.openOrCreateFile(name + ".lock", .write, permissions: 0o600)
                if let lock = try LockedFile(locking: file, path: path) { return lock }
                if deadline.hasPassed { break }
                pause(milliseconds: min(5, deadline.remaining))
            }
        } catch {
            throw StateError(path, .system(error))
        }
        throw StateError(path, .busy)
    }

    /// Moves the file out of the way. The lock is held.
    func setAside() throws(StateError) {
        do throws(SystemError) {
            let directory = try Directory(opening: parent)
            do throws(SystemError) {
                try directory.removeFile(name + "-journal")
            } catch  where error.code == ErrorCode.noSuchFile {}
            try directory.rename(name, to: name + ".damaged", in: directory)
        } catch {
            throw StateError(path, .system(error))
        }
    }
}
