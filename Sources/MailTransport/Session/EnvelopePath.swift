/// A reverse or forward path as it may stand between `<` and `>` on the wire (RFC 5321 §4.1.2).
///
/// Invariants: no control, no space and no angle bracket but within a quoted local part, and no control even there.
/// Whether there is such a mailbox is for the peer to say; what is no address at all never reaches it.
struct EnvelopePath: Equatable, Sendable {
    /// Without the angle brackets.
    let text: String

    /// RFC 5321 §4.5.3.1.3 has 256; some systems make longer ones.
    static let maximumBytes = 1000

    /// Nil if `text` is anything else than a path that is not null.
    init?(_ text: String) {
        let bytes = Array(text.utf8)
        guard !bytes.isEmpty, bytes.count <= Self.maximumBytes,
            text.unicodeScalars.allSatisfy({ !TransportText.isControl($0) })
        else { return nil }
        var rest = bytes[...]
        if rest.first == UInt8(ascii: "\"") {
            guard let end = Self.quotedEnd(rest), end == bytes.count || bytes[end] == UInt8(ascii: "@") else {
                return nil
            }
            rest = rest[end...]
        }
        guard rest.allSatisfy(Self.isPlain), rest.last != UInt8(ascii: "@"),
            rest.first != UInt8(ascii: "@") || rest.startIndex > 0
        else { return nil }
        self.text = text
    }

    /// Whether SMTPUTF8 (RFC 6531) is needed.
    var isInternational: Bool { text.utf8.contains { $0 >= 0x80 } }

    /// Behind the closing quote.
    private static func quotedEnd(_ bytes: ArraySlice<UInt8>) -> Int? {
        var index = bytes.startIndex + 1
        while index < bytes.endIndex {
            switch bytes[index] {
            case UInt8(ascii: "\""): return index + 1
            case UInt8(ascii: "\\"): index += 2
            default: index += 1
            }
        }
        return nil
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        switch byte {
        case 0...0x20, 0x7F, UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""), UInt8(ascii: "\\"):
            false
        default: true
        }
    }
}
