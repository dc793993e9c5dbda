// "gt" / "ge" / "lt" / "le" / "eq" / "ne"                                                    RFC 5231 §4

/// How a value has to stand to a key.
enum Relation: Sendable {
    case greater, greaterOrEqual, less, lessOrEqual, equal, notEqual

    init?(_ name: [UInt8]) {
        switch name.lowercasedASCII.text {
        case "gt": self = .greater
        case "ge": self = .greaterOrEqual
        case "lt": self = .less
        case "le": self = .lessOrEqual
        case "eq": self = .equal
        case "ne": self = .notEqual
        default: return nil
        }
    }

    func holds(_ order: Order) -> Bool {
        switch self {
        case .greater: order == .descending
        case .greaterOrEqual: order != .ascending
        case .less: order == .ascending
        case .lessOrEqual: order != .descending
        case .equal: order == .same
        case .notEqual: order != .same
        }
    }
}

extension Arguments {
    /// The relation behind `:value` or `:count`; nil after an error, which has been reported.
    mutating func relation(_ validator: inout Validator) -> Relation? {
        guard let (name, position) = constant("relation", &validator) else { return nil }
        if let relation = Relation(name) { return relation }
        validator.diagnostics.error(
            .invalidRelation, at: position, "unknown relation \"\(name.text)\"",
            hint: "the relations are gt, ge, lt, le, eq, ne")
        return nil
    }
}

/// A key that values are compared with.
struct RelationKey: MatchKey {
    let relation: Relation
    let comparator: any Comparator.Type
    let normal: [UInt8]

    init(_ relation: Relation, _ text: [UInt8], _ comparator: any Comparator.Type) {
        self.relation = relation
        self.comparator = comparator
        normal = comparator.normalForm(MatchValue(text))
    }

    func matches(
        _ normal: [UInt8], _ text: [UInt8], in run: inout Interpretation
    ) throws(RuntimeFailure) -> Bool {
        try run.spend(min(normal.count, self.normal.count))
        return relation.holds(comparator.order(normal, self.normal))
    }
}
