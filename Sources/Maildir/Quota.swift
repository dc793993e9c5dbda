package import Platform

/// What a user may keep and what they have, by way of the `maildirsize` file that Courier and Dovecot share.
///
/// The file is a cache without a lock: several deliveries at once may overshoot by a few messages. Nothing that
/// is wrong with it keeps a message out: it is made anew, or else the quota is not enforced, with a warning.
package struct Quota: ~Copyable {
    /// Whether the file is kept, or only looked at.
    package enum Access: Sendable {
        case keeping
        /// Nothing is written, so that one may look who is not the mail root's owner.
        case looking
    }

    private let root: RootDirectory
    private let scope: QuotaScope
    private let access: Access
    package private(set) var limit: QuotaLimit
    /// Nil if it could not be found out.
    package private(set) var usage: QuotaUsage?
    package private(set) var warnings: [MaildirWarning] = []
    /// Whether the sum was made of the messages that are there, just now.
    package private(set) var isExact = false
    /// Whether the sum may be off, so that nobody is turned away for it.
    private var isDoubtful = false

    /// Seconds after which a sum that turns mail away is not believed.
    private static var staleAfter: Int { 15 * 60 }

    /// Reads the file, and makes it anew if need be.
    ///
    /// - Parameters:
    ///   - limit: nil for the one that the file itself states; then nothing happens where there is no file.
    ///   - scope: the mailboxes that count.
    init(
        of root: RootDirectory, limit: QuotaLimit?, counting scope: QuotaScope, access: Access, now: WallTime
    ) {
        self.root = root
        self.limit = limit ?? .none
        self.scope = scope
        self.access = access
        do throws(SystemError) {
            guard let (contents, modified) = try root.readMaildirSize() else {
                if limit != nil { recalculate() }
                return
            }
            take(contents, modified, limit, now)
        } catch {
            warnings.append(MaildirWarning("quota file not read", error))
            if limit != nil { recalculate() }
        }
    }

    /// A sum that somebody knows; nothing is read or written.
    fileprivate init(of root: RootDirectory, limit: QuotaLimit, believing usage: QuotaUsage) {
        self.root = root
        self.limit = limit
        self.usage = usage
        scope = .everything
        access = .looking
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

    /// Whether messages would be too much. A sum that says so is made anew before it is believed, unless it is fresh.
    ///
    /// - Parameters:
    ///   - bytes: of all of them together.
    ///   - allowance: what more than the limit may be held.
    ///   - grace: bytes by which what is not full yet may become more than full.
    package mutating func wouldExceed(
        adding bytes: Int, messages: Int = 1, allowance: QuotaLimit = .none, grace: Int = 0
    ) -> Bool {
        let allowed = limit.raised(by: allowance)
        guard exceeds(allowed, bytes, messages, grace) else { return false }
        if isDoubtful { recalculate() }
        return exceeds(allowed, bytes, messages, grace)
    }

    private func exceeds(_ allowed: QuotaLimit, _ bytes: Int, _ messages: Int, _ grace: Int) -> Bool {
        guard var total = usage else { return false }
        let isRoomLeft = total.bytes < allowed.bytes
        total.add(QuotaUsage(bytes: bytes, messages: messages))
        let limit = isRoomLeft ? allowed.raised(by: QuotaLimit(bytes: grace)) : allowed
        return limit.isExceeded(by: total)
    }

    /// Counts messages that were published after this value was made.
    package mutating func add(bytes: Int, messages: Int = 1) {
        let change = QuotaUsage(bytes: bytes, messages: messages)
        usage?.add(change)
        if access == .keeping, let warning = root.count(change) { warnings.append(warning) }
    }

    /// Adds up what is there, and writes it down if nothing changed while it was added up.
    package mutating func recalculate() {
        isDoubtful = false
        do throws(SystemError) {
            let sum = try MailboxSum(of: root, counting: scope)
            usage = sum.usage
            isExact = true
            guard access == .keeping else { return }
            guard try !sum.isOutdated() else { return removeFile() }
        } catch {
            return warnings.append(MaildirWarning("quota not recalculated", error))
        }
        write()
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
    /// The file as it stands, and when it was changed last; nil if there is none.
    fileprivate func readMaildirSize() throws(SystemError) -> (contents: [UInt8], modified: Int)? {
        do throws(SystemError) {
            let path = directory.entries.path(of: MaildirSize.name)
            let file = try directory.entries.openFile(MaildirSize.name)
            let contents = try file.read(at: 0, count: MaildirSize.largest, path: path)
            return (contents, try file.status(path: path).modified)
        } catch {
            guard error.code == ErrorCode.noSuchFile else { throw error }
            return nil
        }
    }

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

/// What one mailbox holds.
package struct MailboxUsage: Equatable, Sendable {
    /// Nil for a directory whose name is none of a mailbox.
    package let mailbox: MailboxName?
    /// As seen from the mail root; empty for INBOX.
    package let directory: String
    package let usage: QuotaUsage
    /// Whether it counts for the quota.
    package let counts: Bool
}

extension MailRoot {
    /// What the user may keep, and has. Never fails: see ``Quota/warnings``.
    ///
    /// - Parameters:
    ///   - limit: nil for the one that `maildirsize` states, if there is such a file.
    ///   - scope: the mailboxes that count.
    package func quota(
        limit: QuotaLimit?, counting scope: QuotaScope = .everything, access: Quota.Access = .keeping,
        now: WallTime = .now()
    ) -> Quota {
        Quota(of: root, limit: limit, counting: scope, access: access, now: now)
    }

    /// The same where somebody knows what is there: nothing is read or written.
    package func quota(limit: QuotaLimit, believing usage: QuotaUsage) -> Quota {
        Quota(of: root, limit: limit, believing: usage)
    }

    /// Counts messages that were published since ``quota(limit:counting:access:now:)``, without looking at the sum: one
    /// line more in `maildirsize`, if there is such a file.
    ///
    /// - Returns: why that could not be done.
    package func countPublished(bytes: Int, messages: Int = 1) -> MaildirWarning? {
        root.count(QuotaUsage(bytes: bytes, messages: messages))
    }

    /// What `maildirsize` says that there is; nil if there is no such file, or none that says it.
    package func recordedUsage() throws(MaildirError) -> (limit: QuotaLimit?, usage: QuotaUsage)? {
        do throws(SystemError) {
            guard let (contents, _) = try root.readMaildirSize(), let file = MaildirSize(contents) else {
                return nil
            }
            return (file.limit, file.usage)
        } catch {
            throw .system(error)
        }
    }

    /// What each mailbox holds, INBOX first, the others by name.
    package func usageByMailbox(
        counting scope: QuotaScope = .everything
    ) throws(MaildirError) -> [MailboxUsage] {
        do throws(SystemError) {
            return try MailboxSum(of: root, counting: scope, all: true).parts
                .sorted { $0.components.lexicographicallyPrecedes($1.components) }
                .map { part in
                    MailboxUsage(
                        mailbox: MailboxName(directories: part.components, layout),
                        directory: part.components.joined(separator: "/"), usage: part.usage,
                        counts: part.counts)
                }
        } catch {
            throw .system(error)
        }
    }

    /// What one mailbox holds; nothing if it is not there.
    package func usage(of mailbox: MailboxName) throws(MaildirError) -> QuotaUsage {
        let components = try root.components(of: mailbox)
        do throws(SystemError) {
            return try MailboxSum(of: components, in: root).usage
        } catch {
            throw .system(error)
        }
    }
}
