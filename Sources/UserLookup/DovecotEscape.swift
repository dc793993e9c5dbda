/// How Dovecot writes octets that would end a word or a line, in its protocols and in its files of keys and values:
/// 0x01 and a letter.
package enum DovecotEscape {
    /// What the octets mean; a 0x01 at the end means nothing.
    package static func unescaped(_ text: ArraySlice<UInt8>) -> [UInt8] {
        guard text.contains(0x01) else { return Array(text) }
        var octets: [UInt8] = []
        var isEscaped = false
        for byte in text {
            if !isEscaped, byte == 0x01 {
                isEscaped = true
                continue
            }
            octets.append(isEscaped ? meaning(of: byte) : byte)
            isEscaped = false
        }
        return octets
    }

    private static func meaning(of escaped: UInt8) -> UInt8 {
        switch escaped {
        case UInt8(ascii: "0"): 0
        case UInt8(ascii: "1"): 0x01
        case UInt8(ascii: "t"): UInt8(ascii: "\t")
        case UInt8(ascii: "r"): UInt8(ascii: "\r")
        case UInt8(ascii: "n"): UInt8(ascii: "\n")
        default: escaped
        }
    }
}
