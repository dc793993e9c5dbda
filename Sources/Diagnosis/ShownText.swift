import Sieve

/// Text of unknown origin, as a person may be shown it.
enum ShownText {
    /// On one line, without control characters and what changes how the text around it is shown.
    static func line(_ bytes: some Sequence<UInt8>) -> String {
        line(String(decoding: Array(bytes), as: UTF8.self))
    }

    static func line(_ text: String) -> String {
        var line = ""
        for scalar in text.unicodeScalars {
            switch scalar.value {
            case 0x09: line.unicodeScalars.append(" ")
            case 0x0A: line += "⏎"
            case 0x0D: continue
            case 0x00...0x1F, 0x7F...0x9F, 0x200B...0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF:
                line.unicodeScalars.append("?")
            default: line.unicodeScalars.append(scalar)
            }
        }
        return line
    }

    /// With a mark for what is not there.
    static func line(_ text: TracedText) -> String {
        line(text.octets) + (text.omitted > 0 ? "…[+\(text.omitted)]" : "")
    }
}
