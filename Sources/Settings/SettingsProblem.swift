/// Something wrong with the configuration: what, where, and what may have been meant.
package struct SettingsProblem: Sendable, Equatable {
    package enum Kind: Sendable {
        /// The file is not TOML. Nothing in it counts.
        case syntax
        /// No key or section has this name. A check fails; a delivery only says so.
        case unknownKey
        /// The key cannot have this value, and keeps the one it had.
        case badValue
        /// Values that are right alone but not together.
        case inconsistent
    }

    package enum Severity: String, Sendable { case error, warning }

    package let kind: Kind
    /// Empty for an option `-o`.
    package var path: String
    /// From 1; 0 where there is no line.
    package var line: Int
    /// From 1, in characters; 0 where there is no column.
    package var column: Int
    /// `section.key`; empty for a syntax error.
    package let key: String
    package let message: String
    package let hint: String?

    init(
        _ kind: Kind, _ message: String, key: String = "", hint: String? = nil, path: String = "",
        line: Int = 0,
        column: Int = 0
    ) {
        self.kind = kind
        self.message = message
        self.key = key
        self.hint = hint
        self.path = path
        self.line = line
        self.column = column
    }

    /// As a check of the configuration counts it; how much of it stops a delivery, Delivery decides.
    package var severity: Severity { kind == .inconsistent ? .warning : .error }
}

extension SettingsProblem: CustomStringConvertible {
    /// `postmaster.toml:3:1: error: retry.expier: there is no key of this name (did you mean retry.expire?)`
    package var description: String {
        var place = path.isEmpty ? "-o" : path
        if line > 0 { place += ":\(line)" }
        if column > 0 { place += ":\(column)" }
        let subject = key.isEmpty ? "" : "\(key): "
        let advice = hint.map { " (\($0))" } ?? ""
        return "\(place): \(severity.rawValue): \(subject)\(message)\(advice)"
    }
}
