/// How reports write addresses: their type, and the address (RFC 3464 §2.1.2, RFC 6533 §3).
enum AddressNotation {
    /// - Parameter isInternational: whether what the address goes into may hold letters of all scripts.
    static func typed(_ address: String, isInternational: Bool) -> String {
        if address.utf8.allSatisfy({ $0 < 0x80 }) { return "rfc822; " + address }
        return "utf-8; " + (isInternational ? address : embedded(address))
    }

    /// `j\x{FC}rgen@example.org`: what is not ASCII, and what is special to this notation, by its number.
    private static func embedded(_ address: String) -> String {
        var text = ""
        for scalar in address.unicodeScalars {
            switch scalar {
            case "+", "=", "\\": text += "\\x{\(hexadecimal(scalar))}"
            case "\u{21}"..."\u{7E}": text.unicodeScalars.append(scalar)
            default: text += "\\x{\(hexadecimal(scalar))}"
            }
        }
        return text
    }

    private static func hexadecimal(_ scalar: Unicode.Scalar) -> String {
        let digits = String(scalar.value, radix: 16, uppercase: true)
        return digits.utf8.count < 2 ? "0" + digits : digits
    }
}
