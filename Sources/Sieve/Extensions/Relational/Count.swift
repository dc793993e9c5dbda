// :count <relation: string>                                                                RFC 5231 §4.2

/// The number of values, over all fields that the test names, stands in the relation to the key.
///
/// The comparator decides what that means: with the default one `10` comes before `9`.
struct CountMatchType: MatchType {
    static let tag = "count"

    let relation: Relation
    var leavesCaptures: Bool { false }
    var canFail: Bool { false }
    var countsValues: Bool { true }

    static func compile(_ arguments: inout Arguments, _ validator: inout Validator) -> (any MatchType)? {
        arguments.relation(&validator).map { CountMatchType(relation: $0) }
    }

    func key(_ text: [UInt8], _ comparator: any Comparator.Type) throws(InvalidKey) -> any MatchKey {
        RelationKey(relation, text, comparator)
    }
}
