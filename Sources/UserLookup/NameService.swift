import Platform

/// The name services of this host (nsswitch.conf).
///
/// This program is linked statically, so that a missing library cannot keep it from starting. In such a
/// program glibc's own look-up loads the services' modules at run time, which may crash it, or passes over
/// those it cannot load and answers "no such user": the mail would bounce. So /etc/passwd and /etc/group
/// are read here, as far as they decide, and getent(1) is asked for the rest.
package struct NameService: Sendable {
    private let getentPath: String
    private let deadlineMilliseconds: Int

    package init(getentPath: String = "/usr/bin/getent", deadlineMilliseconds: Int = 30_000) {
        self.getentPath = getentPath
        self.deadlineMilliseconds = deadlineMilliseconds
    }

    /// The user called `name`; nil if there is surely no such user.
    package func user(named name: String) throws(UserLookupError) -> SystemUser? {
        // No user has such a name, and no program is asked for one.
        guard (1...255).contains(name.utf8.count), !name.utf8.contains(where: { $0 < 0x20 || $0 == 0x7F })
        else {
            return nil
        }
        let isNumber = name.utf8.allSatisfy { (0x30...0x39).contains($0) }
        return try user { accounts, deadline throws(UserLookupError) in
            try accounts.user(named: name, until: deadline)
        } elsewhere: { () throws(UserLookupError) in
            // getent takes a number for an identifier.
            isNumber ? nil : try ask("passwd", name) { $0.name == name }
        }
    }

    package func user(withIdentifier identifier: UInt32) throws(UserLookupError) -> SystemUser? {
        try user { accounts, deadline throws(UserLookupError) in
            try accounts.user(withIdentifier: identifier, until: deadline)
        } elsewhere: { () throws(UserLookupError) in
            try ask("passwd", "\(identifier)") { $0.identity.user == identifier }
        }
    }

    private func user(
        here: (LocalAccounts, Deadline) throws(UserLookupError) -> SystemUser?,
        elsewhere: () throws(UserLookupError) -> SystemUser?
    ) throws(UserLookupError) -> SystemUser? {
        let services = NameServiceSwitch.current()
        let accounts = LocalAccounts()
        let deadline = Deadline(milliseconds: deadlineMilliseconds)
        var user: SystemUser?
        if services.beginsWithFiles { user = try here(accounts, deadline) }
        if user == nil, !services.hasOnlyFiles { user = try elsewhere() }
        guard var user else { return nil }
        user.groups =
            services.groupsAreLocal
            ? try accounts.groups(of: user, until: deadline) : [user.identity.group] + (try groups(of: user))
        return user
    }

    // MARK: getent

    private func ask(
        _ database: String, _ key: String, _ isAsked: (SystemUser) -> Bool
    ) throws(UserLookupError) -> SystemUser? {
        guard let line = try answer(database, key) else { return nil }
        guard let user = SystemUser(passwordLine: line), isAsked(user) else {
            throw UserLookupError(
                source: "nss", reason: "getent \(database) gives an answer that makes no sense")
        }
        return user
    }

    private func groups(of user: SystemUser) throws(UserLookupError) -> [UInt32] {
        try answer("initgroups", user.name)?.split(separator: " ").dropFirst().compactMap { UInt32($0) } ?? []
    }

    /// The first line that getent has for `key`; nil if it says that there is none.
    private func answer(_ database: String, _ key: String) throws(UserLookupError) -> String? {
        let result: ChildProcess.Result
        do throws(SystemError) {
            result = try ChildProcess(path: getentPath, arguments: [database, "--", key]).run(
                head: [], body: SharedBytes([]).span, outputLimit: 1 << 16, milliseconds: deadlineMilliseconds
            )
        } catch {
            throw UserLookupError(source: "nss", error)
        }
        switch result.ending {
        case .exited(0):
            return result.output.split(separator: UInt8(ascii: "\n")).first.map {
                String(decoding: $0, as: UTF8.self)
            }
        case .exited(2): return nil
        default: throw UserLookupError(source: "nss", reason: "getent \(database) ended as \(result.ending)")
        }
    }
}
