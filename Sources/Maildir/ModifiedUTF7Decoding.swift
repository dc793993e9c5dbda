extension ModifiedUTF7 {
    /// The text that is spelt so; nil for what is no modified UTF-7.
    static func decode(_ spelling: String) -> String? {
        var text = ""
        var rest = spelling.utf8[...]
        while let byte = rest.popFirst() {
            guard byte == UInt8(ascii: "&") else {
                guard byte >= 0x20, byte <= 0x7E else { return nil }
                text.unicodeScalars.append(UnicodeScalar(byte))
                continue
            }
            guard let end = rest.firstIndex(of: UInt8(ascii: "-")) else { return nil }
            let digits = rest[..<end]
            rest = rest[rest.index(after: end)...]
            if digits.isEmpty {
                text += "&"
            } else {
                guard let units = Self.units(Array(digits)), let run = Self.text(of: units) else {
                    return nil
                }
                text += run
            }
        }
        return text
    }

    private static func units(_ digits: [UInt8]) -> [UInt16]? {
        var units: [UInt16] = []
        var bits: UInt32 = 0
        var count = 0
        for digit in digits {
            guard let value = value(of: digit) else { return nil }
            bits = (bits << 6 | value) & 0x3F_FFFF
            count += 6
            if count >= 16 {
                count -= 16
                units.append(UInt16(truncatingIfNeeded: bits >> UInt32(count)))
            }
        }
        return units
    }

    private static func value(of digit: UInt8) -> UInt32? {
        switch digit {
        case UInt8(ascii: "A")...UInt8(ascii: "Z"): UInt32(digit) - 65
        case UInt8(ascii: "a")...UInt8(ascii: "z"): UInt32(digit) - 97 + 26
        case UInt8(ascii: "0")...UInt8(ascii: "9"): UInt32(digit) - 48 + 52
        case UInt8(ascii: "+"): 62
        case UInt8(ascii: ","): 63
        default: nil
        }
    }

    private static func text(of units: [UInt16]) -> String? {
        var text = ""
        var decoder = UTF16()
        var source = units.makeIterator()
        while true {
            switch decoder.decode(&source) {
            case .scalarValue(let scalar): text.unicodeScalars.append(scalar)
            case .emptyInput: return text
            case .error: return nil
            }
        }
    }
}
