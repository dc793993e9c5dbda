/// A score as spam scanners write it.
enum SpamScore {
    private static let longest = 32

    /// The value of `-12.5`, `+3`, `1e3`; nil for anything else, as for what is not finite.
    static func value(_ text: some Sequence<UInt8>) -> Double? {
        let octets = Array(text.prefix(longest + 1))
        guard octets.count <= longest else { return nil }
        var rest = octets[...]
        skipSign(&rest)
        let whole = skipDigits(&rest)
        var fraction = 0
        if rest.first == UInt8(ascii: ".") {
            rest.removeFirst()
            fraction = skipDigits(&rest)
        }
        guard whole + fraction > 0 else { return nil }
        if let mark = rest.first, mark | 0x20 == UInt8(ascii: "e") {
            rest.removeFirst()
            skipSign(&rest)
            guard skipDigits(&rest) > 0 else { return nil }
        }
        guard rest.isEmpty, let value = Double(String(decoding: octets, as: UTF8.self)), value.isFinite else {
            return nil
        }
        return value
    }

    private static func skipSign(_ rest: inout ArraySlice<UInt8>) {
        if rest.first == UInt8(ascii: "-") || rest.first == UInt8(ascii: "+") { rest.removeFirst() }
    }

    /// - Returns: how many there were.
    private static func skipDigits(_ rest: inout ArraySlice<UInt8>) -> Int {
        let digits = rest.prefix { $0 &- 0x30 < 10 }
        rest = rest.dropFirst(digits.count)
        return digits.count
    }
}
