package import Platform

/// A mailbox that is open for delivery.
///
/// A message goes through four steps, the first three of which nobody sees: it is staged in `tmp/`, written,
/// synchronized, and published in `new/` or `cur/`. Then ``synchronize()`` makes the new names durable.
package struct Folder: ~Copyable {
    package let name: MailboxName
    /// Whether it was made just now.
    package let wasCreated: Bool
    /// What went wrong in opening it that does not matter to messages.
    package let warnings: [MaildirWarning]
    let root: RootDirectory
    private let components: [String]
    private let mayCreate: Bool
    private let state: State

    /// What changes while the folder is lent to others.
    private final class State {
        var directory: OpenDirectory
        var unsynchronized: [Subdirectory] = []
        var failure: SystemError?

        init(_ directory: OpenDirectory) { self.directory = directory }
    }

    /// Where messages are that can be seen.
    package enum Subdirectory: String, Sendable { case new, cur }

    init(
        _ name: MailboxName, _ components: [String], in root: RootDirectory, _ directory: OpenDirectory,
        mayCreate: Bool, wasCreated: Bool = false, _ warning: MaildirWarning? = nil
    ) {
        self.name = name
        self.components = components
        self.root = root
        self.mayCreate = mayCreate
        self.wasCreated = wasCreated
        warnings = warning.map { [$0] } ?? []
        state = State(directory)
    }

    /// For messages, never to be opened.
    package var path: String { root.path(of: components) }

    var directory: OpenDirectory { state.directory }

    /// How often a folder that somebody deletes is made again for one message.
    static var mostRestorations: Int { 3 }

    /// Begins a message: an empty file in `tmp/`, under a name that nobody else has.
    ///
    /// - Parameter now: becomes part of the message's name.
    package func stage(now: WallTime = .now()) throws(MaildirError) -> StagedMessage {
        var attempt = 0
        var restorations = 0
        while true {
            let name = UniqueName.temporary(now: now, sequence: attempt, origin: root.origin)
            do throws(SystemError) {
                return try StagedMessage.create(name, now: now, in: directory, root)
            } catch {
                switch error.code {
                case ErrorCode.exists where attempt < 100:
                    attempt += 1
                case ErrorCode.noSuchFile where restorations < Self.mostRestorations:
                    restorations += 1
                    try restore()
                case ErrorCode.exists:
                    throw .noFreeName(path: directory.entries.path(of: name))
                default:
                    throw .system(error)
                }
            }
        }
    }

    /// Makes the directories again that somebody took away: all of them if the folder may be created, else only
    /// those that are missing in a folder that is there.
    func restore() throws(MaildirError) {
        state.directory = try restored()
    }

    private func restored() throws(MaildirError) -> OpenDirectory {
        let found = try root.open(components)
        let mayRepair = mayCreate || found?.isMaildir == true
        guard mayRepair else { throw .noSuchMailbox(path: path) }
        guard let found else { return try root.create(components) }
        try root.prepare(found, isInbox: components.isEmpty)
        return found
    }

    func hasPublished(in subdirectory: Subdirectory) {
        if !state.unsynchronized.contains(subdirectory) { state.unsynchronized.append(subdirectory) }
    }

    /// Makes durable what was published since the last time: one `fsync` for `new/`, one for `cur/`, as needed.
    ///
    /// A failure is final: the kernel forgets what it could not write, so that a second call would not know.
    package func synchronize() throws(MaildirError) {
        if let failure = state.failure { throw .system(failure) }
        do throws(SystemError) {
            for subdirectory in state.unsynchronized {
                // Publishing went the same way, through a link if there is one.
                try state.directory.entries.openDirectory(subdirectory.rawValue, followingLinks: true)
                    .synchronizeEntries()
            }
        } catch {
            state.failure = error
            throw .system(error)
        }
        state.unsynchronized = []
    }

    /// Whether a message of this name is here, whatever its flags: what a delivery that was cut short left.
    package func contains(_ name: UniqueName) throws(MaildirError) -> Bool {
        do throws(SystemError) {
            // A reader moves messages from new to cur, so new comes first; and a listing may miss a name
            // that changes while it runs, so cur is read again while it changes.
            if try has(name, in: .new) { return true }
            for _ in 0..<3 {
                let before = try directory.entries.status(of: "cur", followingLinks: true)
                if try has(name, in: .cur) { return true }
                if try directory.entries.status(of: "cur", followingLinks: true) == before { return false }
            }
            return false
        } catch {
            if error.code == ErrorCode.noSuchFile { return false }
            throw .system(error)
        }
    }

    private func has(_ name: UniqueName, in subdirectory: Subdirectory) throws(SystemError) -> Bool {
        var found = false
        do throws(SystemError) {
            let entries = try directory.entries.openDirectory(subdirectory.rawValue, followingLinks: true)
            try entries.forEachName { entry in
                found = name.isName(ofFile: entry)
                return !found
            }
        } catch {
            guard error.code == ErrorCode.noSuchFile else { throw error }
        }
        // Whoever stored it may have been cut short before the name was durable.
        if found { hasPublished(in: subdirectory) }
        return found
    }
}
