import Platform
package import Settings
import UserLookup

/// Acting as the user whose part of the spool it is.
package enum SpoolOwner {
    /// Becomes `owner` for good, with the groups that he has now; an owner without a name (virtual users) gets
    /// the group of his part. Nothing happens to a process that is the owner already.
    package static func become(_ owner: UInt32, configuration: Configuration) throws {
        guard owner != Identity.current().user else { return }
        if let user = try NameService().user(withIdentifier: owner) {
            return try Identity.become(user.identity, supplementaryGroups: user.groups)
        }
        let part = try FileStatus.of("\(configuration.spool.directory)/\(owner)", followingLinks: false)
        try Identity.become(Identity(user: owner, group: part.group), supplementaryGroups: [])
    }
}
