/// Digits of base 16, of either case.
package enum HexDigit {
    package static func value(_ byte: UInt8) -> UInt32? {
        switch byte {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(byte) - 0x30
        case UInt8(ascii: "a")...UInt8(ascii: "f"): UInt32(byte) - 0x57
        case UInt8(ascii: "A")...UInt8(ascii: "F"): UInt32(byte) - 0x37
        default: nil
        }
    }

    /// Of at most eight digits.
    package static func number(_ digits: ArraySlice<UInt8>) -> UInt32 {
        digits.prefix(8).reduce(0) { $0 << 4 | (value($1) ?? 0) }
    }
}
