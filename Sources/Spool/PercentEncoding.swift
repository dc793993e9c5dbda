/// How any bytes are written on one line of text: as they are, but for those that would end or divide it,
/// which become `%` and two hexadecimal digits.
enum PercentEncoding {
    /// What surrounds the bytes.
    enum Context {
        /// The rest of a line: controls and `%` are encoded.
        case line
        /// A word between others: `space`, `:`, `=` and `[` too.
        case word
    }

    static func append(_ bytes: some Sequence<UInt8>, as context: Context, to text: inout [UInt8]) {
        for byte in bytes {
            if isPlain(byte, context) {
                text.append(byte)
            } else {
                text.append(UInt8(ascii: "%"))
                text.append(digit(byte >> 4))
                text.append(digit(byte & 15))
            }
        }
    }

    /// The bytes that `text` stands for; nil where a `%` is not followed by two digits.
    static func decode(_ text: ArraySlice<UInt8>) -> [UInt8]? {
        var bytes: [UInt8] = []
        bytes.reserveCapacity(text.count)
        var rest = text[...]
        while let byte = rest.popFirst() {
            if byte != UInt8(ascii: "%") {
                bytes.append(byte)
            } else if let high = rest.popFirst(), let low = rest.popFirst(), let h = value(high),
                let l = value(low)
            {
                bytes.append(h << 4 | l)
            } else {
                return nil
            }
        }
        return bytes
    }

    private static func isPlain(_ byte: UInt8, _ context: Context) -> Bool {
        switch byte {
        case 0..<0x20, 0x7F, UInt8(ascii: "%"): false
        case UInt8(ascii: " "), UInt8(ascii: ":"), UInt8(ascii: "="), UInt8(ascii: "["): context == .line
        default: true
        }
    }

    private static func digit(_ value: UInt8) -> UInt8 {
        value < 10 ? UInt8(ascii: "0") + value : UInt8(ascii: "A") + value - 10
    }

    private static func value(_ digit: UInt8) -> UInt8? {
        switch digit {
        case UInt8(ascii: "0")...UInt8(ascii: "9"): digit - UInt8(ascii: "0")
        case UInt8(ascii: "A")...UInt8(ascii: "F"): digit - UInt8(ascii: "A") + 10
        default: nil
        }
    }
}
