// :contains                                                                                RFC 5228 §2.7.1

/// The key is part of the value; the empty key is part of every value.
struct ContainsMatchType: MatchType {
    static let tag = "contains"

    var needsSubstrings: Bool { true }
    var leavesCaptures: Bool { false }
    var canFail: Bool { false }

    static func compile(_ arguments: inout Arguments, _ validator: inout Validator) -> (any MatchType)? {
        ContainsMatchType()
    }

    func key(_ text: [UInt8], _ comparator: any Comparator.Type) throws(InvalidKey) -> any MatchKey {
        Key(normal: comparator.normalForm(MatchValue(text)))
    }

    private struct Key: MatchKey {
        let normal: [UInt8]

        var hint: KeyHint? { .part(normal) }

        func matches(
            _ normal: [UInt8], _ text: [UInt8], in run: inout Interpretation
        ) throws(RuntimeFailure) -> Bool {
            guard normal.count >= self.normal.count else { return false }
            try run.spend(normal.count)
            let value = normal.span
            let wanted = self.normal.span
            return value.firstRange(of: wanted, from: 0) != nil
        }
    }
}
