// :quotewildcard                                                                         RFC 5229 §4.1.2

/// Puts a backslash before what `:matches` gives a meaning to.
enum QuoteWildcardModifier: SetModifier {
    static let tag = "quotewildcard"
    static let precedence = 20

    static func apply(to value: [UInt8]) -> [UInt8] { apply(to: value, limit: .max) }

    /// What is too long ends before a backslash, never behind one.
    static func apply(to value: [UInt8], limit: Int) -> [UInt8] {
        var quoted: [UInt8] = []
        quoted.reserveCapacity(value.count)
        for byte in value {
            let isSpecial = byte == 0x2A || byte == 0x3F || byte == 0x5C
            if isSpecial, quoted.count == limit - 1 { break }
            if isSpecial { quoted.append(0x5C) }
            quoted.append(byte)
        }
        return quoted
    }
}
