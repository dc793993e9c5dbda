/// Text from elsewhere, made fit to stand in a line of ours.
///
/// The result is one line: no control characters, nothing that changes the direction of what follows, no runs of
/// spaces, none at its ends.
enum PrintableText {
    /// - Parameter limit: bytes; what is cut off is marked with `...`.
    static func ascii(_ text: String, limit: Int) -> String {
        shortened(filtered(text, keepsNonASCII: false, scalars: limit &* 4), to: limit)
    }

    /// As ``ascii(_:limit:)``, with letters of all scripts.
    static func unicode(_ text: String, limit: Int) -> String {
        shortened(filtered(text, keepsNonASCII: true, scalars: limit &* 4), to: limit)
    }

    /// One line too, but with the spaces that `text` has: for what means something to a program.
    static func exact(_ text: String, keepsNonASCII: Bool, limit: Int) -> String {
        var kept = String.UnicodeScalarView()
        for scalar in text.unicodeScalars.prefix(limit &* 4) {
            kept.append(replacement(scalar, keepsNonASCII: keepsNonASCII) ?? " ")
        }
        return shortened(String(kept), to: limit)
    }

    private static func filtered(_ text: String, keepsNonASCII: Bool, scalars: Int) -> String {
        var filtered = String.UnicodeScalarView()
        var pendingSpace = false
        for scalar in text.unicodeScalars.prefix(scalars) {
            guard let kept = replacement(scalar, keepsNonASCII: keepsNonASCII) else {
                pendingSpace = !filtered.isEmpty
                continue
            }
            if pendingSpace { filtered.append(" ") }
            pendingSpace = false
            filtered.append(kept)
        }
        return String(filtered)
    }

    /// `nil` for what becomes a space.
    private static func replacement(_ scalar: Unicode.Scalar, keepsNonASCII: Bool) -> Unicode.Scalar? {
        switch scalar.value {
        case 0...0x20, 0x7F...0xA0, 0x2028, 0x2029: nil
        case 0x21...0x7E: scalar
        case 0xAD, 0x61C, 0x180E, 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x206F, 0xFEFF, 0xFFF0...0xFFFB,
            0xE0000...0xE0FFF:
            "?"
        default: keepsNonASCII ? scalar : "?"
        }
    }

    private static func shortened(_ text: String, to limit: Int) -> String {
        guard text.utf8.count > limit else { return text }
        var kept = String.UnicodeScalarView()
        var length = 0
        for scalar in text.unicodeScalars {
            length += UTF8.width(scalar)
            guard length <= limit - 3 else { break }
            kept.append(scalar)
        }
        return String(kept) + "..."
    }
}
