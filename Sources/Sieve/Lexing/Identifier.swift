/// A name of the language as it is compared: without regard to ASCII case (RFC 5228 §2.4.2.1).
///
/// Names of up to 24 octets are equal exactly if their letters are; no name of the language is longer,
/// and a longer one in a script is equal to no name of the language.
struct Identifier: Hashable, Sendable {
    private var first: UInt64 = 0
    private var second: UInt64 = 0
    private var third: UInt64 = 0
    private var length = 0

    /// The name in `source[range]`.
    init(_ source: [UInt8], _ range: Range<Int>) {
        for index in range { append(source[index]) }
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
