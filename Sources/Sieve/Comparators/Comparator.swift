/// A way to compare strings (RFC 4790), named by `:comparator`.
///
/// A comparator brings strings into a normal form: equality and substrings are those of the normal forms'
/// octets, which keep their offsets if ``keepsOctets`` says so.
protocol Comparator: Sendable {
    static var name: String { get }
    /// Whether `:contains` and `:matches` may use it (RFC 5228 §2.7.1).
    static var supportsSubstrings: Bool { get }
    /// Whether the normal form is the string's own octets, but for the case of ASCII letters.
    static var keepsOctets: Bool { get }
    static func normalForm(_ value: MatchValue) -> [UInt8]
    /// The order of two normal forms.
    static func order(_ left: [UInt8], _ right: [UInt8]) -> Order
}

enum Order {
    case ascending, same, descending
}

extension Comparator {
    static var supportsSubstrings: Bool { true }
    static var keepsOctets: Bool { false }

    /// Octet by octet.
    static func order(_ left: [UInt8], _ right: [UInt8]) -> Order {
        let common = min(left.count, right.count)
        for index in 0..<common where left[index] != right[index] {
            return left[index] < right[index] ? .ascending : .descending
        }
        if left.count == right.count { return .same }
        return left.count < right.count ? .ascending : .descending
    }
}

/// A string that a test looks at, with the normal form that most comparisons want.
struct MatchValue: Sendable {
    let text: [UInt8]
    /// `a` to `z` in upper case; the same storage where there is none.
    let folded: [UInt8]

    init(_ text: [UInt8]) {
        self.text = text
        guard let first = text.firstIndex(where: { $0 &- 0x61 < 26 }) else {
            folded = text
            return
        }
        var folded = text
        var index = first
        while index < folded.count {
            folded[index] = folded[index].uppercasedASCII
            index &+= 1
        }
        self.folded = folded
    }
}
