import Platform

/// The lock of a file that is held: the file `<name>.lock` beside it, in the way that Dovecot and others expect.
///
/// Either it is removed, or it takes the place of the file that it guards.
struct Dotlock: ~Copyable {
    private let directory: OpenDirectory
    private let name: String
    private let descriptor: OwnedFileDescriptor
    private var isHeld = true

    private var lockName: String { name + ".lock" }
    private var lockPath: String { directory.entries.path(of: lockName) }

    /// Takes the lock; waits for it until `deadline`.
    ///
    /// - Parameters:
    ///   - staleAfter: seconds after which a lock that nobody has touched is taken for forgotten.
    ///   - signed: to be written into it, for others to see whether its holder still lives; nil if it is to become
    ///     the file itself.
    /// - Throws: `EAGAIN` if it was not to be had in time.
    init(
        _ name: String, in directory: OpenDirectory, staleAfter: Int, _ deadline: Deadline,
        permissions: CreationPermissions, signed origin: UniqueName.Origin? = nil
    ) throws(SystemError) {
        self.directory = directory
        self.name = name
        descriptor = try Self.create(name + ".lock", in: directory, staleAfter, deadline, permissions)
        if let origin {
            var holder: [UInt8] = []
            holder.appendDecimal(origin.process)
            holder.append(UInt8(ascii: ":"))
            try? write(holder + origin.host)
        }
    }

    private static func create(
        _ lockName: String, in directory: OpenDirectory, _ staleAfter: Int, _ deadline: Deadline,
        _ permissions: CreationPermissions
    ) throws(SystemError) -> OwnedFileDescriptor {
        while true {
            do throws(SystemError) {
                let file = try directory.entries.createFile(lockName, permissions: permissions.file)
                try? permissions.apply(to: file, path: lockName)
                return file
            } catch {
                guard error.code == ErrorCode.exists else { throw error }
            }
            guard !deadline.hasPassed else {
                throw SystemError(
                    call: "lock", path: directory.entries.path(of: lockName), code: ErrorCode.again)
            }
            if !removeIfStale(lockName, in: directory, staleAfter) {
                pause(milliseconds: min(20, deadline.remaining))
            }
        }
    }

    private static func removeIfStale(
        _ lockName: String, in directory: OpenDirectory, _ staleAfter: Int
    ) -> Bool {
        do throws(SystemError) {
            let first = try directory.entries.status(of: lockName)
            guard WallTime.now().seconds - max(first.modified, first.changed) > staleAfter else {
                return false
            }
            // Somebody may have thought the same a moment ago, and hold a new one.
            guard try directory.entries.status(of: lockName) == first else { return false }
            try directory.entries.removeFile(lockName)
            return true
        } catch {
            return false
        }
    }

    deinit {
        if isHeld { remove() }
    }

    func write(_ bytes: [UInt8]) throws(SystemError) {
        try descriptor.write(bytes, path: lockPath)
    }

    /// When it was last changed, in seconds.
    func modified() throws(SystemError) -> Int { try descriptor.status(path: lockPath).modified }

    func setModified(_ seconds: Int) throws(SystemError) {
        try descriptor.setModified(seconds, path: lockPath)
    }

    /// Puts what was written in the place of the file, for good, and gives the lock back.
    consuming func replace() throws(SystemError) {
        try descriptor.synchronize(path: lockPath)
        guard isOurs else { throw SystemError(call: "rename", path: lockPath, code: ErrorCode.again) }
        try directory.entries.rename(lockName, to: name, in: directory.entries)
        isHeld = false
    }

    private var isOurs: Bool {
        do throws(SystemError) {
            return try directory.entries.status(of: lockName).isSameFile(
                as: descriptor.status(path: lockPath))
        } catch {
            return false
        }
    }

    private func remove() {
        if isOurs { try? directory.entries.removeFile(lockName) }
    }
}
