// i;ascii-numeric                                                                            RFC 4790 §9.1

/// Decimal numbers of any length: the digits that a string begins with. A string that begins otherwise is
/// infinity, which is equal to itself and greater than all numbers.
enum NumericComparator: Comparator {
    static let name = "i;ascii-numeric"
    static let supportsSubstrings = false

    /// Infinity's form, which no number has.
    private static var infinity: [UInt8] { [] }

    /// The digits without leading zeros.
    static func normalForm(_ value: MatchValue) -> [UInt8] {
        let digits = value.text.prefix { $0.isDigit }
        guard !digits.isEmpty else { return infinity }
        let significant = digits.drop { $0 == 0x30 }
        return significant.isEmpty ? [0x30] : [UInt8](significant)
    }

    static func order(_ left: [UInt8], _ right: [UInt8]) -> Order {
        if left == right { return .same }
        if left == infinity { return .descending }
        if right == infinity { return .ascending }
        if left.count != right.count { return left.count < right.count ? .ascending : .descending }
        return left.lexicographicallyPrecedes(right) ? .ascending : .descending
    }
}

extension SieveExtension {
    static var numericComparator: SieveExtension {
        SieveExtension("comparator-i;ascii-numeric") { language in
            language.add(comparator: NumericComparator.self)
        }
    }
}
