import Platform

/// The users and groups in /etc/passwd and /etc/group, read as they stand.
struct LocalAccounts {
    private static let longestLine = 1 << 16
    private static let mostGroups = 65_536

    let passwordFile: String
    let groupFile: String

    init(passwordFile: String = "/etc/passwd", groupFile: String = "/etc/group") {
        self.passwordFile = passwordFile
        self.groupFile = groupFile
    }

    func user(named name: String, until deadline: Deadline) throws(UserLookupError) -> SystemUser? {
        let wanted = Array(name.utf8)
        guard !wanted.isEmpty, !wanted.contains(UInt8(ascii: ":")) else { return nil }
        var lines = try reader(of: passwordFile, deadline)
        while let line = try lines.next() {
            guard lines.begins(line, with: wanted, before: UInt8(ascii: ":")) else { continue }
            if let user = SystemUser(passwordLine: String(decoding: lines.bytes(line), as: UTF8.self)) {
                return user
            }
        }
        return nil
    }

    func user(
        withIdentifier identifier: UInt32, until deadline: Deadline
    ) throws(UserLookupError) -> SystemUser? {
        var lines = try reader(of: passwordFile, deadline)
        while let line = try lines.next() {
            let user = SystemUser(passwordLine: String(decoding: lines.bytes(line), as: UTF8.self))
            if let user, user.identity.user == identifier { return user }
        }
        return nil
    }

    /// The groups that list the user, and his own.
    func groups(of user: SystemUser, until deadline: Deadline) throws(UserLookupError) -> [UInt32] {
        var groups = [user.identity.group]
        var lines = try reader(of: groupFile, deadline)
        while groups.count < Self.mostGroups, let line = try lines.next() {
            let fields = String(decoding: lines.bytes(line), as: UTF8.self)
                .split(separator: ":", omittingEmptySubsequences: false)
            guard fields.count >= 4, let group = UInt32(fields[2]), !groups.contains(group) else { continue }
            if fields[3].split(separator: ",").contains(where: { $0 == user.name }) { groups.append(group) }
        }
        return groups
    }

    private func reader(of path: String, _ deadline: Deadline) throws(UserLookupError) -> LineReader {
        do throws(SystemError) {
            return LineReader(
                try OwnedFileDescriptor(reading: path), path: path, limit: Self.longestLine,
                deadline: deadline)
        } catch {
            throw UserLookupError(source: path, error)
        }
    }
}
