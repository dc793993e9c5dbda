/// What an entry says: names with values, in order. A name may occur more than once, a value is any bytes.
///
/// The spool keeps fields and hands them back; what they mean is the business of who wrote them.
package struct SpoolFields: Equatable, Sendable {
    package struct Field: Equatable, Sendable {
        package let name: String
        package let value: [UInt8]

        package init(name: String, value: [UInt8]) {
            self.name = name
            self.value = value
        }
    }

    package private(set) var fields: [Field] = []

    package init() {}

    package init(_ fields: [Field]) {
        self.fields = fields
    }

    package mutating func append(_ name: String, _ value: String) {
        append(name, bytes: Array(value.utf8))
    }

    package mutating func append(_ name: String, bytes value: [UInt8]) {
        fields.append(Field(name: name, value: value))
    }

    /// The first value of a name, as text; bytes that are not UTF-8 become U+FFFD.
    package func first(_ name: String) -> String? {
        bytes(name).map { String(decoding: $0, as: UTF8.self) }
    }

    /// The first value of a name, byte for byte.
    package func bytes(_ name: String) -> [UInt8]? {
        fields.first { $0.name == name }?.value
    }

    /// All values of a name, as text.
    package func all(_ name: String) -> [String] {
        fields.filter { $0.name == name }.map { String(decoding: $0.value, as: UTF8.self) }
    }
}

extension SpoolFields: ExpressibleByDictionaryLiteral {
    package init(dictionaryLiteral elements: (String, String)...) {
        for (name, value) in elements { append(name, value) }
    }
}
