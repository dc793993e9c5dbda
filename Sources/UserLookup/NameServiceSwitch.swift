import Platform

/// Which name services this host asks for users and groups, and in which order (nsswitch.conf(5)).
struct NameServiceSwitch: Equatable {
    private let users: [Substring]
    private let groups: [Substring]

    /// - Parameter text: the file; what it does not say is glibc's default, `files`.
    init(_ text: String) {
        var found: [Substring: [Substring]] = [:]
        for line in text.split(separator: "\n") {
            let rule = line.prefix { $0 != "#" }
            guard let colon = rule.firstIndex(of: ":") else { continue }
            let name = rule[..<colon].filter { $0 != " " && $0 != "\t" }
            // `[NOTFOUND=return]` changes when the next is asked, not whom we may have to ask.
            let services = rule[rule.index(after: colon)...].split { $0 == " " || $0 == "\t" }
            found[Substring(name)] = services.filter { !$0.hasPrefix("[") }
        }
        users = found["passwd"] ?? ["files"]
        groups = found["initgroups"] ?? found["group"] ?? ["files"]
    }

    static func current(path: String = "/etc/nsswitch.conf") -> NameServiceSwitch {
        let text = try? OwnedFileDescriptor(reading: path).readAll(limit: 1 << 16, path: path)
        return NameServiceSwitch(String(decoding: text ?? [], as: UTF8.self))
    }

    /// Whether a user that /etc/passwd has is that user.
    var beginsWithFiles: Bool { users.first == "files" }

    /// Whether a user that /etc/passwd does not have is no user.
    var hasOnlyFiles: Bool { users == ["files"] }

    /// Whether /etc/group has all groups of a user. systemd's groups hold users of its own only.
    var groupsAreLocal: Bool { groups.allSatisfy { $0 == "files" || $0 == "systemd" } }
}
