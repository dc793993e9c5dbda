// :length                                                                                RFC 5229 §4.1.3

/// The number of characters, not octets, in decimal.
enum LengthModifier: SetModifier {
    static let tag = "length"
    static let precedence = 10

    static func apply(to value: [UInt8]) -> [UInt8] {
        // Octets that only continue a character of UTF-8 do not count.
        [UInt8](String(value.count { $0 & 0xC0 != 0x80 }).utf8)
    }
}
