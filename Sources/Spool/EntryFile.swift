import Platform

/// An entry's open file: a regular file that belongs to the user and that nobody else may touch.
struct EntryFile: ~Copyable, Sendable {
    let descriptor: OwnedFileDescriptor
    let path: String

    deinit {
        // Not by closing alone: a program that is just being started has a copy of the descriptor, and the lock.
        descriptor.unlock()
    }

    /// Opens what is found under `name`; nil if nothing is.
    static func open(
        _ name: String, in directory: borrowing Directory, _ access: Directory.Access, owner: UInt32
    ) throws(SpoolError) -> EntryFile? {
        let path = directory.path(of: name)
        guard let descriptor = try openDescriptor(name, in: directory, access) else { return nil }
        let status = try system { () throws(SystemError) in try descriptor.status(path: path) }
        if let reason = status.reasonForDistrust(wanting: .regular, of: owner) {
            throw SpoolError(.unsafe, path: path, reason: reason)
        }
        return EntryFile(descriptor: descriptor, path: path)
    }

    private static func openDescriptor(
        _ name: String, in directory: borrowing Directory, _ access: Directory.Access
    ) throws(SpoolError) -> OwnedFileDescriptor? {
        do throws(SystemError) {
            return try directory.openFile(name, access)
        } catch {
            switch error.code {
            case ErrorCode.noSuchFile: return nil
            case ErrorCode.tooManySymbolicLinks, ErrorCode.isDirectory:
                throw SpoolError(.unsafe, path: directory.path(of: name), reason: "it is not a regular file")
            default: throw SpoolError(error)
            }
        }
    }

    func status() throws(SpoolError) -> FileStatus {
        try system { () throws(SystemError) in try descriptor.status(path: path) }
    }

    func tryLock() throws(SpoolError) -> Bool {
        try system { () throws(SystemError) in try descriptor.tryLock(path: path) }
    }

    /// Whether it is what is found under `name`: a lock that was got counts only then.
    func isStill(_ name: String, in directory: borrowing Directory) throws(SpoolError) -> Bool {
        let found = try systemIfExists { () throws(SystemError) in try directory.status(of: name) }
        guard let found else { return false }
        return found.isSameFile(as: try status())
    }

    func read(at offset: Int, count: Int) throws(SpoolError) -> [UInt8] {
        try system { () throws(SystemError) in try descriptor.read(at: offset, count: count, path: path) }
    }

    /// Bytes that stay as they are as long as somebody needs them.
    func map(at offset: Int, count: Int) throws(SpoolError) -> SharedBytes {
        try system { () throws(SystemError) in
            try SharedBytes(mapping: descriptor, skipping: offset, count: count, path: path)
        }
    }

    func damaged(_ reason: String) -> SpoolError {
        SpoolError(.damaged, path: path, reason: reason)
    }
}
