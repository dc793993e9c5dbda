package import Platform

/// User names and passwords for peers: `HOST[:PORT] USER PASSWORD`, one a line.
///
/// `#` begins a comment line; `*` is any host; an IPv6 address with a port stands in brackets; a password is all that
/// follows the user and a run of white space, spaces within and behind it included. The first line that fits counts.
///
/// Nothing of a line is ever part of an error.
package struct CredentialsFile: Sendable {
    /// Why there is no password. The text never has one.
    package struct Problem: Error, Equatable, Sendable, CustomStringConvertible {
        package let description: String
    }

    /// A file of this is no file of passwords.
    static let maximumBytes = 1 << 20

    private struct Entry: Sendable {
        /// In lower case; nil for any.
        let host: String?
        let port: Int?
        let user: String
        let password: String
    }

    /// Where it was read; empty if nowhere.
    package let path: String
    private let entries: [Entry]
    /// Numbers of the lines that make no sense, from 1.
    package let badLines: [Int]

    package init(_ text: [UInt8], path: String = "") {
        var entries: [Entry] = []
        var badLines: [Int] = []
        let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() {
            let line = line.last == UInt8(ascii: "\r") ? line.dropLast() : line
            guard let first = line.first(where: { !Self.isSpace($0) }), first != UInt8(ascii: "#") else {
                continue
            }
            if let entry = Self.entry(line) {
                entries.append(entry)
            } else {
                badLines.append(index + 1)
            }
        }
        self.path = path
        self.entries = entries
        self.badLines = badLines
    }

    /// The password of `user` at a host; nil if no line fits.
    package func password(of user: String, at host: String, port: Int) -> String? {
        let host = host.lowercased()
        return entries.first {
            $0.user == user && ($0.host ?? host) == host && ($0.port ?? port) == port
        }?.password
    }

    private static func entry(_ line: ArraySlice<UInt8>) -> Entry? {
        var rest = line.drop(while: isSpace)
        let place = rest.prefix { !isSpace($0) }
        rest = rest.dropFirst(place.count).drop(while: isSpace)
        let user = rest.prefix { !isSpace($0) }
        rest = rest.dropFirst(user.count).drop(while: isSpace)
        guard !user.isEmpty, !rest.isEmpty, !rest.contains(0),
            let place = String(validating: place, as: UTF8.self),
            let user = String(validating: user, as: UTF8.self),
            let password = String(validating: rest, as: UTF8.self),
            let (host, port) = Self.place(place)
        else { return nil }
        return Entry(
            host: host == "*" ? nil : host.lowercased(), port: port, user: user, password: password)
    }

    /// `HOST`, `HOST:PORT`, `[ADDRESS]:PORT`, `[ADDRESS]`, or an IPv6 address alone.
    private static func place(_ text: String) -> (host: String, port: Int?)? {
        var host = Substring(text)
        var digits: Substring?
        if host.first == "[" {
            guard let end = host.firstIndex(of: "]") else { return nil }
            let rest = host[host.index(after: end)...]
            guard rest.isEmpty || rest.first == ":" else { return nil }
            digits = rest.isEmpty ? nil : rest.dropFirst()
            host = host[..<end].dropFirst()
        } else if let colon = host.firstIndex(of: ":"), host.lastIndex(of: ":") == colon {
            digits = host[host.index(after: colon)...]
            host = host[..<colon]
        }
        guard !host.isEmpty else { return nil }
        guard let digits else { return (String(host), nil) }
        guard digits.utf8.allSatisfy({ 0x30...0x39 ~= $0 }), let port = Int(digits), 1...65535 ~= port else {
            return nil
        }
        return (String(host), port)
    }

    private static func isSpace(_ byte: UInt8) -> Bool { byte == 0x20 || byte == 0x09 }
}

extension CredentialsFile {
    /// Reads a file that only root and this process's user may read.
    ///
    /// The file itself is no symbolic link; who can change the directories above it is the site's affair.
    package init(path: String, identity: Identity = .current()) throws(Problem) {
        let text: [UInt8]
        do throws(SystemError) {
            let slash = path.lastIndex(of: "/") ?? path.startIndex
            let directory = try Directory(opening: slash == path.startIndex ? "/" : String(path[..<slash]))
            let file = try directory.openFile(String(path[slash...].drop { $0 == "/" }))
            if let objection = Self.objection(to: try file.status(path: path), for: identity) {
                throw SystemError(call: objection, path: path, code: 0)
            }
            text = try file.readAll(limit: Self.maximumBytes, path: path)
        } catch {
            let isLink = error.code == ErrorCode.tooManySymbolicLinks
            let reason = error.code == 0 ? error.call : isLink ? "it is a symbolic link" : error.reason
            throw Problem(description: "credentials \(path): \(reason)")
        }
        self.init(text, path: path)
    }

    /// Why a file is not trusted with passwords; nil if it is.
    private static func objection(to status: FileStatus, for identity: Identity) -> String? {
        guard status.kind == .regular else { return "it is no regular file" }
        guard status.owner == 0 || status.owner == identity.user else {
            return "it belongs to uid \(status.owner)"
        }
        guard status.permissions & 0o007 == 0 else { return "everybody can use it; its mode must be 0600" }
        // Root may give it to the group that we run as; a user's own group may have others in it.
        let groupIsOurs = status.group == 0 || status.owner == 0 && status.group == identity.group
        guard status.permissions & 0o070 == 0 || groupIsOurs && status.permissions & 0o020 == 0 else {
            return "a group can use it; its mode must be 0600"
        }
        return nil
    }

    /// Where systemd puts our credentials (`LoadCredential=postmaster-transport:…`); nil if there are none.
    package static func systemdPath(
        directory: String? = Environment.value("CREDENTIALS_DIRECTORY")
    ) -> String? {
        guard let directory, directory.utf8.first == UInt8(ascii: "/") else { return nil }
        let path = directory + "/postmaster-transport"
        return (try? FileStatus.of(path)) == nil ? nil : path
    }
}
