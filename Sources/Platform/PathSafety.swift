import Glibc

/// Whether a path can be trusted with a user's mail, whoever else has an account on the machine.
///
/// - Every directory on the way belongs to root or to the user, and nobody else can put another in the
///   place of the next: it is writable neither by others nor by a group, the user's own primary group,
///   root's and the trusted ones aside. A sticky directory like `/tmp` may be writable by all, since there
///   only the owner of an entry can replace it.
/// - A link is followed if it belongs to root or to the user, but never out of a directory that others may
///   write, sticky or not: anybody can give somebody else's link a second name there (CVE-2008-2936).
/// - The directory itself belongs to the user: one that root made for him, or that somebody made before
///   him, is not his (CVE-2008-2937). Others cannot write it, sticky or not.
///
/// So nobody but root and the user can change what was found, and what was checked is what is opened later.
/// Access lists are seen as far as their mask shows in the group's bits, which is the strict side.
package enum PathSafety {
    /// Refuses `path`, an absolute path to a directory, unless it is safe for `identity`.
    ///
    /// - Parameters:
    ///   - trustedGroups: groups that may write directories on the way, and this one.
    ///   - subject: what the path is for, in the error's words.
    /// - Throws: ``UnsafePath/Reason/missing`` only where everything above is safe, so that the caller may
    ///   create what is missing; what it made is to be checked again.
    package static func check(
        _ path: String, for identity: Identity, trustedGroups: [UInt32] = [],
        called subject: String = "mail root"
    ) throws(UnsafePath) {
        let rules = Rules(identity: identity, trustedGroups: trustedGroups)
        try Check(path: path, subject: subject, rules: rules).run()
    }

    /// Refuses a user's script: it must be a regular file of the user or of root that nobody else can write.
    ///
    /// The directory that holds it is another matter: ``check(_:for:trustedGroups:called:)``.
    /// - Parameters:
    ///   - status: of the open file.
    ///   - path: for the error.
    package static func checkScript(
        _ status: FileStatus, path: String, for identity: Identity, trustedGroups: [UInt32] = []
    ) throws(UnsafePath) {
        let rules = Rules(identity: identity, trustedGroups: trustedGroups)
        guard let reason = rules.objection(toScript: status) else { return }
        throw UnsafePath(subject: "script", path: path, component: path, reason: reason)
    }

    /// Whether the user asks for a pause by the sticky bit of his home directory, as he does of qmail,
    /// maildrop and OpenSMTPD: "I am editing my rules". Mail waits until it is gone.
    package static func homeIsBeingEdited(_ home: String) throws(SystemError) -> Bool {
        try FileStatus.of(home).permissions & 0o1000 != 0
    }
}

/// One walk down a path, with an eye on the rules.
private struct Check {
    let path: String
    let subject: String
    let rules: Rules

    func run() throws(UnsafePath) {
        guard path.utf8.first == UInt8(ascii: "/") else { throw refusal(path, .notAbsolute) }
        var walk = try start()
        while !walk.isAtEnd {
            try refuse(walk.path, rules.objection(onTheWay: walk.status))
            let isShared = rules.sharing(of: walk.status) != nil
            if case .link(let status, let linkPath) = try advance(&walk) {
                try refuse(linkPath, rules.objection(toLink: status, isShared: isShared))
            }
        }
        try refuse(walk.path, rules.objection(toEnd: walk.status))
    }

    private func start() throws(UnsafePath) -> PathWalk {
        do throws(SystemError) {
            return try PathWalk(path)
        } catch {
            throw refusal(error.path, .system(error.code))
        }
    }

    private func advance(_ walk: inout PathWalk) throws(UnsafePath) -> PathWalk.Step {
        let directory = walk.path
        do throws(SystemError) {
            return try walk.advance()
        } catch {
            switch error.code {
            case ENOENT: throw refusal(error.path, .missing)
            case ENOTDIR: throw refusal(error.path, .notDirectory)
            case ELOOP: throw refusal(error.path, .tooManyLinks)
            case EACCES: throw refusal(directory, .unsearchable)
            default: throw refusal(error.path, .system(error.code))
            }
        }
    }

    private func refuse(_ component: String, _ reason: UnsafePath.Reason?) throws(UnsafePath) {
        if let reason { throw refusal(component, reason) }
    }

    private func refusal(_ component: String, _ reason: UnsafePath.Reason) -> UnsafePath {
        UnsafePath(subject: subject, path: path, component: component, reason: reason)
    }
}

/// Who may own and write what.
private struct Rules {
    let identity: Identity
    let trustedGroups: [UInt32]

    /// Who else may make and remove entries; for a sticky directory, make only.
    func sharing(of status: FileStatus) -> UnsafePath.Reason? {
        if status.permissions & 0o002 != 0 { return .writableByEverybody }
        let group = status.group
        if status.permissions & 0o020 == 0 || group == identity.group || group == 0
            || trustedGroups.contains(group)
        {
            return nil
        }
        return .writableByGroup(group)
    }

    func objection(onTheWay status: FileStatus) -> UnsafePath.Reason? {
        guard status.kind == .directory else { return .notDirectory }
        guard isTrusted(status.owner) else { return .owner(status.owner) }
        let isSticky = status.permissions & 0o1000 != 0
        return isSticky ? nil : sharing(of: status)
    }

    func objection(toLink link: FileStatus, isShared: Bool) -> UnsafePath.Reason? {
        guard isTrusted(link.owner) else { return .owner(link.owner) }
        return isShared ? .linkInSharedDirectory : nil
    }

    func objection(toEnd status: FileStatus) -> UnsafePath.Reason? {
        guard status.kind == .directory else { return .notDirectory }
        guard status.owner == identity.user else { return .owner(status.owner) }
        return sharing(of: status)
    }

    func objection(toScript status: FileStatus) -> UnsafePath.Reason? {
        guard status.kind == .regular else { return .notRegularFile }
        guard isTrusted(status.owner) else { return .owner(status.owner) }
        return sharing(of: status)
    }

    private func isTrusted(_ owner: UInt32) -> Bool { owner == 0 || owner == identity.user }
}
