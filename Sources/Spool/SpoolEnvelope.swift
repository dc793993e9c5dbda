package import Platform

/// What is known of a message when it is committed, and what is to be done with it. It never changes
/// afterwards: what happens is told by the journal.
package struct SpoolEnvelope: Equatable, Sendable {
    /// The entry's name (``EntryIdentifier``).
    package let id: String
    package let created: WallTime
    package let fields: SpoolFields
    /// One group for each thing to be done; records of the journal name them by index.
    package let actions: [SpoolFields]

    /// A new entry, with a name of its own.
    package init(created: WallTime, fields: SpoolFields, actions: [SpoolFields]) {
        let id = EntryIdentifier.make(at: created, random: Host.random())
        self.init(id: id, created: created, fields: fields, actions: actions)
    }

    package init(id: String, created: WallTime, fields: SpoolFields, actions: [SpoolFields]) {
        self.id = id
        self.created = created
        self.fields = fields
        self.actions = actions
    }
}

/// The header of an entry: sections of `name: value` lines.
///
///     [entry]
///     id: 1kd2x9h0f4m7w2z
///     created: 1732300000.123456789
///     [envelope]
///     …
///     [action]
///     …
extension SpoolEnvelope {
    var header: [UInt8] {
        var text = Array("[entry]\n".utf8)
        Self.append("id", Array(id.utf8), to: &text)
        Self.append("created", created.text, to: &text)
        text += Array("[envelope]\n".utf8)
        Self.append(fields, to: &text)
        for action in actions {
            text += Array("[action]\n".utf8)
            Self.append(action, to: &text)
        }
        return text
    }

    /// Nil if `header` is not one.
    init?(header: [UInt8]) {
        var lines = header.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)[...]
        guard lines.popLast()?.isEmpty == true else { return nil }
        guard Self.isSection("entry", lines.popFirst()), let entry = Self.fields(&lines),
            entry.fields.count == 2,
            let id = entry.first("id"), EntryIdentifier.isValid(id),
            let created = entry.bytes("created").flatMap({ WallTime(text: $0[...]) })
        else { return nil }
        guard Self.isSection("envelope", lines.popFirst()), let fields = Self.fields(&lines) else {
            return nil
        }
        var actions: [SpoolFields] = []
        while let line = lines.popFirst() {
            guard Self.isSection("action", line), let action = Self.fields(&lines) else { return nil }
            actions.append(action)
        }
        self.init(id: id, created: created, fields: fields, actions: actions)
    }

    private static func append(_ fields: SpoolFields, to text: inout [UInt8]) {
        for field in fields.fields { append(field.name, field.value, to: &text) }
    }

    private static func append(_ name: String, _ value: [UInt8], to text: inout [UInt8]) {
        PercentEncoding.append(name.utf8, as: .word, to: &text)
        text += [UInt8(ascii: ":"), UInt8(ascii: " ")]
        PercentEncoding.append(value, as: .line, to: &text)
        text.append(UInt8(ascii: "\n"))
    }

    private static func isSection(_ name: String, _ line: ArraySlice<UInt8>?) -> Bool {
        line?.elementsEqual("[\(name)]".utf8) ?? false
    }

    /// The fields up to the next section; nil if one of the lines is no field.
    private static func fields(_ lines: inout ArraySlice<ArraySlice<UInt8>>) -> SpoolFields? {
        var fields = SpoolFields()
        while let line = lines.first, line.first != UInt8(ascii: "[") {
            lines.removeFirst()
            guard let colon = line.firstIndex(of: UInt8(ascii: ":")),
                line[colon...].dropFirst().first == UInt8(ascii: " "),
                let name = PercentEncoding.decode(line[..<colon]),
                let value = PercentEncoding.decode(line[colon...].dropFirst(2))
            else { return nil }
            fields.append(String(decoding: name, as: UTF8.self), bytes: value)
        }
        return fields
    }
}
