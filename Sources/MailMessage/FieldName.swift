/// The name of a header field (RFC 5322 §2.2): printable ASCII without blanks and colon.
package enum FieldName {
    /// Longer ones leave no room for a body in a line of 998 characters.
    static let longest = 900

    /// Whether a field can have this name.
    package static func isValid(_ name: Span<UInt8>) -> Bool {
        guard !name.isEmpty, name.count <= longest else { return false }
        for index in name.indices where name[index] &- 0x21 >= 94 || name[index] == ASCII.colon {
            return false
        }
        return true
    }

    /// Whether a field can have this name.
    package static func isValid(_ name: String) -> Bool { isValid(name.utf8.span) }
}
