package import Platform
import Settings
import UserLookup

/// Whose mail it is: the user, his rights, and where his mail and his rules are.
package struct Destination: Equatable, Sendable {
    /// What the user is called; for logs.
    package let userName: String
    package let identity: Identity
    package let supplementaryGroups: [UInt32]
    /// Absolute; empty where there is none.
    package let home: String
    /// The Maildir.
    package let mailRoot: String
    /// The personal script: the first of these that exists.
    package let personalScripts: [String]
    /// Raw quota rule of the user's own; nil where the site's counts.
    package let quota: String?
    /// `--mail-dir`: nothing of it was looked up, and the calling user answers for it.
    package let isGivenDirectly: Bool
    /// Bytes of the largest message that the user takes, 0 for any; nil where the site's limit counts.
    package var maximumMessageSize: Int?
}

/// Why there is no destination.
package enum DestinationFailure: Error, Equatable, Sendable {
    /// There is surely no such user.
    case unknownUser(String)
    /// The address is one that must not be delivered to; in words for whoever sent to it.
    case refused(String)
    /// It could not be found out, or must not be done, now.
    case unavailable(String)
}

/// Finds the destination of a request.
struct DestinationLookup {
    let request: DeliveryRequest
    let configuration: Configuration
    /// What the calling user is called, if the environment says.
    var callerName: String?

    func find() throws(DestinationFailure) -> Destination {
        let current = Identity.current()
        if let directory = request.mailDirectory { return try direct(directory, current) }
        let user = try self.user(current)
        try checkRights(of: user, current)
        return Destination(
            userName: user.name, identity: user.identity, supplementaryGroups: user.supplementaryGroups,
            home: user.home, mailRoot: try mailRoot(of: user), personalScripts: try personalScripts(of: user),
            quota: user.quota, isGivenDirectly: false, maximumMessageSize: user.maximumMessageSize)
    }

    private func direct(_ directory: String, _ current: Identity) throws(DestinationFailure) -> Destination {
        let name = callerName ?? "uid-\(current.user)"
        return Destination(
            userName: name, identity: current, supplementaryGroups: [], home: "",
            mailRoot: try Self.absolute(directory), personalScripts: try givenScript() ?? [], quota: nil,
            isGivenDirectly: true)
    }

    /// The spool must find it again from another working directory.
    private static func absolute(_ path: String) throws(DestinationFailure) -> String {
        guard path.utf8.first != UInt8(ascii: "/") else { return path }
        guard let here = Host.workingDirectory() else {
            throw .unavailable("\(path): the working directory is not known")
        }
        return here + "/" + path
    }

    private func givenScript() throws(DestinationFailure) -> [String]? {
        guard let script = request.script else { return nil }
        return [try Self.absolute(script)]
    }

    private func user(_ current: Identity) throws(DestinationFailure) -> MailUser {
        guard let name = request.user else { return try callingUser(current) }
        let found: MailUser?
        do {
            found = try UserDirectory(
                source: source, deadlineMilliseconds: Self.lookupMilliseconds
            ).find(name)
        } catch {
            throw .unavailable("user \(name): \(error)")
        }
        guard let found else { throw .unknownUser(name) }
        return found
    }

    /// Without `-d` the calling user's own mail is delivered, as from a `.forward` file.
    private func callingUser(_ current: Identity) throws(DestinationFailure) -> MailUser {
        guard !current.isSuperuser else {
            throw .unavailable("started as root without -d USER: nobody to deliver to")
        }
        let entry: SystemUser?
        do {
            entry = try NameService().user(withIdentifier: current.user)
        } catch {
            throw .unavailable("uid \(current.user): \(error)")
        }
        guard let entry else { throw .unavailable("uid \(current.user) has no entry in the user database") }
        return MailUser(
            name: entry.name, identity: current, supplementaryGroups: [], home: entry.home)
    }

    private func checkRights(of user: MailUser, _ current: Identity) throws(DestinationFailure) {
        guard user.identity.user != current.user || current.isSuperuser else { return }
        guard current.isSuperuser else {
            throw .unavailable(
                "cannot become \(user.name) (uid \(user.identity.user)): started as uid \(current.user), not as root"
            )
        }
        guard user.identity.user >= configuration.users.firstUserID else {
            throw .unavailable(
                "\(user.name) has uid \(user.identity.user), below users.first-uid (\(configuration.users.firstUserID)): "
                    + "give the mail to a person by an alias")
        }
    }

    private func mailRoot(of user: MailUser) throws(DestinationFailure) -> String {
        if let location = user.mailLocation { return location }
        return try expanded(configuration.mail.root, "mail.root", user)
    }

    private func personalScripts(of user: MailUser) throws(DestinationFailure) -> [String] {
        if let given = try givenScript() { return given }
        var paths: [String] = []
        for template in configuration.sieve.personal {
            paths.append(try expanded(template, "sieve.personal", user))
        }
        return paths
    }

    private func expanded(
        _ template: PathTemplate, _ key: String, _ user: MailUser
    ) throws(DestinationFailure) -> String {
        do {
            return try template.expanded(user: user.name, home: user.home)
        } catch {
            throw .unavailable("\(key) = \"\(template.text)\" cannot be expanded for \(user.name): \(error)")
        }
    }

    private var source: UserDirectory.Source {
        switch configuration.users.source {
        case .nameService: .nameService
        case .passwdFile(let path): .passwdFile(path: path)
        case .dovecot(let path): .dovecot(socketPath: path)
        }
    }

    private static let lookupMilliseconds = 30_000
}
