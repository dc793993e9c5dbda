package import Platform

/// Where users are looked up.
package struct UserDirectory: Sendable {
    package enum Source: Sendable, Equatable {
        /// The name services of this host (`nsswitch.conf`).
        case nameService
        /// A file in the form of passwd(5), with Dovecot's extra fields.
        case passwdFile(path: String)
        /// The `auth-userdb` socket of Dovecot.
        case dovecot(socketPath: String)
    }

    package let source: Source
    private let deadlineMilliseconds: Int
    private let defaultIdentity: Identity?

    /// - Parameters:
    ///   - deadlineMilliseconds: for one look-up. A name service cannot be held to it: only the end of the
    ///     process ends that wait.
    ///   - defaultIdentity: of the users of a passwd-style file that gives them none.
    package init(source: Source, deadlineMilliseconds: Int, defaultIdentity: Identity? = nil) {
        self.source = source
        self.deadlineMilliseconds = deadlineMilliseconds
        self.defaultIdentity = defaultIdentity
    }

    /// The user called `name`, which may have a domain: it is asked for as it is, never without the domain.
    ///
    /// A name that cannot be a user's (control characters, `/`, over 255 bytes…) is nobody's, and no source is
    /// asked for it.
    /// - Returns: nil if there is surely no such user.
    /// - Throws: where the source could not be asked: that is no "no".
    package func find(_ name: String) throws(UserLookupError) -> MailUser? {
        guard let name = UserName(name) else { return nil }
        let deadline = Deadline(milliseconds: deadlineMilliseconds)
        switch source {
        case .nameService:
            return try Self.findInNameService(name)
        case .passwdFile(let path):
            return try PasswordFile(path: path, defaultIdentity: defaultIdentity).find(name, until: deadline)
        case .dovecot(let path):
            return try DovecotUserDatabase(socketPath: path).find(name, until: deadline)
        }
    }

    private static func findInNameService(_ name: UserName) throws(UserLookupError) -> MailUser? {
        guard let user = try NameService().user(named: name.text) else { return nil }
        return MailUser(
            name: user.name, identity: user.identity, supplementaryGroups: user.groups,
            home: user.home.utf8.first == UInt8(ascii: "/") ? user.home : "")
    }
}
