// :matches                                                                  RFC 5228 §2.7.1, RFC 5229 §3.2

/// The key is a pattern for the whole value. What its wildcards stood for is kept for `${1}` and up.
struct MatchesMatchType: MatchType {
    static let tag = "matches"

    var needsSubstrings: Bool { true }
    var canFail: Bool { false }

    static func compile(_ arguments: inout Arguments, _ validator: inout Validator) -> (any MatchType)? {
        MatchesMatchType()
    }

    func key(_ text: [UInt8], _ comparator: any Comparator.Type) throws(InvalidKey) -> any MatchKey {
        let pattern = comparator.normalForm(MatchValue(text))
        return comparator.keepsOctets
            ? Key(glob: Glob(pattern)) : CharacterMatchKey(glob: CharacterGlob(pattern))
    }

    private struct Key: MatchKey {
        let glob: Glob

        var hint: KeyHint? { .part(glob.longestLiteral) }

        func matches(
            _ normal: [UInt8], _ text: [UInt8], in run: inout Interpretation
        ) throws(RuntimeFailure) -> Bool {
            guard normal.count >= glob.minimum else { return false }
            try run.spend(glob.cost(normal.count))
            guard let places = glob.match(normal) else { return false }
            if run.recordsCaptures {
                run.captures = MatchCaptures(
                    text: text, wildcards: glob.captures(places, limit: run.limits.matchVariable))
            }
            return true
        }
    }
}

/// What the last successful match left behind (RFC 5229 §3.2).
struct MatchCaptures: Sendable {
    private let text: [UInt8]
    private let wildcards: [Range<Int>]

    init(text: [UInt8] = [], wildcards: [Range<Int>] = []) {
        self.text = text
        self.wildcards = wildcards
    }

    /// `${0}` and all that have a value.
    var all: [[UInt8]] { (0...wildcards.count).map { self[$0] } }

    /// `${0}` is the whole match, `${1}` the first wildcard; what is not there is empty.
    subscript(index: Int) -> [UInt8] {
        if index == 0 { return text }
        guard index > 0, index <= wildcards.count else { return [] }
        return [UInt8](text[wildcards[index - 1].clamped(to: 0..<text.count)])
    }
}
