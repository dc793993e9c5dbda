// ${hex: 1*2HEXDIG …}, ${unicode: 1*HEXDIG …}                                           RFC 5228 §2.4.2.4

/// Decodes encoded characters when a script is compiled.
enum EncodedCharacters {
    /// The string with its encoded characters decoded; whatever only looks like one stays as it is.
    ///
    /// Nil after an error, which has been reported: a number that is no Unicode character.
    static func decode(
        _ text: [UInt8], at position: Position, _ diagnostics: inout DiagnosticList
    ) -> [UInt8]? {
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        var index = 0
        while index < text.count {
            guard text[index] == 0x24, let sequence = Sequence(text, at: index) else {
                result.append(text[index])
                index += 1
                continue
            }
            for value in sequence.values {
                guard !sequence.isUnicode else {
                    guard let value, let scalar = Unicode.Scalar(value) else {
                        diagnostics.error(
                            .invalidEncodedCharacter, at: position,
                            "${unicode:…} names something that is no character",
                            hint: "characters are 0 to D7FF and E000 to 10FFFF")
                        return nil
                    }
                    result += UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter
                    continue
                }
                result.append(UInt8(truncatingIfNeeded: value ?? 0))
            }
            index = sequence.end
        }
        return result
    }

    /// What `${hex:…}` or `${unicode:…}` says.
    private struct Sequence {
        var isUnicode = false
        /// Nil for numbers that are too large.
        var values: [UInt32?] = []
        /// Behind the closing brace.
        var end = 0

        /// Nil unless all of the syntax is right.
        init?(_ text: [UInt8], at start: Int) {
            var index: Int
            if let behind = text.behind("${hex:", at: start) {
                index = behind
            } else if let behind = text.behind("${unicode:", at: start) {
                index = behind
                isUnicode = true
            } else {
                return nil
            }
            while true {
                while index < text.count, text[index].isBlankOrLineEnd { index += 1 }
                guard index < text.count else { return nil }
                if text[index] == 0x7D { break }
                let first = index
                var value: UInt32? = 0
                while index < text.count, let digit = text[index].hexadecimalValue {
                    value = value.flatMap { $0 < 1 << 28 ? $0 << 4 | UInt32(digit) : nil }
                    index += 1
                }
                let digits = index - first
                guard digits > 0, isUnicode || digits <= 2, index < text.count,
                    text[index] == 0x7D || text[index].isBlankOrLineEnd
                else { return nil }
                values.append(value)
            }
            guard !values.isEmpty else { return nil }
            end = index + 1
        }
    }
}

extension UInt8 {
    fileprivate var isBlankOrLineEnd: Bool { self == 0x20 || self == 0x09 || self == 0x0D || self == 0x0A }
}

extension [UInt8] {
    /// The offset behind `prefix` if it stands at `start`, letters in any case.
    fileprivate func behind(_ prefix: String, at start: Int) -> Int? {
        var index = start
        for byte in prefix.utf8 {
            guard index < count, self[index].lowercasedASCII == byte else { return nil }
            index += 1
        }
        return index
    }
}
