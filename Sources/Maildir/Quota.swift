package import Platform

/// What a user may keep and what they have, by way of the `maildirsize` file that Courier and Dovecot share.
///
/// The file is a cache without a lock: several deliveries at once may overshoot by a few messages. Nothing that
/// is wrong with it keeps a message out: it is made anew, or else the quota is not enforced, with a warning.
package struct Quota: ~Copyable {
    private let root: RootDirectory
    private let ignored: Set<String>
    package private(set) var limit: QuotaLimit
    /// Nil if it could not be found out.
    package private(set) var usage: QuotaUsage?
    package private(set) var warnings: [MaildirWarning] = []
    /// Whether the sum may be off, so that nobody is turned away for it.
    private var isDoubtful = false

    /// Seconds after which a sum that turns mail away is not believed.
    private static var staleAfter: Int { 15 * 60 }

    /// Reads the file, and makes it anew if need be.
    ///
    /// - Parameters:
    ///   - limit: nil for the one that the file itself states; then nothing happens where there is no file.
    ///   - ignoring: mailboxes that do not count.
    init(of root: RootDirectory, limit: QuotaLimit?, ignoring: [MailboxName], now: WallTime) {
        self.root = root
        self.limit = limit ?? .none
        var ignored: Set<String> = []
        for name in ignoring {
            if let directory = try? name.directoryName(root.layout) { ignored.insert(directory) }
        }
        self.ignored = ignored
        do throws(SystemError) {
            guard let (contents, modified) = try read() else {
                if limit != nil { recalculate() }
                return
            }
            take(contents, modified, limit, now)
        } catch {
            warnings.append(MaildirWarning("quota file not read", error))
            if limit != nil { recalculate() }
        }
    }

    private mutating func take(
        _ contents: [UInt8], _ modified: Int, _ configured: QuotaLimit?, _ now: WallTime
    ) {
        let file = MaildirSize(contents)
        if configured == nil { limit = file?.limit ?? .none }
        guard let file, file.limit == limit else {
            if configured != nil { recalculate() }
            return
        }
        usage = file.usage
        isDoubtful = file.changes > 1 || now.seconds - modified > Self.staleAfter
    }

    /// Whether a message of `bytes` would be too much. A sum that says so is made anew before it is believed,
    /// unless it is fresh.
    package mutating func wouldExceed(adding bytes: Int, messages: Int = 1) -> Bool {
        guard exceeds(bytes, messages) else { return false }
        if isDoubtful { recalculate() }
        return exceeds(bytes, messages)
    }

    private func exceeds(_ bytes: Int, _ messages: Int) -> Bool {
        guard var total = usage else { return false }
        total.add(QuotaUsage(bytes: bytes, messages: messages))
        return limit.isExceeded(by: total)
    }

    /// Counts messages that were published after this value was made.
    package mutating func add(bytes: Int, messages: Int = 1) {
        let change = QuotaUsage(bytes: bytes, messages: messages)
        usage?.add(change)
        if let warning = root.count(change) { warnings.append(warning) }
    }

    /// Adds up what is there, and writes it down if nothing changed while it was added up.
    private mutating func recalculate() {
        isDoubtful = false
        do throws(SystemError) {
            let sum = try MailboxSum(of: root, ignoring: ignored)
            usage = sum.usage
            guard try !sum.isOutdated() else { return removeFile() }
        } catch {
            return warnings.append(MaildirWarning("quota not recalculated", error))
        }
        write()
    }

    private func read() throws(SystemError) -> (contents: [UInt8], modified: Int)? {
        do throws(SystemError) {
            let path = root.directory.entries.path(of: MaildirSize.name)
            let file = try root.directory.entries.openFile(MaildirSize.name)
            let contents = try file.read(at: 0, count: MaildirSize.largest, path: path)
            return (contents, try file.status(path: path).modified)
        } catch {
            guard error.code == ErrorCode.noSuchFile else { throw error }
            return nil
        }
    }

    private mutating func write() {
        guard let usage else { return }
        do throws(MaildirError) {
            let inbox = Folder(.inbox, [], in: root, root.directory, mayCreate: true)
            var file = try inbox.stage()
            try file.write(MaildirSize.contents(limit, usage))
            try file.replace(MaildirSize.name)
        } catch {
            warnings.append(MaildirWarning("quota file not written: \(error)"))
        }
    }

    private func removeFile() {
        try? root.directory.entries.removeFile(MaildirSize.name)
    }
}

extension RootDirectory {
    /// Adds a line to the file, if there is one. Without a file, whoever needs the sum adds it up.
    fileprivate func count(_ change: QuotaUsage) -> MaildirWarning? {
        do throws(SystemError) {
            let path = directory.entries.path(of: MaildirSize.name)
            let file = try directory.entries.openFile(MaildirSize.name, .append)
            try file.appendAtOnce(MaildirSize.change(change), path: path)
            try file.close(path: path)
            return nil
        } catch {
            return error.code == ErrorCode.noSuchFile ? nil : MaildirWarning("quota file not updated", error)
        }
    }
}

extension StagedMessage {
    /// Puts the file, which is no message, in the place of another in the folder itself.
    fileprivate mutating func replace(_ name: String) throws(MaildirError) {
        do throws(SystemError) {
            try directory.entries.rename(temporaryName, to: name, in: directory.entries)
        } catch {
            throw .system(error)
        }
        hasMoved()
    }
}

extension MailRoot {
    /// What the user may keep, and has. Never fails: see ``Quota/warnings``.
    ///
    /// - Parameters:
    ///   - limit: nil for the one that `maildirsize` states, if there is such a file.
    ///   - ignoring: mailboxes that do not count.
    package func quota(
        limit: QuotaLimit?, ignoring: [MailboxName] = [], now: WallTime = .now()
    ) -> Quota {
        Quota(of: root, limit: limit, ignoring: ignoring, now: now)
    }

    /// Counts messages that were published since ``quota(limit:ignoring:now:)``, without looking at the sum: one
    /// line more in `maildirsize`, if there is such a file.
    ///
    /// - Returns: why that could not be done.
    package func countPublished(bytes: Int, messages: Int = 1) -> MaildirWarning? {
        root.count(QuotaUsage(bytes: bytes, messages: messages))
    }
}
