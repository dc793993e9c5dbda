/// A path with places for what is known of a user: `~/Maildir`, `/var/mail/%d/%n`.
///
/// A leading `~` and `%h` are the user's home directory, `%u` is the user, `%n` the user without domain, `%d`
/// the domain, `%%` a percent sign; nothing else is expanded. What is filled in for `%u`, `%n` and `%d` is one
/// component of a path, or a part of one: it cannot lead anywhere else.
package struct PathTemplate: Sendable, Equatable {
    package let text: String

    /// Longest path that an expansion may give (`PATH_MAX` of Linux, with its end).
    static let maximumLength = 4095

    package enum Failure: Error, Equatable, Sendable {
        /// The template asks for a home directory and the user has none.
        case noHome
        /// The template asks for a domain and the user has none.
        case noDomain
        /// The user's name cannot stand in a path.
        case unusableName
        case tooLong
    }

    /// A template that is known to be right.
    init(verified text: String) {
        self.text = text
    }

    /// An absolute path, or one beneath the home directory; `nil` for any other.
    package init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard bytes.count <= Self.maximumLength, bytes.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            return nil
        }
        let isAbsolute = bytes.first == UInt8(ascii: "/") || text == "~" || text.hasPrefix("~/")
        guard isAbsolute || text == "%h" || text.hasPrefix("%h/") else { return nil }
        var index = 0
        while index < bytes.count {
            guard bytes[index] == UInt8(ascii: "%") else {
                index += 1
                continue
            }
            guard index + 1 < bytes.count, Placeholder(rawValue: bytes[index + 1]) != nil else { return nil }
            index += 2
        }
        self.text = text
    }

    private enum Placeholder: UInt8 {
        case user = 0x75
        case localPart = 0x6E
        case domain = 0x64
        case home = 0x68
        case percent = 0x25
    }

    /// Whether it lies beneath the user's home directory.
    package var isUnderHome: Bool { text.hasPrefix("~") || text.hasPrefix("%h") }

    /// The path for one user.
    ///
    /// - Parameter user: with or without `@domain`.
    /// - Parameter home: absolute; empty where there is none.
    package func expanded(user: String, home: String) throws(Failure) -> String {
        var path: [UInt8] = []
        path.reserveCapacity(text.utf8.count &+ home.utf8.count)
        var awaitsPlaceholder = false
        for (index, byte) in text.utf8.enumerated() {
            if awaitsPlaceholder {
                awaitsPlaceholder = false
                path += try Self.value(of: byte, user: user, home: home)
            } else if byte == UInt8(ascii: "%") {
                awaitsPlaceholder = true
            } else if index == 0, byte == UInt8(ascii: "~") {
                path += try Self.homePath(home)
            } else {
                path.append(byte)
            }
        }
        guard path.count <= Self.maximumLength else { throw .tooLong }
        return path.isEmpty ? "/" : String(decoding: path, as: UTF8.self)
    }

    private static func value(of letter: UInt8, user: String, home: String) throws(Failure) -> [UInt8] {
        switch Placeholder(rawValue: letter) {
        case .user: return try component(user[...])
        case .localPart: return try component(user.lastIndex(of: "@").map { user[..<$0] } ?? user[...])
        case .domain:
            guard let at = user.lastIndex(of: "@") else { throw .noDomain }
            return try component(user[user.index(after: at)...])
        case .home: return try homePath(home)
        case .percent, nil: return [UInt8(ascii: "%")]
        }
    }

    private static func homePath(_ home: String) throws(Failure) -> [UInt8] {
        guard home.utf8.first == UInt8(ascii: "/") else { throw .noHome }
        // The home directory "/" must not make "//Maildir".
        return home == "/" ? [] : Array(home.utf8)
    }

    private static func component(_ text: Substring) throws(Failure) -> [UInt8] {
        let bytes = Array(text.utf8)
        let isPlain = bytes.allSatisfy { $0 >= 0x20 && $0 != 0x7F && $0 != UInt8(ascii: "/") }
        // ".." is refused as a whole component, and a leading dot as what would hide or climb.
        guard !bytes.isEmpty, bytes.count <= 255, isPlain, bytes.first != UInt8(ascii: ".") else {
            throw .unusableName
        }
        return bytes
    }
}
