/// A name that a user may have: nothing in it can end a line or a field of a source's protocol, be taken for
/// an option, or lead out of a directory.
struct UserName: Equatable, Sendable {
    let text: String

    /// - Returns: nil for a name that surely nobody has: empty, over 255 bytes, with a slash or a control
    ///   character, with a leading `-`, or with a leading `.` in it or in its domain.
    init?(_ text: String) {
        guard !text.isEmpty, text.utf8.count <= 255 else { return nil }
        guard text.unicodeScalars.allSatisfy(Self.isAllowed) else { return nil }
        guard text.utf8.first != UInt8(ascii: "-"), text.utf8.first != UInt8(ascii: ".") else { return nil }
        self.text = text
        if let domain, domain.isEmpty || domain.utf8.first == UInt8(ascii: ".") { return nil }
        if localPart.isEmpty { return nil }
    }

    /// What stands before the last `@`; all of it if there is none.
    var localPart: Substring { text.lastIndex(of: "@").map { text[..<$0] } ?? text[...] }

    /// What stands behind the last `@`.
    var domain: Substring? { text.lastIndex(of: "@").map { text[text.index(after: $0)...] } }

    private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        // C0 and C1, the line and paragraph separators, and the slash.
        case 0...0x1F, 0x7F...0x9F, 0x2028, 0x2029, 0x2F: false
        default: true
        }
    }
}
