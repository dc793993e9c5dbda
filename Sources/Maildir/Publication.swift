import Platform

/// Publishing: the one step that makes a message visible, whole, under its name.
///
/// `rename` moves it; where several copies are wanted in one file system, all but the last are links. An error
/// of either is believed only after a look: an NFS client may report what its own repeated request found.
extension StagedMessage {
    /// Publishes the message in `folder`: in `new/` if it has no flags, else in `cur/`.
    ///
    /// The name is not durable before ``Folder/synchronize()``.
    ///
    /// - Parameters:
    ///   - name: recorded before, so that the copy can be found again; if a message has it, that is the one, and
    ///     nothing is added. Nil for a name of its own.
    ///   - flags: keywords that cannot be kept are dropped with a warning.
    ///   - keepingStaged: whether it is to be published once more.
    package mutating func publish(
        into folder: borrowing Folder, name: UniqueName? = nil, flags: MessageFlags = MessageFlags(),
        keepingStaged: Bool = false
    ) throws(MaildirError) -> PublishedMessage {
        try synchronize()
        let (letters, warnings) = folder.letters(of: flags)
        let subdirectory = letters.isEmpty ? Folder.Subdirectory.new : .cur
        var restorations = 0
        for _ in 0..<100 {
            let own =
                name ?? UniqueName(now: begun, sequence: sequence, file: file, origin: folder.root.origin)
            sequence += 1
            let fileName = own.fileName(size: size, virtualSize: virtualSize, flags: letters)
            let published = PublishedMessage(
                mailbox: folder.name, subdirectory: subdirectory, fileName: fileName, warnings: warnings,
                directory: folder.directory)
            switch try place(as: published.entry, in: folder, keepingStaged: keepingStaged) {
            case .done:
                folder.hasPublished(in: subdirectory)
                return published
            case .taken where name != nil:
                // An NFS client may say so of a name that is not there, and what is there must be the message.
                let there = Self.status(of: published.entry, in: folder.directory.entries)
                guard there?.kind == .regular, there?.size == size else {
                    throw .noFreeName(path: published.path)
                }
                folder.hasPublished(in: subdirectory)
                return published.foundPresent()
            case .taken:
                continue
            case .noDirectory:
                guard restorations < Folder.mostRestorations else {
                    throw .noSuchMailbox(path: folder.path)
                }
                restorations += 1
                try folder.restore()
            }
        }
        throw .noFreeName(path: folder.path)
    }

    private enum Placement { case done, taken, noDirectory }

    private mutating func place(
        as entry: String, in folder: borrowing Folder, keepingStaged: Bool, copying: Bool = true
    ) throws(MaildirError) -> Placement {
        let failure: SystemError
        do throws(SystemError) {
            if keepingStaged {
                try directory.entries.link(temporaryName, to: entry, in: folder.directory.entries)
            } else {
                try move(to: entry, in: folder.directory.entries)
                hasMoved()
            }
            return .done
        } catch {
            failure = error
        }
        if isPublished(as: entry, in: folder) {
            if !keepingStaged {
                try? directory.entries.removeFile(temporaryName)
                hasMoved()
            }
            return .done
        }
        switch failure.code {
        case ErrorCode.exists: return .taken
        case ErrorCode.noSuchFile where isStaged: return .noDirectory
        case _ where copying && Self.callsForCopy(failure, keepingStaged):
            return try copy(as: entry, in: folder, keepingStaged: keepingStaged)
        default: throw .system(failure)
        }
    }

    /// Whether another copy of the bytes is the way out: another device, or one that has no (more) links.
    private static func callsForCopy(_ failure: SystemError, _ linking: Bool) -> Bool {
        if failure.code == ErrorCode.crossDevice { return true }
        return linking
            && [
                ErrorCode.tooManyLinks, ErrorCode.notPermitted, ErrorCode.notSupported,
                ErrorCode.notImplemented,
            ].contains(failure.code)
    }

    /// Renames without replacing; in steps where the file system cannot do that in one.
    private func move(to entry: String, in target: borrowing Directory) throws(SystemError) {
        do throws(SystemError) {
            return try directory.entries.renameWithoutReplacing(temporaryName, to: entry, in: target)
        } catch {
            let cannot = [ErrorCode.invalidArgument, ErrorCode.notImplemented, ErrorCode.notSupported]
            guard cannot.contains(error.code) else { throw error }
        }
        do throws(SystemError) {
            try directory.entries.link(temporaryName, to: entry, in: target)
        } catch {
            guard Self.callsForCopy(error, true), error.code != ErrorCode.crossDevice else { throw error }
            // No links either. The name is nobody else's, so that a look before is enough.
            guard Self.status(of: entry, in: target) == nil else {
                throw SystemError(call: "rename", path: target.path(of: entry), code: ErrorCode.exists)
            }
            return try directory.entries.rename(temporaryName, to: entry, in: target)
        }
        try? directory.entries.removeFile(temporaryName)
    }

    private func isPublished(as entry: String, in folder: borrowing Folder) -> Bool {
        Self.status(of: entry, in: folder.directory.entries)?.isSameFile(as: file) == true
    }

    private var isStaged: Bool { Self.status(of: temporaryName, in: directory.entries) != nil }

    private static func status(of name: String, in directory: borrowing Directory) -> FileStatus? {
        do throws(SystemError) {
            return try directory.status(of: name)
        } catch {
            return nil
        }
    }

    /// Writes all of it once more, in the folder's own file system, and publishes that.
    private mutating func copy(
        as entry: String, in folder: borrowing Folder, keepingStaged: Bool
    ) throws(MaildirError) -> Placement {
        var copy = try folder.stage(now: begun)
        let bytes = try map()
        let chunk = 1 << 20
        for start in stride(from: 0, to: bytes.count, by: chunk) {
            try copy.write(bytes.span.extracting(start..<min(start + chunk, bytes.count)))
        }
        try copy.synchronize()
        let placement = try copy.place(as: entry, in: folder, keepingStaged: false, copying: false)
        if placement == .done, !keepingStaged {
            try? directory.entries.removeFile(temporaryName)
            hasMoved()
        }
        return placement
    }
}
