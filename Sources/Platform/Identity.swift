import CPlatform
import Glibc

/// As whom the process acts.
package struct Identity: Equatable, Sendable {
    package let user: UInt32
    package let group: UInt32

    package init(user: UInt32, group: UInt32) {
        self.user = user
        self.group = group
    }

    /// The effective user and group of this process.
    package static func current() -> Identity {
        Identity(user: geteuid(), group: getegid())
    }

    package var isSuperuser: Bool { user == 0 }

    /// Becomes `identity` for good: supplementary groups, then group, then user, then makes sure of it.
    ///
    /// - Parameter supplementaryGroups: all of them; the group of the identity need not be among them.
    /// - Throws: what the failing call reported; `EPERM` if the old rights could be had back.
    package static func become(_ identity: Identity, supplementaryGroups: [UInt32]) throws(SystemError) {
        let who = "uid \(identity.user), gid \(identity.group)"
        guard unsafe setgroups(supplementaryGroups.count, supplementaryGroups) == 0 else {
            throw SystemError(call: "setgroups", path: who)
        }
        guard postmaster_setresgid(identity.group, identity.group, identity.group) == 0 else {
            throw SystemError(call: "setresgid", path: who)
        }
        guard postmaster_setresuid(identity.user, identity.user, identity.user) == 0 else {
            throw SystemError(call: "setresuid", path: who)
        }
        try verify(identity, supplementaryGroups, who)
    }

    private static func verify(
        _ identity: Identity, _ supplementaryGroups: [UInt32], _ who: String
    ) throws(SystemError) {
        var real: uid_t = 0
        var effective: uid_t = 0
        var saved: uid_t = 0
        guard unsafe postmaster_getresuid(&real, &effective, &saved) == 0,
            real == identity.user, effective == identity.user, saved == identity.user,
            unsafe postmaster_getresgid(&real, &effective, &saved) == 0,
            real == identity.group, effective == identity.group, saved == identity.group,
            currentSupplementaryGroups()?.sorted() == supplementaryGroups.sorted(),
            identity.user == 0 || setuid(0) != 0
        else { throw SystemError(call: "setresuid", path: who, code: EPERM) }
    }

    private static func currentSupplementaryGroups() -> [UInt32]? {
        let count = getgroups(0, nil)
        guard count > 0 else { return count == 0 ? [] : nil }
        var groups = [gid_t](repeating: 0, count: Int(count))
        return unsafe getgroups(count, &groups) == count ? groups : nil
    }
}

/// What new files are not allowed (`umask(2)`), for the whole process.
package func setFileCreationMask(_ mask: UInt32) {
    _ = umask(mask)
}

extension Identity {
    /// Calls `body` with the rights of somebody else, and takes the superuser's back after it. For programs of one thread.
    ///
    /// Nothing changes where the process is that user already.
    /// - Throws: `EPERM` for a process that is neither; what a failing call reported.
    package static func acting<Result>(
        as identity: Identity, supplementaryGroups: [UInt32], _ body: () -> Result
    ) throws(SystemError) -> Result {
        let own = current()
        guard own.user != identity.user else { return body() }
        let who = "uid \(identity.user), gid \(identity.group)"
        guard own.isSuperuser, let groups = currentSupplementaryGroups() else {
            throw SystemError(call: "seteuid", path: who, code: EPERM)
        }
        guard unsafe setgroups(supplementaryGroups.count, supplementaryGroups) == 0 else {
            throw SystemError(call: "setgroups", path: who)
        }
        defer { takeBack(own, groups) }
        guard setegid(identity.group) == 0 else { throw SystemError(call: "setegid", path: who) }
        guard seteuid(identity.user) == 0 else { throw SystemError(call: "seteuid", path: who) }
        return body()
    }

    /// Who cannot have his own rights back must not go on with somebody else's.
    private static func takeBack(_ own: Identity, _ groups: [UInt32]) {
        guard seteuid(own.user) == 0, setegid(own.group) == 0, unsafe setgroups(groups.count, groups) == 0
        else {
            _exit(75)
        }
    }
}
