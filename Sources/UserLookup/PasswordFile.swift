import Platform

/// A file in the form of passwd(5), as Dovecot reads it for virtual users:
/// `name:password:uid:gid:gecos:home:shell:userdb_mail=maildir:~/Maildir userdb_quota_rule=*:storage=1G`.
///
/// Everything behind the name may be missing, but uid and gid only where there are defaults. Of the extra
/// fields, those that begin with `userdb_` are read; in their values `%u`, `%n`, `%d` and `%h` are the user,
/// its local part and domain, and the home, `%%` is `%`. Empty lines are passed over, and lines that begin
/// with `#`, a colon or a tab. The first line of a name counts. Names are compared byte by byte.
///
/// The file is read from its beginning on, however long: nothing of it is kept.
struct PasswordFile {
    /// Bytes of a line.
    static let longestLine = 1 << 14

    let path: String
    let defaultIdentity: Identity?

    func find(_ name: UserName, until deadline: Deadline) throws(UserLookupError) -> MailUser? {
        // What looks like a comment, or like more than a name, is on no line.
        let wanted = Array(name.text.utf8)
        let canBeHere = wanted.first != UInt8(ascii: "#") && !wanted.contains(UInt8(ascii: ":"))
        let file = try open()
        if let objection = Self.objection(to: try status(of: file)) {
            throw UserLookupError(source: path, reason: objection)
        }
        var lines = LineReader(file, path: path, limit: Self.longestLine, deadline: deadline)
        while canBeHere, let line = try lines.next() {
            guard lines.begins(line, with: wanted, before: UInt8(ascii: ":")) else { continue }
            do throws(UserFields.Problem) {
                return try Self.fields(of: lines.bytes(line), name).mailUser(name, defaults: defaultIdentity)
            } catch {
                throw UserLookupError(source: path, reason: "line \(lines.number): \(error.reason)")
            }
        }
        return nil
    }

    private func open() throws(UserLookupError) -> OwnedFileDescriptor {
        do throws(SystemError) {
            return try OwnedFileDescriptor(reading: path)
        } catch {
            throw UserLookupError(source: path, error)
        }
    }

    private func status(of file: borrowing OwnedFileDescriptor) throws(UserLookupError) -> FileStatus {
        do throws(SystemError) {
            return try file.status(path: path)
        } catch {
            throw UserLookupError(source: path, error)
        }
    }

    /// A file that anybody may write says nothing about anybody.
    private static func objection(to status: FileStatus) -> String? {
        if status.kind != .regular { return "it is not a regular file" }
        if status.owner != 0, status.owner != Identity.current().user {
            return "it belongs to uid \(status.owner)"
        }
        return status.permissions & 0o002 == 0 ? nil : "it is writable by everybody"
    }

    /// What a line says; total: any bytes are fields.
    static func fields(of line: [UInt8], _ name: UserName) throws(UserFields.Problem) -> UserFields {
        guard let text = String(validating: line, as: UTF8.self) else {
            throw .init(reason: "it is not UTF-8")
        }
        // Colons in the extra fields are theirs.
        let columns = text.split(separator: ":", maxSplits: 7, omittingEmptySubsequences: false).map(
            String.init)
        var fields = UserFields()
        if columns.count > 2, !columns[2].isEmpty { try fields.set("uid", columns[2]) }
        if columns.count > 3, !columns[3].isEmpty { try fields.set("gid", columns[3]) }
        if columns.count > 5 { try fields.set("home", columns[5]) }
        guard columns.count > 7 else { return fields }
        for word in columns[7].split(separator: " ").prefix(256) where word.hasPrefix("userdb_") {
            let field = word.dropFirst("userdb_".count)
            let equals = field.firstIndex(of: "=") ?? field.endIndex
            let value = try expand(field[equals...].dropFirst(), name, home: fields.home)
            try fields.set(String(field[..<equals]), value)
        }
        return fields
    }

    private static func expand(
        _ value: Substring, _ name: UserName, home: String
    ) throws(UserFields.Problem) -> String {
        guard value.utf8.contains(UInt8(ascii: "%")) else { return String(value) }
        var text = ""
        var isVariable = false
        for scalar in value.unicodeScalars {
            if isVariable {
                isVariable = false
                switch scalar {
                case "u": text += name.text
                case "n": text += name.localPart
                case "d": text += name.domain ?? ""
                case "h": text += home
                case "%": text += "%"
                default: throw UserFields.Problem(reason: "only the variables %u, %n, %d and %h are known")
                }
            } else if scalar == "%" {
                isVariable = true
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        if isVariable { throw UserFields.Problem(reason: "a variable has no name") }
        return text
    }
}
