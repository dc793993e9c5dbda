/// Keys, and how values are held against them: what tests have in common.
struct Matcher: Sendable {
    let type: any MatchType
    let comparator: any Comparator.Type
    let keys: Keys

    enum Keys: Sendable {
        /// Literals, compiled with the script.
        case compiled([any MatchKey])
        /// Some have variables and are compiled for each evaluation.
        case texts([Text])
    }
}

/// One evaluation of a ``Matcher``: values go in one after the other, until one matches.
struct MatchSession {
    private let comparator: any Comparator.Type
    private let countsValues: Bool
    private let keys: [any MatchKey]
    private var count = 0

    init(_ matcher: Matcher, keys: [any MatchKey]) {
        comparator = matcher.comparator
        countsValues = matcher.type.countsValues
        self.keys = keys
    }

    /// Whether the value matches one of the keys; a match type that counts only counts here.
    mutating func accepts(_ value: MatchValue, in run: inout Interpretation) throws(RuntimeFailure) -> Bool {
        if countsValues {
            count += 1
            return false
        }
        return try matches(value, in: &run)
    }

    /// Called when all values have gone in: whether their number matches, if that is what was asked for.
    mutating func end(in run: inout Interpretation) throws(RuntimeFailure) -> Bool {
        guard countsValues else { return false }
        return try matches(MatchValue([UInt8](String(count).utf8)), in: &run)
    }

    private func matches(_ value: MatchValue, in run: inout Interpretation) throws(RuntimeFailure) -> Bool {
        let normal = comparator.normalForm(value)
        try run.spend(keys.count)
        for key in keys where try key.matches(normal, value.text, in: &run) {
            run.record(.match(value: value.text))
            return true
        }
        return false
    }
}

extension Interpretation {
    /// Starts holding values against the keys, as they are at this moment.
    mutating func begin(_ matcher: Matcher) throws(RuntimeFailure) -> MatchSession {
        switch matcher.keys {
        case .compiled(let keys):
            return MatchSession(matcher, keys: keys)
        case .texts(let texts):
            return try begin(matcher, keys: try expand(texts))
        }
    }

    /// Starts holding values against these keys.
    mutating func begin(_ matcher: Matcher, keys texts: [[UInt8]]) throws(RuntimeFailure) -> MatchSession {
        var keys: [any MatchKey] = []
        keys.reserveCapacity(texts.count)
        for text in texts {
            try spend(text.count)
            do {
                keys.append(try matcher.type.key(text, matcher.comparator))
            } catch {
                throw failure(error.message)
            }
        }
        return MatchSession(matcher, keys: keys)
    }
}
