/// Text as parameters of MAIL and RCPT carry it.
enum Xtext {
    /// RFC 3461 §4: all but the printable characters, and `+` and `=`, as `+` and two hexadecimal digits.
    static func encode(_ text: String) -> [UInt8] {
        var result: [UInt8] = []
        for byte in text.utf8 {
            if isPlain(UInt32(byte)) {
                result.append(byte)
            } else {
                result.append(UInt8(ascii: "+"))
                result += [hexadecimal(byte >> 4), hexadecimal(byte & 15)]
            }
        }
        return result
    }

    /// `rfc822;` and xtext; where the address is not ASCII `utf-8;` and the 7-bit form of RFC 6533 §3, in which a
    /// character stands as `\x{…}`.
    static func address(_ text: String) -> [UInt8] {
        guard text.utf8.contains(where: { $0 >= 0x80 }) else { return Array("rfc822;".utf8) + encode(text) }
        var result = Array("utf-8;".utf8)
        for scalar in text.unicodeScalars {
            if isPlain(scalar.value), scalar != "\\" {
                result.append(UInt8(scalar.value))
            } else {
                let digits = String(scalar.value, radix: 16, uppercase: true)
                result += Array("\\x{\(digits.utf8.count < 2 ? "0" : "")\(digits)}".utf8)
            }
        }
        return result
    }

    private static func isPlain(_ value: UInt32) -> Bool {
        0x21...0x7E ~= value && value != 0x2B && value != 0x3D
    }

    private static func hexadecimal(_ value: UInt8) -> UInt8 {
        value < 10 ? 0x30 + value : 0x37 + value
    }
}
