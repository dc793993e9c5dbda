/// Characters that are taken for others, or not seen at all.
enum LookAlikes {
    /// UAX #9 §2: they change the order in which a name is shown.
    static func isBidirectionalControl(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }

    /// What takes no room, the bidirectional controls and marks among it.
    static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0xAD, 0x034F, 0x061C, 0x115F, 0x1160, 0x17B4, 0x17B5, 0x180B...0x180F, 0x200B...0x200F,
            0x202A...0x202E,
            0x2060...0x206F, 0x3164, 0xFE00...0xFE0F, 0xFEFF, 0xFFA0, 0xFFF0...0xFFFB, 0xE0000...0xE0FFF:
            true
        default: false
        }
    }

    static func isLatinLetter(_ scalar: Unicode.Scalar) -> Bool {
        scalar.isASCII && UInt8(truncatingIfNeeded: scalar.value).isASCIILetterOrDigit
            && !(0x30...0x39).contains(scalar.value)
    }

    /// The ASCII character that looks like it; itself where there is none.
    static func plain(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
        guard !scalar.isASCII else { return scalar }
        let value = scalar.value
        if let octet = arithmetic(value) ?? single(value) { return Unicode.Scalar(octet) }
        return scalar
    }

    /// Alphabets that repeat ASCII in its order.
    private static func arithmetic(_ value: UInt32) -> UInt8? {
        func letter(_ index: UInt32, _ first: UInt8) -> UInt8 { UInt8(truncatingIfNeeded: index) &+ first }
        switch value {
        case 0xFF01...0xFF5E: return letter(value - 0xFF01, 0x21)
        case 0x24B6...0x24CF: return letter(value - 0x24B6, 0x41)
        case 0x24D0...0x24E9: return letter(value - 0x24D0, 0x61)
        case 0x1D400...0x1D6A3:
            let index = (value - 0x1D400) % 52
            return index < 26 ? letter(index, 0x41) : letter(index - 26, 0x61)
        case 0x1D7CE...0x1D7FF: return letter((value - 0x1D7CE) % 10, 0x30)
        case 0x1F130...0x1F149: return letter(value - 0x1F130, 0x41)
        case 0x2000...0x200A, 0x00A0, 0x202F, 0x205F, 0x3000: return 0x20
        default: return nil
        }
    }

    private static func single(_ value: UInt32) -> UInt8? {
        let text: StaticString
        switch value {
        case 0x2024, 0x3002, 0xFF61, 0xFE52, 0xA4F8, 0x0701, 0x0702, 0x0660, 0x06F0, 0x1D16D: text = "."
        case 0x2044, 0x2215, 0x29F8: text = "/"
        case 0x29F5, 0x2216, 0xFE68, 0x29F9: text = "\\"
        case 0xA789, 0x2236, 0x02D0, 0xFE55, 0x05C3: text = ":"
        case 0x0430, 0x03B1, 0x0251: text = "a"
        case 0x0432, 0x0412, 0x0392: text = "B"
        case 0x0441, 0x03F2, 0x217D: text = "c"
        case 0x0435, 0x0451, 0x212E, 0x212F, 0x04BD: text = "e"
        case 0x0501, 0x217E: text = "d"
        case 0x0261, 0x0581: text = "g"
        case 0x04BB: text = "h"
        case 0x0456, 0x03B9, 0x0131, 0x2170: text = "i"
        case 0x0458, 0x03F3: text = "j"
        case 0x043A, 0x03BA: text = "k"
        case 0x04CF, 0x217C, 0x0196: text = "l"
        case 0x043C, 0x217F: text = "m"
        case 0x0578: text = "n"
        case 0x043E, 0x03BF, 0x0585: text = "o"
        case 0x0440, 0x03C1: text = "p"
        case 0x051B: text = "q"
        case 0x0455: text = "s"
        case 0x0442: text = "t"
        case 0x057D, 0x03C5: text = "u"
        case 0x03BD, 0x2174, 0x0475: text = "v"
        case 0x051D, 0x0461: text = "w"
        case 0x0445, 0x03C7, 0x2179, 0x00D7: text = "x"
        case 0x0443, 0x03B3: text = "y"
        case 0x0410, 0x0391: text = "A"
        case 0x0421: text = "C"
        case 0x0415, 0x0395: text = "E"
        case 0x041D, 0x0397: text = "H"
        case 0x0406, 0x0399: text = "I"
        case 0x0408: text = "J"
        case 0x041A, 0x039A: text = "K"
        case 0x041C, 0x039C: text = "M"
        case 0x039D: text = "N"
        case 0x041E, 0x039F: text = "O"
        case 0x0420, 0x03A1: text = "P"
        case 0x0405: text = "S"
        case 0x0422, 0x03A4: text = "T"
        case 0x0425, 0x03A7: text = "X"
        case 0x04AE, 0x03A5: text = "Y"
        case 0x0396: text = "Z"
        default: return nil
        }
        return text.description.utf8.first
    }
}
