/// Which of the keys of one test a value can match: a long list of addresses or words costs a look-up, not a scan.
///
/// Works as ``RuleIndex`` does, with a key in the place of a rule: it may name too many keys, and never too few.
struct KeyTable: Sendable {
    private let index: RuleIndex

    /// Keys for which a table is worth its while.
    static let threshold = 16

    /// Nil where holding the value against each of the keys is as good, or the only way.
    init?(_ keys: [any MatchKey], _ comparator: any Comparator.Type) {
        guard keys.count >= Self.threshold, comparator.keepsOctets else { return nil }
        var builder = RuleIndexBuilder(headerNames: [], usesMatchVariables: false)
        for key in keys { builder.add(key.hint, isFolded: comparator == CasemapComparator.self) }
        guard builder.keyedCount > keys.count / 2, let (index, _) = builder.finished() else { return nil }
        self.index = index
    }

    /// The numbers of the keys that the value can match.
    func candidates(_ value: MatchValue) -> RuleSet {
        var set = index.unconditional()
        var effort = 1 << 14 + value.folded.count &* 64
        let folded = value.folded
        index.add(folded.span, of: 0, to: &set, effort: &effort)
        return set
    }
}
