/// The name of a script that another one includes (RFC 6609 §3.2, RFC 5804 §1.6).
struct ScriptName: Equatable {
    let text: String

    /// Characters of a name.
    private static let limit = 128

    /// Nil for what is not a name, such as a path.
    ///
    /// An ending `.sieve` says nothing, since that is how files of scripts are called.
    init?(_ bytes: [UInt8]) {
        guard let text = String(validating: bytes, as: UTF8.self), text.unicodeScalars.count <= Self.limit,
            text.unicodeScalars.allSatisfy(Self.allows)
        else { return nil }
        let ending = ".sieve"
        self.text = text.hasSuffix(ending) ? String(text.dropLast(ending.count)) : text
        guard !self.text.isEmpty else { return nil }
    }

    private static func allows(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        // Controls, the slash, and what ends a line or a paragraph.
        case 0...0x1F, 0x2F, 0x7F...0x9F, 0x2028, 0x2029: false
        default: true
        }
    }
}
