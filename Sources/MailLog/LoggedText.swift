/// Text of unknown origin, taken apart into what may be shown as it is and what must not.
enum LoggedText {
    enum Unit: Equatable {
        /// A printable character: the bytes that it has.
        case plain(Range<Int>)
        /// A control character, or one that changes how the text around it is shown.
        case control(UInt32, Range<Int>)
        /// A byte that is not UTF-8.
        case invalid(UInt8)
    }

    /// The unit at `index`, which must be within `bytes`, and the index behind it.
    static func unit(in bytes: Span<UInt8>, at index: Int) -> (unit: Unit, next: Int) {
        let first = bytes[index]
        if first < 0x80 {
            let range = index..<(index + 1)
            return (first < 0x20 || first == 0x7F ? .control(UInt32(first), range) : .plain(range), index + 1)
        }
        guard let (scalar, count) = decode(bytes, at: index) else { return (.invalid(first), index + 1) }
        let range = index..<(index + count)
        return (isUnseen(scalar) ? .control(scalar, range) : .plain(range), index + count)
    }

    /// A character of two to four bytes, if it is well-formed UTF-8 (RFC 3629 §4).
    private static func decode(_ bytes: Span<UInt8>, at index: Int) -> (scalar: UInt32, count: Int)? {
        let first = bytes[index]
        let (count, smallest): (Int, UInt32) =
            switch first {
            case 0xC2...0xDF: (2, 0x80)
            case 0xE0...0xEF: (3, 0x800)
            case 0xF0...0xF4: (4, 0x10000)
            default: (0, 0)
            }
        guard count > 0, bytes.count - index >= count else { return nil }
        var scalar = UInt32(first) & (0x7F >> UInt32(count))
        for offset in 1..<count {
            let byte = bytes[index + offset]
            guard byte & 0xC0 == 0x80 else { return nil }
            scalar = scalar << 6 | UInt32(byte & 0x3F)
        }
        let isSurrogate = scalar >= 0xD800 && scalar <= 0xDFFF
        return scalar >= smallest && scalar <= 0x10FFFF && !isSurrogate ? (scalar, count) : nil
    }

    /// C1 controls, line separators, what sets the direction of text, and what Unicode has for not being seen
    /// (Default_Ignorable_Code_Point) or for not being a character.
    private static func isUnseen(_ scalar: UInt32) -> Bool {
        switch scalar {
        case 0x80...0x9F, 0x2028...0x202E, 0xFFF9...0xFFFB: true
        case 0xAD, 0x34F, 0x61C, 0x115F...0x1160, 0x17B4...0x17B5, 0x180B...0x180F, 0x200B...0x200F,
            0x2060...0x206F,
            0x3164, 0xFE00...0xFE0F, 0xFEFF, 0xFFA0, 0xFFF0...0xFFF8, 0x1BCA0...0x1BCA3, 0x1D173...0x1D17A,
            0xE0000...0xE0FFF:
            true
        default: scalar & 0xFFFE == 0xFFFE
        }
    }

    /// The text, or its beginning with a mark that says how many bytes are missing: `abc…[+120]`.
    static func shortened(_ text: [UInt8], to limit: Int) -> [UInt8] {
        guard text.count > limit else { return text }
        var end = 0
        let span = text.span
        while true {
            let next = unit(in: span, at: end).next
            guard next <= limit else { break }
            end = next
        }
        return text[..<end] + Array("…[+\(text.count - end)]".utf8)
    }
}
