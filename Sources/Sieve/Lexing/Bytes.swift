extension UInt8 {
    /// The lower-case letter where this is one of `A` to `Z`, else the octet itself.
    var lowercasedASCII: UInt8 {
        self &- 0x41 < 26 ? self | 0x20 : self
    }

    /// The upper-case letter where this is one of `a` to `z`, else the octet itself.
    var uppercasedASCII: UInt8 {
        self &- 0x61 < 26 ? self & 0xDF : self
    }

    var isDigit: Bool { self &- 0x30 < 10 }

    /// A letter or an underscore: what an identifier begins with.
    var isIdentifierStart: Bool { (self | 0x20) &- 0x61 < 26 || self == 0x5F }

    var isIdentifierPart: Bool { isIdentifierStart || isDigit }

    /// The value of a hexadecimal digit.
    var hexadecimalValue: UInt8? {
        if isDigit { return self &- 0x30 }
        let letter = (self | 0x20) &- 0x61
        return letter < 6 ? letter + 10 : nil
    }
}

extension [UInt8] {
    /// A copy with `A` to `Z` in lower case; the same storage where there is none.
    var lowercasedASCII: [UInt8] {
        guard let first = firstIndex(where: { $0 &- 0x41 < 26 }) else { return self }
        var copy = self
        for index in first..<copy.count { copy[index] = copy[index].lowercasedASCII }
        return copy
    }

    /// The octets as text, with U+FFFD for what is not UTF-8.
    var text: String { String(decoding: self, as: UTF8.self) }

    /// Whether the octets are UTF-8.
    var isUTF8: Bool {
        guard !isASCII else { return true }
        return String(validating: self, as: UTF8.self) != nil
    }

    /// Whether no octet is above 0x7F.
    var isASCII: Bool {
        let bytes = span
        var all: UInt8 = 0
        var index = 0
        while index < bytes.count {
            all |= bytes[index]
            index &+= 1
        }
        return all < 0x80
    }

    /// At most the first `limit` octets, without a character cut in two.
    func truncated(to limit: Int) -> [UInt8] {
        guard count > limit else { return self }
        var end = Swift.max(limit, 0)
        // Not further back than the longest character: what is not UTF-8 has no characters to spare.
        let floor = Swift.max(end - 3, 0)
        while end > floor, self[end] & 0xC0 == 0x80 { end -= 1 }
        if self[end] & 0xC0 == 0x80 { end = limit }
        return [UInt8](self[..<end])
    }
}
