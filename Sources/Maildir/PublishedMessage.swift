import Platform

/// A message that readers can see.
package struct PublishedMessage: Sendable {
    package let mailbox: MailboxName
    package let subdirectory: Folder.Subdirectory
    /// With sizes and flags.
    package let fileName: String
    /// Keywords that were dropped, and why.
    package let warnings: [MaildirWarning]
    /// Whether a message of the recorded name was there before, so that nothing was added.
    package private(set) var wasPresent = false
    private let directory: OpenDirectory

    init(
        mailbox: MailboxName, subdirectory: Folder.Subdirectory, fileName: String, warnings: [MaildirWarning],
        directory: OpenDirectory
    ) {
        self.mailbox = mailbox
        self.subdirectory = subdirectory
        self.fileName = fileName
        self.warnings = warnings
        self.directory = directory
    }

    /// `new` or `cur`, and the file's name.
    var entry: String { subdirectory.rawValue + "/" + fileName }

    /// Where it is, for messages.
    package var path: String { directory.entries.path(of: entry) }

    func foundPresent() -> PublishedMessage {
        var found = self
        found.wasPresent = true
        return found
    }

    /// Takes the message back, for a delivery that failed as a whole.
    ///
    /// - Returns: false if a reader had it already, or if it was there before this delivery.
    package func retract() throws(MaildirError) -> Bool {
        guard !wasPresent else { return false }
        do throws(SystemError) {
            try directory.entries.removeFile(entry)
            return true
        } catch {
            if error.code == ErrorCode.noSuchFile { return false }
            throw .system(error)
        }
    }
}
