package import Platform

/// A user that mail can be delivered to, and as whom.
package struct MailUser: Sendable, Equatable {
    /// As the source spells it, which may differ from what was asked for.
    package let name: String
    package let identity: Identity
    /// All groups of the user; his primary group may be among them.
    package let supplementaryGroups: [UInt32]
    /// An absolute path; empty where the source has none.
    package let home: String
    /// The absolute path of his Maildir, if the source names it.
    package let mailLocation: String?
    /// What the mailbox may hold, `1G,1000`: bytes with a unit, and messages; either may be missing.
    package let quota: String?
    /// Bytes of the largest message that he takes, 0 for any; nil where the site's limit counts.
    package let maximumMessageSize: Int?

    package init(
        name: String, identity: Identity, supplementaryGroups: [UInt32] = [], home: String,
        mailLocation: String? = nil, quota: String? = nil, maximumMessageSize: Int? = nil
    ) {
        self.name = name
        self.identity = identity
        self.supplementaryGroups = supplementaryGroups
        self.home = home
        self.mailLocation = mailLocation
        self.quota = quota
        self.maximumMessageSize = maximumMessageSize
    }

    /// Makes this process act as the user for good, before it opens anything of his. Nothing but groups, group
    /// and user changes: no directory, no environment, no mask.
    ///
    /// A process that is the user already stays as it is.
    /// - Throws: `EPERM` for a process that is neither root nor the user; what a failing call reported, after
    ///   which the process has some of its old rights, and must do nothing more.
    package func become() throws(SystemError) {
        let current = Identity.current()
        if current.isSuperuser {
            return try Identity.become(identity, supplementaryGroups: supplementaryGroups)
        }
        guard current.user == identity.user else {
            throw SystemError(
                call: "become", path: "\(name) (uid \(identity.user))", code: ErrorCode.notPermitted)
        }
    }
}
