import CToml

/// What was given for a key, before anybody knows what the key wants.
enum SettingsValue: Equatable, Sendable {
    case text(String)
    case integer(Int)
    case boolean(Bool)
    case list([String])
    case float
    case table
    /// A date, a mixed array.
    case other
    /// The text of an option `-o`, for a value of any type.
    case argument(String)

    /// The type in words.
    var description: String {
        switch self {
        case .text, .argument: "a string"
        case .integer: "an integer"
        case .boolean: "a boolean"
        case .list: "a list of strings"
        case .float: "a number with a fraction"
        case .table: "a section"
        case .other: "a value of another type"
        }
    }
}

/// One key of a TOML document, with the places at which key and value begin; from 1.
struct TomlEntry: Equatable, Sendable {
    let key: String
    let value: SettingsValue
    let line: Int
    let column: Int
    let valueLine: Int
    let valueColumn: Int

    struct Failure: Error, Equatable {
        let message: String
        let line: Int
        let column: Int
    }

    /// All keys, in the document's order; tables without keys among them.
    static func all(in document: Span<UInt8>) throws(Failure) -> [TomlEntry] {
        let parsed = TomlDocument(document)
        if let failure = parsed.failure { throw failure }
        return parsed.entries.sorted { ($0.line, $0.column) < ($1.line, $1.column) }
    }
}

/// A document inside the C++ library, freed with this value.
@safe
private struct TomlDocument: ~Copyable {
    private let document: OpaquePointer

    init(_ bytes: Span<UInt8>) {
        unsafe document = bytes.withUnsafeBufferPointer { unsafe ctoml_parse($0.baseAddress, $0.count) }
    }

    deinit { unsafe ctoml_free(document) }

    var failure: TomlEntry.Failure? {
        let message = unsafe text(ctoml_error(document))
        guard !message.isEmpty else { return nil }
        return unsafe TomlEntry.Failure(
            message: message, line: Int(ctoml_error_line(document)), column: Int(ctoml_error_column(document))
        )
    }

    var entries: [TomlEntry] {
        unsafe (0..<ctoml_count(document)).map { index in
            let entry = unsafe ctoml_entry_at(document, index)
            return unsafe TomlEntry(
                key: text(entry.key), value: value(entry, at: index), line: Int(entry.key_line),
                column: Int(entry.key_column), valueLine: Int(entry.value_line),
                valueColumn: Int(entry.value_column))
        }
    }

    private func value(_ entry: ctoml_entry, at index: Int) -> SettingsValue {
        switch unsafe entry.type {
        case CTOML_TEXT: unsafe .text(text(entry.text))
        case CTOML_INTEGER: unsafe .integer(Int(entry.integer))
        case CTOML_BOOLEAN: unsafe .boolean(entry.boolean)
        case CTOML_LIST:
            unsafe .list((0..<entry.items).map { unsafe text(ctoml_item_at(document, index, $0)) })
        case CTOML_FLOAT: .float
        case CTOML_TABLE: .table
        default: .other
        }
    }

    private func text(_ text: ctoml_text) -> String {
        unsafe String(decoding: UnsafeBufferPointer(start: text.bytes, count: text.count), as: UTF8.self)
    }
}
