// :list                                                                                       RFC 6134 §2.4

/// The value is in one of the lists that the keys name, each by a `tag:` URI or a name of the site's.
///
/// The list, and not the comparator, says what is equal.
struct ListMatchType: MatchType {
    static let tag = "list"

    static func compile(_ arguments: inout Arguments, _ validator: inout Validator) -> (any MatchType)? {
        ListMatchType()
    }

    func key(_ text: [UInt8], _ comparator: any Comparator.Type) throws(InvalidKey) -> any MatchKey {
        Key(name: text.text)
    }

    /// What asking the host once counts for.
    private static let steps = 1000

    private struct Key: MatchKey {
        let name: String

        func matches(
            _ normal: [UInt8], _ text: [UInt8], in run: inout Interpretation
        ) throws(RuntimeFailure) -> Bool {
            try run.spend(ListMatchType.steps &+ text.count)
            return run.host.list(name, contains: text)
        }
    }
}
