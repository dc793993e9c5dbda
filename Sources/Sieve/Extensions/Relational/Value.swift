// :value <relation: string>                                                                RFC 5231 §4.1

/// The value stands in the relation to the key, as the comparator orders them.
struct ValueMatchType: MatchType {
    static let tag = "value"

    let relation: Relation
    var leavesCaptures: Bool { false }
    var canFail: Bool { false }

    static func compile(_ arguments: inout Arguments, _ validator: inout Validator) -> (any MatchType)? {
        arguments.relation(&validator).map { ValueMatchType(relation: $0) }
    }

    func key(_ text: [UInt8], _ comparator: any Comparator.Type) throws(InvalidKey) -> any MatchKey {
        RelationKey(relation, text, comparator)
    }
}
