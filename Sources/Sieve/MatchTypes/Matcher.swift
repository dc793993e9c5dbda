/// Keys, and how values are held against them: what tests have in common.
struct Matcher: Sendable {
    let type: any MatchType
    let comparator: any Comparator.Type
    let keys: Keys
    /// The keys as the script has them.
    let texts: [Text]

    /// What finds those of the literals that a value can match.
    var table: KeyTable?

    enum Keys: Sendable {
        /// Literals, compiled with the script.
        case compiled([any MatchKey])
        /// Some have variables and are compiled for each evaluation.
        case texts([Text])
    }

    /// Whether holding values against the keys cannot fail and has no effect.
    func isPure(_ recordsCaptures: Bool) -> Bool {
        guard case .compiled = keys else { return false }
        return !type.canFail && !(recordsCaptures && type.leavesCaptures)
    }
}

/// One evaluation of a ``Matcher``: values go in one after the other, until one matches.
struct MatchSession {
    private let comparator: any Comparator.Type
    private let countsValues: Bool
    private let keys: [any MatchKey]
    private let table: KeyTable?
    private var count = 0

    init(_ matcher: Matcher, keys: [any MatchKey], table: KeyTable? = nil) {
        comparator = matcher.comparator
        countsValues = matcher.type.countsValues
        self.keys = keys
        self.table = table
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
        if let table { return try matches(value, normal, table, in: &run) }
        try run.spend(keys.count)
        for (index, key) in keys.enumerated() where try key.matches(normal, value.text, in: &run) {
            if run.trace != nil { run.recordValue(value.text, matched: index) }
            return true
        }
        if run.trace != nil, !keys.isEmpty { run.recordValue(value.text, matched: nil) }
        return false
    }
}

extension MatchSession {
    /// As ``matches(_:in:)``, without the keys that cannot match.
    private func matches(
        _ value: MatchValue, _ normal: [UInt8], _ table: KeyTable, in run: inout Interpretation
    ) throws(RuntimeFailure) -> Bool {
        try run.spend(value.folded.count)
        let candidates = table.candidates(value)
        var start = 0
        while let index = candidates.next(from: start), index < keys.count {
            try run.spend(1)
            if try keys[index].matches(normal, value.text, in: &run) {
                if run.trace != nil { run.recordValue(value.text, matched: index) }
                return true
            }
            start = index + 1
        }
        if run.trace != nil { run.recordValue(value.text, matched: nil) }
        return false
    }
}

extension Interpretation {
    /// Starts holding values against the keys, as they are at this moment.
    mutating func begin(_ matcher: Matcher) throws(RuntimeFailure) -> MatchSession {
        switch matcher.keys {
        case .compiled(let keys):
            if trace != nil { recordComparison(matcher, keys: matcher.texts.map(\.literal)) }
            return MatchSession(matcher, keys: keys, table: matcher.table)
        case .texts(let texts):
            return try begin(matcher, keys: try expand(texts))
        }
    }

    /// Starts holding values against these keys.
    mutating func begin(_ matcher: Matcher, keys texts: [[UInt8]]) throws(RuntimeFailure) -> MatchSession {
        if trace != nil { recordComparison(matcher, keys: texts) }
        var keys: [any MatchKey] = []
        keys.reserveCapacity(texts.count)
        for text in texts {
            try spend(text.count)
            do {
                keys.append(try matcher.type.key(text, matcher.comparator))
            } catch {
                guard matcher.type.passesOverInvalidKeys else { throw failure(error.message) }
                record(.note(error.message))
                host.warn(error.message.onOneLine, script: script, line: line)
            }
        }
        return MatchSession(matcher, keys: keys)
    }
}
