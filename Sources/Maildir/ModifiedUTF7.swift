/// Modified UTF-7, the spelling of mailbox names that IMAP has had since before UTF-8 (RFC 3501 §5.1.3).
enum ModifiedUTF7 {
    /// Printable ASCII stands for itself, but `&`, which is `&-`; all else is UTF-16 in a Base64 of its own
    /// between `&` and `-`.
    static func encode(_ text: String) -> String {
        if text.utf8.allSatisfy({ isDirect(UInt16($0)) && $0 != ampersand }) { return text }
        var encoded: [UInt8] = []
        encoded.reserveCapacity(text.utf8.count * 2)
        var shifted = Shifted()
        for unit in text.utf16 {
            if isDirect(unit) {
                shifted.close(&encoded)
                encoded.append(UInt8(truncatingIfNeeded: unit))
                if unit == UInt16(ampersand) { encoded.append(hyphen) }
            } else {
                shifted.append(unit, to: &encoded)
            }
        }
        shifted.close(&encoded)
        return String(decoding: encoded, as: UTF8.self)
    }

    private static func isDirect(_ unit: UInt16) -> Bool { unit >= 0x20 && unit <= 0x7E }

    private static var ampersand: UInt8 { UInt8(ascii: "&") }
    private static var hyphen: UInt8 { UInt8(ascii: "-") }

    /// A run of Base64: the bits that do not fill six yet.
    private struct Shifted {
        private var isOpen = false
        private var bits: UInt32 = 0
        private var count = 0

        mutating func append(_ unit: UInt16, to encoded: inout [UInt8]) {
            if !isOpen { encoded.append(ampersand) }
            isOpen = true
            bits = bits << 16 | UInt32(unit)
            count += 16
            while count >= 6 {
                count -= 6
                encoded.append(Self.digit(bits >> UInt32(count) & 63))
            }
            bits &= (1 << UInt32(count)) - 1
        }

        mutating func close(_ encoded: inout [UInt8]) {
            guard isOpen else { return }
            if count > 0 { encoded.append(Self.digit(bits << UInt32(6 - count) & 63)) }
            encoded.append(hyphen)
            self = Shifted()
        }

        private static func digit(_ value: UInt32) -> UInt8 {
            let value = UInt8(truncatingIfNeeded: value)
            return switch value {
            case 0..<26: UInt8(ascii: "A") + value
            case 26..<52: UInt8(ascii: "a") + value - 26
            case 52..<62: UInt8(ascii: "0") + value - 52
            case 62: UInt8(ascii: "+")
            default: UInt8(ascii: ",")
            }
        }
    }
}
