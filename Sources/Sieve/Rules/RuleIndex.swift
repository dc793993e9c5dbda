import Platform

/// Which rules of a script can do anything at all for a message: a table of what the rules' keys have in them, in
/// which each value of the message is looked up once, however many rules there are.
///
/// A rule is a command at the script's top level, an `if` together with its `elsif` and `else`. A key that must be
/// the whole value is found by the value's hash. A key that must be part of it is found by its gram, the four
/// octets of it that the fewest keys have; around the gram the key's own hash has to agree. So what is found is
/// nearly always a rule that does something, and it may be any rule: rules that are found are only executed.
///
/// All of it is one run of words, which can be kept in a file, so nothing here trusts a word: what does not fit
/// finds nothing. ``RuleIndex/init(_:)`` refuses what is cut off.
struct RuleIndex: Sendable {
    /// The words of the header, each of which says where something is or how much there is of it.
    enum Field: Int, CaseIterable {
        /// Which form the words have.
        case form
        /// Bit 0: whether successful matches have to be remembered.
        case flags
        case rules
        /// How many rules there are in front that only the compiler looks at.
        case preamble
        case sources
        case entries
        /// Two to this power is the number of buckets.
        case bucketBits
        /// Octets of all names.
        case names
    }

    static let form: UInt32 = 1
    /// Words of one rule: where it begins in the script, and on which line.
    static let ruleWords = 2
    /// Words of one source: its kind and what grams are looked for, and the lengths of its two names.
    static let sourceWords = 2
    /// Words of one entry: the gram or the hash of a whole value, the key's hash, the rule, and where in the key
    /// the gram is.
    static let entryWords = 4

    private let image: SharedBytes
    let ruleCount: Int
    let preamble: Int
    let sourceCount: Int
    let usesMatchVariables: Bool
    private let entryCount: Int
    private let bucketBits: Int
    /// Where the parts begin, in words.
    private let rules: Int
    private let always: Int
    private let sources: Int
    private let buckets: Int
    private let entries: Int
    private let names: Int
    private let nameOctets: Int

    /// Nil unless all that the header speaks of is there.
    init?(_ image: SharedBytes) {
        let words = image.words
        guard words.count >= Field.allCases.count else { return nil }
        func count(_ field: Field) -> Int { Int(words[field.rawValue]) }
        guard words[Field.form.rawValue] == Self.form, count(.bucketBits) <= 28,
            count(.sources) <= RuleKeys.groupLimit, count(.preamble) <= count(.rules)
        else { return nil }
        self.image = image
        ruleCount = count(.rules)
        preamble = count(.preamble)
        sourceCount = count(.sources)
        entryCount = count(.entries)
        bucketBits = count(.bucketBits)
        nameOctets = count(.names)
        usesMatchVariables = count(.flags) & 1 != 0
        rules = Field.allCases.count
        always = rules + ruleCount * Self.ruleWords
        sources = always + (ruleCount + 31) / 32
        buckets = sources + sourceCount * Self.sourceWords
        entries = buckets + (1 << bucketBits) + 1
        names = entries + entryCount * Self.entryWords
        guard names + (nameOctets + 3) / 4 <= words.count else { return nil }
    }

    /// All octets, for a file.
    var octets: SharedBytes { image }

    /// Where the rule begins in the script, and on which line.
    func place(of rule: Int) -> Position {
        let words = image.words
        guard rule >= 0, rule < ruleCount else { return Position(offset: .max, line: 1) }
        let at = rules + rule * Self.ruleWords
        return Position(offset: Int(words[at]), line: Int(words[at + 1]))
    }

    /// The sources by their names; nil where a name means nothing.
    func sources(_ language: Language) -> [ValueSource]? {
        let words = image.words
        var found: [ValueSource] = []
        var next = names * 4
        let end = next + nameOctets
        for source in 0..<sourceCount {
            let lengths = words[sources + source * Self.sourceWords + 1]
            let (first, second) = (Int(lengths & 0xFFFF), Int(lengths >> 16))
            guard next + first + second <= end,
                let item = ValueSource(
                    kind: words[sources + source * Self.sourceWords] & 0xFF,
                    name: image.array(next..<(next + first)),
                    part: image.array((next + first)..<(next + first + second)), language)
            else { return nil }
            found.append(item)
            next += first + second
        }
        return found
    }
}

// MARK: Looking up

extension RuleIndex {
    /// The rules that are executed for any message.
    func unconditional() -> RuleSet {
        let words = image.words
        return RuleSet(count: ruleCount, words: (always..<sources).map { words[$0] })
    }

    /// Adds the rules of which a key may be in the value, whose letters are in upper case.
    ///
    /// - Parameter effort: What may still be spent on this message: where it is used up, all rules are added.
    func add(_ value: Span<UInt8>, of source: Int, to set: inout RuleSet, effort: inout Int) {
        guard source < sourceCount, entryCount > 0 else { return }
        let kinds = image.words[sources + source * Self.sourceWords] >> 8
        effort &-= value.count
        for length in 1...4 where kinds & (1 << UInt32(length)) != 0 {
            addParts(of: value, gramLength: length, source, to: &set, effort: &effort)
        }
        if kinds & 1 != 0 { addWhole(value, source, to: &set, effort: &effort) }
        if effort < 0 { set.addAll() }
    }

    private func addWhole(
        _ value: Span<UInt8>, _ source: Int, to set: inout RuleSet, effort: inout Int
    ) {
        let hash = KeyHash.of(value)
        let words = image.words
        for entry in bucket(of: KeyHash.bucket(hash, source, length: 0, bits: bucketBits), words) {
            let at = entries &+ entry &* Self.entryWords
            effort &-= 1
            guard words[at] == hash, Int(words[at + 3] >> 16) == source, words[at + 3] & 0xFFFF == 0 else {
                continue
            }
            set.add(Int(words[at + 2]))
        }
    }

    private func addParts(
        of value: Span<UInt8>, gramLength: Int, _ source: Int, to set: inout RuleSet, effort: inout Int
    ) {
        guard value.count >= gramLength else { return }
        let words = image.words
        let mask = gramLength == 4 ? UInt32.max : 1 << UInt32(8 * gramLength) - 1
        var gram: UInt32 = 0
        var index = 0
        while index < value.count {
            gram = (gram << 8 | UInt32(value[index])) & mask
            index &+= 1
            guard index >= gramLength else { continue }
            for entry in bucket(
                of: KeyHash.bucket(gram, source, length: gramLength, bits: bucketBits), words)
            {
                let at = entries &+ entry &* Self.entryWords
                effort &-= 1
                guard words[at] == gram, Int(words[at + 3] >> 16) == source else { continue }
                let count = Int(words[at + 3] >> 8 & 0xFF)
                let start = index &- gramLength &- Int(words[at + 3] & 0xFF)
                let rule = Int(words[at + 2])
                guard count > 0, min(count, 4) == gramLength, start >= 0, start &+ count <= value.count,
                    !set.contains(rule)
                else { continue }
                effort &-= count
                if KeyHash.of(value.extracting(start..<(start &+ count))) == words[at + 1] { set.add(rule) }
            }
            guard effort >= 0 else { return }
        }
    }

    /// The numbers of the bucket's entries.
    private func bucket(of number: Int, _ words: Span<UInt32>) -> Range<Int> {
        let first = Int(words[buckets &+ number])
        let last = min(Int(words[buckets &+ number &+ 1]), entryCount)
        return first..<max(first, last)
    }
}

/// How keys and values are brought to numbers.
enum KeyHash {
    /// Fowler, Noll and Vo's.
    static func of(_ octets: Span<UInt8>) -> UInt32 {
        var hash: UInt32 = 0x811C_9DC5
        var index = 0
        while index < octets.count {
            hash = (hash ^ UInt32(octets[index])) &* 0x0100_0193
            index &+= 1
        }
        return hash
    }

    /// - Parameter length: that of a gram; 0 for a whole value.
    static func bucket(_ number: UInt32, _ source: Int, length: Int, bits: Int) -> Int {
        let salt = UInt32(truncatingIfNeeded: source &* 8 &+ length) &* 0x9E37_79B9
        let mixed = (number ^ salt) &* 0x85EB_CA6B
        return Int(((mixed ^ mixed >> 15) &* 0xC2B2_AE35) >> UInt32(32 - bits))
    }
}
