package import Platform

extension SpoolDirectory {
    /// An empty file without a name on the spool's file system, for reading and writing: gone when it is
    /// closed, or when the process dies.
    package func scratchFile() throws(SpoolError) -> OwnedFileDescriptor {
        guard let drafts = try tree.room("tmp") else {
            throw SpoolError(.absent, path: tree.home.path(of: "tmp"), reason: "there is no such directory")
        }
        return try system { () throws(SystemError) in
            let name = "scratch-" + String(Host.random(), radix: 36)
            let file = try drafts.createFile(name, .readWrite, permissions: 0o600)
            try drafts.removeFile(name)
            return file
        }
    }

    /// The same away from every spool, for a run that must leave no trace.
    package static func memoryFile() throws(SpoolError) -> OwnedFileDescriptor {
        try system { () throws(SystemError) in try OwnedFileDescriptor.anonymousFile(expectedBytes: .max) }
    }
}
