// :quoteregex                                                                   draft-ietf-sieve-regex-01 §4

/// Puts a backslash before what `:regex` gives a meaning to.
enum QuoteRegexModifier: SetModifier {
    static let tag = "quoteregex"
    static let precedence = 20

    static func apply(to value: [UInt8]) -> [UInt8] {
        var quoted: [UInt8] = []
        quoted.reserveCapacity(value.count)
        for byte in value {
            switch byte {
            // $ ( ) * + . ? [ \ ] ^ { | }
            case 0x24, 0x28...0x2B, 0x2E, 0x3F, 0x5B...0x5E, 0x7B...0x7D: quoted.append(0x5C)
            default: break
            }
            quoted.append(byte)
        }
        return quoted
    }
}
