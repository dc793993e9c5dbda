/// A name of the language as it is compared: without regard to ASCII case (RFC 5228 §2.4.2.1).
///
/// Names of up to 24 octets are equal exactly if their letters are; no name of the language is longer,
/// and a longer one in a script is equal to no name of the language.
struct Identifier: Hashable, Sendable {
    /// Octets that are told apart.
    static let limit = 24

    private var first: UInt64 = 0
    private var second: UInt64 = 0
    private var third: UInt64 = 0
    private var length = 0

    /// The name in `source[range]`.
    init(_ source: [UInt8], _ range: Range<Int>) {
        self.init(source.span, range)
    }

    /// The name in `source[range]`.
    init(_ source: Span<UInt8>, _ range: Range<Int>) {
        var index = range.lowerBound
        guard range.count <= 8 else {
            while index < range.upperBound {
                append(source[index])
                index &+= 1
            }
            return
        }
        var letters: UInt64 = 0
        while index < range.upperBound {
            letters = letters << 8 | UInt64(source[index].lowercasedASCII)
            index &+= 1
        }
        first = letters
        length = range.count
    }

    /// A name that the program knows.
    init(_ name: String) {
        for byte in name.utf8 { append(byte) }
    }

    private mutating func append(_ byte: UInt8) {
        let lower = UInt64(byte.lowercasedASCII)
        switch length {
        case ..<8: first = first << 8 | lower
        case ..<16: second = second << 8 | lower
        // Beyond 24 octets this mixes, and the length tells such a name from those of the language.
        default: third = (third << 8 | third >> 56) ^ lower
        }
        length += 1
    }
}
