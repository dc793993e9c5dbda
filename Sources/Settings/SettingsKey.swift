/// A key of the file: its name, what it is for, and how its field is reached.
///
/// The table (``SettingsKey/all``) is the only list of keys. Reading, checking, showing, the manual and the
/// commented file are made from it; types and ranges are where the field is exchanged, defaults are where
/// ``Configuration`` declares them.
package struct SettingsKey: Sendable {
    /// `section.key`, or `section.part.key`.
    package let name: String
    /// One sentence, without a full stop at its end.
    package let summary: String
    let exchange: @Sendable (inout Configuration, inout FieldExchange) -> Void

    init(
        _ name: String, _ summary: String,
        _ exchange: @escaping @Sendable (inout Configuration, inout FieldExchange) -> Void
    ) {
        self.name = name
        self.summary = summary
        self.exchange = exchange
    }

    /// What stands before the last dot of the name.
    package var section: String { String(name[..<(name.lastIndex(of: ".") ?? name.endIndex)]) }

    /// The name without the section.
    package var shortName: String { String(name.dropFirst(section.count + 1)) }

    static func named(_ name: String) -> SettingsKey? {
        let end = name.utf8.firstIndex(of: UInt8(ascii: ".")) ?? name.endIndex
        return keys(in: String(name[..<end])).first { $0.name == name }
    }

    static func isSection(_ name: String) -> Bool {
        let prefix = name + "."
        return all.contains { $0.name.utf8.starts(with: prefix.utf8) }
    }

    /// What may have been meant by a name that does not exist.
    static func suggestion(for name: String, isSection: Bool) -> String? {
        if isSection {
            return Suggestion.nearest(to: name, among: sections).map { "did you mean [\($0)]?" }
        }
        // A right key in the wrong section is further away than most slips of the fingers.
        let short = name.split(separator: ".").last.map(String.init) ?? name
        let elsewhere = all.filter { $0.shortName == short }
        let alike = elsewhere.filter { depth(of: $0.name) == depth(of: name) }
        for keys in [elsewhere, alike] where keys.count == 1 {
            if let key = keys.first { return "did you mean \(key.name)?" }
        }
        return Suggestion.nearest(to: name, among: all.lazy.map(\.name)).map { "did you mean \($0)?" }
    }

    private static func depth(of name: String) -> Int {
        name.utf8.count { $0 == UInt8(ascii: ".") }
    }

    /// In the table's order.
    package static var sections: [String] {
        all.reduce(into: []) { sections, key in
            if sections.last != key.section { sections.append(key.section) }
        }
    }
}

/// A key with what it is set to.
package struct SettingsEntry: Sendable, Equatable {
    package let name: String
    /// As TOML writes it.
    package let value: String
    package let origin: SettingsOrigin
}

extension Configuration {
    /// Every key with its effective value, in the table's order.
    package func entries() -> [SettingsEntry] {
        SettingsKey.all.map { key in
            SettingsEntry(name: key.name, value: key.shown(in: self).literal, origin: origin(of: key.name))
        }
    }
}

extension SettingsKey {
    /// The value in a configuration, and what the key wants.
    func shown(in configuration: Configuration) -> FieldExchange {
        var copy = configuration
        var shown = FieldExchange(.show)
        exchange(&copy, &shown)
        return shown
    }
}
