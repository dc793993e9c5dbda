/// An address as it may stand on the command line of a sendmail program.
///
/// Such programs read each operand as a list in header syntax, where commas, angle brackets, comments and groups
/// have a meaning, and take some local parts for files and programs. What is let through here is one address
/// and nothing else: `local@domain`, or a local part alone. White space, quotes and other special characters
/// occur only within a quoted local part.
struct CommandAddress: Equatable, Sendable {
    let text: String

    /// RFC 5321 §4.5.3.1.3 has 256 for a path; some systems make longer ones.
    static let maximumBytes = 1000

    /// Nil if `text` is anything else.
    init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard !bytes.isEmpty, bytes.count <= Self.maximumBytes else { return nil }
        guard let first = bytes.first, !Self.misleading(first) else { return nil }
        guard let localEnd = first == UInt8(ascii: "\"") ? Self.quotedEnd(bytes) : Self.plainEnd(bytes) else {
            return nil
        }
        guard Self.isDomain(bytes[localEnd...]) else { return nil }
        self.text = text
    }

    /// What makes an option, a program, a file or an include of an address.
    private static func misleading(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "-"), UInt8(ascii: "|"), UInt8(ascii: "/"): true
        default: false
        }
    }

    /// Where an unquoted local part ends. RFC 5322 §3.2.3 atoms, and dots anywhere.
    private static func plainEnd(_ bytes: [UInt8]) -> Int? {
        let end = bytes.firstIndex { !isAtomText($0) && $0 != UInt8(ascii: ".") } ?? bytes.count
        return end > 0 ? end : nil
    }

    /// Where a quoted local part ends, the quotes included.
    private static func quotedEnd(_ bytes: [UInt8]) -> Int? {
        // Inside the quotes the same holds: sendmail programs look at what is left after unquoting.
        guard bytes.count > 1, !misleading(bytes[1]), bytes[1] != UInt8(ascii: ":") else { return nil }
        var index = 1
        while index < bytes.count {
            let byte = bytes[index]
            guard byte >= 0x20, byte != 0x7F else { return nil }
            if byte == UInt8(ascii: "\"") { return index > 1 ? index + 1 : nil }
            if byte == UInt8(ascii: "\\") {
                index += 1
                guard index < bytes.count, bytes[index] >= 0x20, bytes[index] != 0x7F else { return nil }
                guard index > 2 || !misleading(bytes[index]) else { return nil }
            }
            index += 1
        }
        return nil
    }

    /// Nothing, or `@` and labels or a literal.
    private static func isDomain(_ bytes: ArraySlice<UInt8>) -> Bool {
        guard bytes.first == UInt8(ascii: "@") else { return bytes.isEmpty }
        let domain = bytes.dropFirst()
        if domain.first == UInt8(ascii: "["), domain.last == UInt8(ascii: "]"), domain.count > 2 {
            return domain.dropFirst().dropLast().allSatisfy {
                isLabelText($0) || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".")
            }
        }
        let labels = domain.split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false)
        return labels.allSatisfy {
            !$0.isEmpty && $0.first != UInt8(ascii: "-") && $0.allSatisfy(isLabelText)
        }
    }

    private static func isLabelText(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), 0x80...:
            true
        default: false
        }
    }

    private static func isAtomText(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "!"), UInt8(ascii: "#")...UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "+"),
            UInt8(ascii: "/"), UInt8(ascii: "="), UInt8(ascii: "?"), UInt8(ascii: "^"), UInt8(ascii: "`"),
            UInt8(ascii: "{")...UInt8(ascii: "~"):
            true
        default: isLabelText(byte)
        }
    }
}
