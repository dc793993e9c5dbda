// :is                                                                                      RFC 5228 §2.7.1

/// The whole value is the key. The default match type.
struct IsMatchType: MatchType {
    static let tag = "is"

    var leavesCaptures: Bool { false }
    var canFail: Bool { false }

    static func compile(_ arguments: inout Arguments, _ validator: inout Validator) -> (any MatchType)? {
        IsMatchType()
    }

    func key(_ text: [UInt8], _ comparator: any Comparator.Type) throws(InvalidKey) -> any MatchKey {
        Key(normal: comparator.normalForm(MatchValue(text)))
    }

    private struct Key: MatchKey {
        let normal: [UInt8]

        var hint: KeyHint? { .whole(normal) }

        func matches(
            _ normal: [UInt8], _ text: [UInt8], in run: inout Interpretation
        ) throws(RuntimeFailure) -> Bool {
            guard normal.count == self.normal.count else { return false }
            try run.spend(normal.count)
            return normal == self.normal
        }
    }
}
