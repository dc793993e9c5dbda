import Platform

/// What Dovecot says of a user, in the fields that matter here; one set of names for its passwd-style files
/// and for its protocol.
struct UserFields: Equatable {
    /// A field that cannot be used, in words for the log.
    struct Problem: Error, Equatable {
        let reason: String
    }

    var user: UInt32?
    var group: UInt32?
    var home = ""
    /// `maildir:~/Maildir:INDEX=/x`
    private var mail = ""
    /// Dovecot 2.4 has the two in fields of their own.
    private var mailDriver = ""
    private var mailPath = ""
    private var quotaRule = ""
    private var quotaStorage = ""
    private var quotaMessages = ""
    private var maximumSize = ""
    /// The system's user whose groups this one has.
    private(set) var groupsOf = ""

    init() {}

    /// Takes a field; one that is not known says nothing.
    mutating func set(_ name: String, _ value: String) throws(Problem) {
        switch name {
        case "uid": user = try Self.identifier(value, "uid")
        case "gid": group = try Self.identifier(value, "gid")
        case "home": home = value
        case "mail": mail = value
        case "mail_driver": mailDriver = value
        case "mail_path": mailPath = value
        case "quota_rule": quotaRule = value
        case "quota_storage_size": quotaStorage = value
        case "quota_message_count": quotaMessages = value
        // The second one is that of Dovecot 2.4.
        case "quota_max_mail_size", "quota_mail_size", "mail_max_size": maximumSize = value
        case "system_groups_user": groupsOf = value
        default: break
        }
    }

    /// A number in decimal that can be a mail user's: neither root's nor "none".
    static func identifier(_ text: String, _ what: String) throws(Problem) -> UInt32 {
        let isNumber = !text.isEmpty && text.utf8.allSatisfy { UInt8(ascii: "0")...UInt8(ascii: "9") ~= $0 }
        guard isNumber, let number = UInt32(text), number != .max else {
            throw Problem(reason: "\(what) is not a number")
        }
        guard number != 0 else { throw Problem(reason: "\(what) 0 is not a mail user's") }
        return number
    }

    /// The user that the fields make, together with `defaults` for what they do not say.
    func mailUser(_ name: UserName, defaults: Identity? = nil) throws(Problem) -> MailUser {
        guard let user = user ?? defaults?.user else { throw Problem(reason: "there is no uid") }
        guard let group = group ?? defaults?.group else { throw Problem(reason: "there is no gid") }
        guard home.isEmpty || Self.isUsablePath(home) else {
            throw Problem(reason: "the home is not an absolute path")
        }
        return MailUser(
            name: name.text, identity: Identity(user: user, group: group), supplementaryGroups: try groups(),
            home: home, mailLocation: try mailLocation(), quota: quota?.text,
            maximumMessageSize: QuotaRule.bytes(maximumSize))
    }

    private var quota: QuotaRule? {
        QuotaRule(quotaRule) ?? QuotaRule(storage: quotaStorage, messages: quotaMessages)
    }

    private func groups() throws(Problem) -> [UInt32] {
        guard !groupsOf.isEmpty else { return [] }
        let groups: [UInt32]?
        do throws(UserLookupError) {
            groups = try NameService().user(named: groupsOf)?.groups
        } catch {
            throw Problem(reason: error.reason)
        }
        guard let groups else { throw Problem(reason: "system_groups_user is no user of this system") }
        return groups
    }

    /// The path of the Maildir; nil if the fields do not name it.
    private func mailLocation() throws(Problem) -> String? {
        if mail.isEmpty {
            guard !mailPath.isEmpty else { return nil }
            try Self.requireMaildir(mailDriver.isEmpty ? "maildir" : mailDriver)
            return try path(mailPath)
        }
        let parts = mail.split(separator: ":", omittingEmptySubsequences: false)
        guard parts.count > 1, let format = parts.first else {
            throw Problem(reason: "the mail location does not begin with maildir:")
        }
        try Self.requireMaildir(String(format))
        return try path(String(parts[1]))
    }

    private static func requireMaildir(_ format: String) throws(Problem) {
        guard format != "maildir" else { return }
        let isWord = format.utf8.count <= 32 && format.utf8.allSatisfy { $0 > 0x20 && $0 < 0x7F }
        throw Problem(
            reason: "the mail format is \(isWord ? format : "not known"): only maildir is delivered to")
    }

    /// `~` is the user's home directory.
    private func path(_ text: String) throws(Problem) -> String {
        var path = text
        if text == "~" || text.hasPrefix("~/") {
            guard !home.isEmpty else {
                throw Problem(reason: "the mail location is in a home that is not given")
            }
            path = (home == "/" ? "" : home) + text.dropFirst()
        }
        guard Self.isUsablePath(path) else {
            throw Problem(reason: "the mail location is neither an absolute path nor in the home directory")
        }
        return path
    }

    private static func isUsablePath(_ path: String) -> Bool {
        path.utf8.first == UInt8(ascii: "/") && path.utf8.count < 4096
            && path.utf8.allSatisfy { $0 >= 0x20 && $0 != 0x7F }
    }
}
