/// A type of value that has a grammar of its own, one string in the file.
///
/// Invariant: parsing ``text`` gives the same value.
protocol TextualSetting: Equatable {
    /// What is allowed, for a person: it follows "wants".
    static var grammar: String { get }
    var text: String { get }
    init?(text: String)
}

/// Where users are looked up.
package enum UserSource: Sendable, Equatable, TextualSetting {
    /// The system's name service (passwd, LDAP, SSSD…).
    case nameService
    /// A file in the form of passwd(5).
    case passwdFile(path: String)
    /// The socket of Dovecot's user database.
    case dovecot(path: String)

    static var grammar: String { "\"nss\", \"passwd-file:/PATH\" or \"dovecot:/PATH\"" }

    var text: String {
        switch self {
        case .nameService: "nss"
        case .passwdFile(let path): "passwd-file:\(path)"
        case .dovecot(let path): "dovecot:\(path)"
        }
    }

    init?(text: String) {
        if text == "nss" {
            self = .nameService
        } else if let path = text.absolutePath(behind: "passwd-file:") {
            self = .passwdFile(path: path)
        } else if let path = text.absolutePath(behind: "dovecot:") {
            self = .dovecot(path: path)
        } else {
            return nil
        }
    }
}

/// Where the log goes.
package enum LogTarget: Sendable, Equatable, TextualSetting {
    case syslog
    case journal
    case file(path: String)
    case standardError
    case none

    static var grammar: String { "\"syslog\", \"journal\", \"file:/PATH\", \"stderr\" or \"none\"" }

    var text: String {
        switch self {
        case .syslog: "syslog"
        case .journal: "journal"
        case .file(let path): "file:\(path)"
        case .standardError: "stderr"
        case .none: "none"
        }
    }

    init?(text: String) {
        switch text {
        case "syslog": self = .syslog
        case "journal": self = .journal
        case "stderr": self = .standardError
        case "none": self = .none
        default:
            guard let path = text.absolutePath(behind: "file:") else { return nil }
            self = .file(path: path)
        }
    }
}

/// What a mailbox may hold: `1G`, `1G,10000` or `,10000`; bytes and messages, 0 for no limit.
package struct QuotaLimit: Sendable, Equatable, TextualSetting {
    package let bytes: Int
    package let messages: Int

    package static var none: QuotaLimit { QuotaLimit(bytes: 0, messages: 0) }

    package init(bytes: Int, messages: Int) {
        self.bytes = bytes
        self.messages = messages
    }

    static var grammar: String { "\"\", or a size and a number of messages like \"1G,10000\"" }

    var text: String {
        switch (bytes, messages) {
        case (0, 0): ""
        case (_, 0): ByteSize.text(bytes)
        case (0, _): ",\(messages)"
        default: "\(ByteSize.text(bytes)),\(messages)"
        }
    }

    package init?(text: String) {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        guard parts.count <= 2 else { return nil }
        let size = parts.first.map(String.init) ?? ""
        guard let bytes = size.isEmpty ? 0 : ByteSize.bytes(size) else { return nil }
        let count = parts.count == 2 ? parts.last.map(String.init) ?? "" : "0"
        guard let messages = Quantity.natural(count) else { return nil }
        self.init(bytes: bytes, messages: messages)
    }
}

extension String {
    /// The absolute path that follows `prefix`, if that is what this is.
    func absolutePath(behind prefix: String) -> String? {
        guard hasPrefix(prefix) else { return nil }
        let path = String(dropFirst(prefix.count))
        return path.utf8.first == UInt8(ascii: "/") ? path : nil
    }
}
