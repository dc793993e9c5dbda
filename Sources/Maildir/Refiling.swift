import Platform

/// Moving a message from one mailbox to another: one `rename`, so that it is always in one of them and whole.
extension Folder {
    /// Moves a message to another mailbox of the same mail root, into the same of `new` and `cur`, and makes that
    /// durable. Flags go with it, keywords under the letters that they have there.
    ///
    /// - Returns: keywords that could not be kept.
    /// - Throws: ``MaildirError/noFreeName(path:)`` if the name is taken there.
    package func move(
        _ message: String, in subdirectory: Subdirectory, to target: borrowing Folder
    ) throws(MaildirError) -> [MaildirWarning] {
        let (name, warnings) = try name(of: message, in: target)
        let (old, new) = (subdirectory.rawValue + "/" + message, subdirectory.rawValue + "/" + name)
        do throws(SystemError) {
            try rename(old, to: new, in: target.directory.entries)
            try target.directory.entries.openDirectory(subdirectory.rawValue, followingLinks: true)
                .synchronizeEntries()
            try directory.entries.openDirectory(subdirectory.rawValue, followingLinks: true)
                .synchronizeEntries()
        } catch {
            if error.code == ErrorCode.exists {
                throw .noFreeName(path: target.directory.entries.path(of: new))
            }
            throw .system(error)
        }
        return warnings
    }

    private func rename(
        _ old: String, to new: String, in target: borrowing Directory
    ) throws(SystemError) {
        do throws(SystemError) {
            return try directory.entries.renameWithoutReplacing(old, to: new, in: target)
        } catch {
            let cannot = [ErrorCode.invalidArgument, ErrorCode.notImplemented, ErrorCode.notSupported]
            guard cannot.contains(error.code) else { throw error }
        }
        try directory.entries.link(old, to: new, in: target)
        try directory.entries.removeFile(old)
    }

    /// The file's name with the letters that its keywords have in `target`; other flags stay as they are.
    private func name(
        of message: String, in target: borrowing Folder
    ) throws(MaildirError) -> (String, [MaildirWarning]) {
        let bytes = Array(message.utf8)
        guard let colon = bytes.lastIndex(of: UInt8(ascii: ":")),
            bytes[colon...].starts(with: Array(":2,".utf8))
        else { return (message, []) }
        let letters = bytes[(colon + 3)...]
        guard letters.contains(where: Self.isKeywordLetter) else { return (message, []) }
        let keywords = try flags(ofFile: message).keywords
        let (there, warnings) = target.letters(of: MessageFlags(keywords: keywords))
        let all = letters.filter { !Self.isKeywordLetter($0) } + there
        return (String(decoding: bytes[...(colon + 2)] + all, as: UTF8.self), warnings)
    }

    private static func isKeywordLetter(_ byte: UInt8) -> Bool { byte &- UInt8(ascii: "a") < 26 }
}
