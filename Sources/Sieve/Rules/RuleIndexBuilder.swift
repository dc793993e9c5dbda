import Platform

/// Makes a ``RuleIndex`` of the rules of a script.
struct RuleIndexBuilder {
    private let usesMatchVariables: Bool
    private var keys: RuleKeys
    private var rules: [UInt32] = []
    private var always = RuleBits()
    private var preamble = 0
    /// The rule of each key.
    private var owners: [UInt32] = []

    /// Rules that have keys.
    private(set) var keyedCount = 0

    init(headerNames: [HeaderName], usesMatchVariables: Bool) {
        self.usesMatchVariables = usesMatchVariables
        keys = RuleKeys(headerNames: headerNames, recordsCaptures: usesMatchVariables)
    }

    /// Adds a rule.
    ///
    /// - Parameter branches: its tests, if it does nothing without one of them; nil for a rule that is executed for
    ///   any message.
    mutating func add(at place: Position, branches: ArraySlice<Condition>?, isPreamble: Bool = false) {
        let number = UInt32(rules.count / RuleIndex.ruleWords)
        rules.append(UInt32(clamping: place.offset))
        rules.append(UInt32(clamping: place.line))
        if isPreamble { preamble += 1 }
        guard let branches, keys.addAny(branches) else {
            always.append(true)
            return
        }
        always.append(false)
        keyedCount += 1
        while owners.count < keys.keys.count { owners.append(number) }
    }

    /// Adds a key of a list, as a rule that has but this key.
    mutating func add(_ hint: KeyHint?, isFolded: Bool) {
        let number = UInt32(rules.count / RuleIndex.ruleWords)
        rules += [0, 1]
        guard let hint, keys.add(hint, isFolded: isFolded) else {
            always.append(true)
            return
        }
        always.append(false)
        keyedCount += 1
        owners.append(number)
    }

    /// The index, and what values are looked up in it.
    func finished() -> (index: RuleIndex, sources: [ValueSource])? {
        var words = [UInt32](repeating: 0, count: RuleIndex.Field.allCases.count)
        let entries = IndexEntries(keys, owners: owners)
        func set(_ field: RuleIndex.Field, _ value: Int) { words[field.rawValue] = UInt32(clamping: value) }
        set(.form, Int(RuleIndex.form))
        set(.flags, usesMatchVariables ? 1 : 0)
        set(.rules, rules.count / RuleIndex.ruleWords)
        set(.preamble, preamble)
        set(.sources, keys.sources.count)
        set(.entries, owners.count)
        set(.bucketBits, entries.bucketBits)
        words += rules
        words += always.words
        var names: [UInt8] = []
        for (number, source) in keys.sources.enumerated() {
            let (kind, name, part) = source.names
            words.append(kind | entries.kinds[number] << 8)
            words.append(UInt32(clamping: name.utf8.count) & 0xFFFF | UInt32(clamping: part.utf8.count) << 16)
            // A longer name would be cut off in the word before.
            guard name.utf8.count <= 0xFFFF else { return nil }
            names += Array(name.utf8) + Array(part.utf8)
        }
        set(.names, names.count)
        words += entries.buckets
        words += entries.words
        while names.count % 4 != 0 { names.append(0) }
        for start in stride(from: 0, to: names.count, by: 4) {
            words.append(
                UInt32(littleEndianOctets: names[start], names[start + 1], names[start + 2], names[start + 3])
            )
        }
        return RuleIndex(SharedBytes(words: words)).map { ($0, keys.sources) }
    }
}

extension UInt32 {
    /// The word that has these octets in memory.
    fileprivate init(littleEndianOctets first: UInt8, _ second: UInt8, _ third: UInt8, _ fourth: UInt8) {
        self.init(
            littleEndian: UInt32(first) | UInt32(second) << 8 | UInt32(third) << 16 | UInt32(fourth) << 24)
    }
}

/// A bit for each rule.
private struct RuleBits {
    private(set) var words: [UInt32] = []
    private var count = 0

    mutating func append(_ bit: Bool) {
        if count % 32 == 0 { words.append(0) }
        if bit { words[count / 32] |= 1 << UInt32(count % 32) }
        count += 1
    }
}
