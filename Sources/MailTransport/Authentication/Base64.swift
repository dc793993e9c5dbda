/// RFC 4648 §4, with padding, without line ends.
enum Base64 {
    static func encode(_ bytes: [UInt8]) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(bytes.count / 3 * 4 + 4)
        var index = 0
        while index < bytes.count {
            let group = bytes[index..<min(index + 3, bytes.count)]
            var value: UInt32 = 0
            for position in 0..<3 {
                value = value << 8 | UInt32(position < group.count ? group[group.startIndex + position] : 0)
            }
            for position in 0..<4 {
                let sextet = UInt8(truncatingIfNeeded: value >> UInt32(18 - 6 * position) & 63)
                result.append(position <= group.count ? character(sextet) : UInt8(ascii: "="))
            }
            index += 3
        }
        return result
    }

    /// Nil for anything but what ``encode(_:)`` could have made (RFC 4648 §3.5: with other bits in the padding it is
    /// something else).
    static func decode(_ text: some Collection<UInt8>) -> [UInt8]? {
        guard text.count % 4 == 0 else { return nil }
        let characters = Array(text)
        let padding = characters.suffix(2).count { $0 == UInt8(ascii: "=") }
        var result: [UInt8] = []
        var value: UInt32 = 0
        for (index, character) in characters.dropLast(padding).enumerated() {
            guard let sextet = sextet(character) else { return nil }
            value = value << 6 | UInt32(sextet)
            if index % 4 == 3 {
                result += [16, 8, 0].map { UInt8(truncatingIfNeeded: value >> $0) }
                value = 0
            }
        }
        switch padding {
        case 1:
            guard value & 3 == 0 else { return nil }
            result += [10, 2].map { UInt8(truncatingIfNeeded: value >> $0) }
        case 2:
            guard value & 15 == 0 else { return nil }
            result.append(UInt8(truncatingIfNeeded: value >> 4))
        default: break
        }
        return result
    }

    private static func character(_ sextet: UInt8) -> UInt8 {
        switch sextet {
        case 0..<26: UInt8(ascii: "A") + sextet
        case 26..<52: UInt8(ascii: "a") + (sextet - 26)
        case 52..<62: UInt8(ascii: "0") + (sextet - 52)
        case 62: UInt8(ascii: "+")
        default: UInt8(ascii: "/")
        }
    }

    private static func sextet(_ character: UInt8) -> UInt8? {
        switch character {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): character - UInt8(ascii: "A")
        case UInt8(ascii: "a")...UInt8(ascii: "z"): character - UInt8(ascii: "a") + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): character - UInt8(ascii: "0") + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: "/"): 63
        default: nil
        }
    }
}
