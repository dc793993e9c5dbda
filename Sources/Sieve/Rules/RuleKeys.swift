/// Keys of which a message must have one, if a rule is to do anything; collected from the rule's tests.
///
/// A test that adds its keys promises: where the message has none of them, it is false, cannot fail, and leaves
/// nothing behind. So a rule none of whose keys is in the message can be passed over, and nobody can tell.
struct RuleKeys {
    struct Key {
        let group: Int
        let isWhole: Bool
        /// In ``RuleKeys/text``.
        let text: Range<Int>
    }

    /// Octets of a key that are looked for; what begins like a key but is longer is a candidate all the same.
    static let keyLimit = 255
    /// Groups of an index.
    static let groupLimit = 1 << 16

    private(set) var keys: [Key] = []
    /// The keys' octets, letters in upper case.
    private(set) var text: [UInt8] = []
    /// What the keys are looked for in, each source once.
    private(set) var sources: [ValueSource] = []
    private let headerNames: [HeaderName]
    /// Whether `:matches` leaves something behind that the script asks for.
    let recordsCaptures: Bool

    /// The groups of each header field: the part of its addresses, or nil for the field as a whole.
    private var fieldGroups: [[(part: ObjectIdentifier?, group: Int)]]
    private var envelopeGroups: [(name: ObjectIdentifier, part: ObjectIdentifier, group: Int)] = []

    init(headerNames: [HeaderName], recordsCaptures: Bool) {
        self.headerNames = headerNames
        self.recordsCaptures = recordsCaptures
        fieldGroups = Array(repeating: [], count: headerNames.count)
    }

    /// Drops all keys from `first` on.
    mutating func drop(from first: Int) {
        keys.removeSubrange(first...)
    }
}

// MARK: What tests add

extension RuleKeys {
    /// Adds the matcher's keys for the header fields. False where they cannot be looked for: nothing has been added.
    mutating func add(
        _ matcher: Matcher, _ names: [HeaderReference], part: (any AddressPart.Type)? = nil
    ) -> Bool {
        let first = keys.count
        for name in names {
            guard case .slot(let slot) = name, slot < headerNames.count,
                let group = group(slot, part), add(matcher, group)
            else {
                drop(from: first)
                return false
            }
        }
        return true
    }

    /// Adds the matcher's keys for the parts of the envelope, as ``add(_:_:part:)`` does for fields.
    mutating func add(
        _ matcher: Matcher, _ names: [any EnvelopePart.Type], part: any AddressPart.Type
    ) -> Bool {
        let first = keys.count
        for name in names {
            guard let group = group(name, part), add(matcher, group) else {
                drop(from: first)
                return false
            }
        }
        return true
    }

    private mutating func add(_ matcher: Matcher, _ group: Int) -> Bool {
        guard case .compiled(let keys) = matcher.keys, matcher.comparator.keepsOctets else { return false }
        let isFolded = matcher.comparator == CasemapComparator.self
        for key in keys {
            guard let hint = key.hint, add(hint, isFolded: isFolded, group) else { return false }
        }
        return true
    }

    /// Adds the key of a list, which stands alone. False where it can be in any value.
    mutating func add(_ hint: KeyHint, isFolded: Bool) -> Bool {
        if sources.isEmpty { sources.append(.given) }
        return add(hint, isFolded: isFolded, 0)
    }

    private mutating func add(_ hint: KeyHint, isFolded: Bool, _ group: Int) -> Bool {
        switch hint {
        case .whole(let value):
            append(isFolded ? value : MatchValue(value).folded, isWhole: true, group)
        case .part(let part):
            guard !part.isEmpty else { return false }
            append(isFolded ? part : MatchValue(part).folded, isWhole: false, group)
        }
        return true
    }

    /// - Parameter key: its letters are in upper case.
    private mutating func append(_ key: [UInt8], isWhole: Bool, _ group: Int) {
        let start = text.count
        let count = isWhole ? key.count : min(key.count, Self.keyLimit)
        text += key[..<count]
        keys.append(Key(group: group, isWhole: isWhole, text: start..<text.count))
    }
}

// MARK: Groups

extension RuleKeys {
    private mutating func group(_ slot: Int, _ part: (any AddressPart.Type)?) -> Int? {
        let identifier = part.map { ObjectIdentifier($0) }
        for known in fieldGroups[slot] where known.part == identifier { return known.group }
        let name = headerNames[slot]
        let source = part.map { ValueSource.address(name, $0) } ?? .field(name)
        guard let group = add(source) else { return nil }
        fieldGroups[slot].append((identifier, group))
        return group
    }

    private mutating func group(_ name: any EnvelopePart.Type, _ part: any AddressPart.Type) -> Int? {
        let (first, second) = (ObjectIdentifier(name), ObjectIdentifier(part))
        for known in envelopeGroups where known.name == first && known.part == second { return known.group }
        guard let group = add(.envelope(name, part)) else { return nil }
        envelopeGroups.append((first, second, group))
        return group
    }

    private mutating func add(_ source: ValueSource) -> Int? {
        guard sources.count < Self.groupLimit else { return nil }
        sources.append(source)
        return sources.count - 1
    }
}

// MARK: Lists of tests

extension RuleKeys {
    /// For `anyof`: the keys of all tests, or none.
    mutating func addAny(_ conditions: some Collection<Condition>) -> Bool {
        let first = keys.count
        for condition in conditions where !condition.test.addKeys(to: &self) {
            drop(from: first)
            return false
        }
        return true
    }

    /// For `allof`: the keys of one test, before which none leaves anything behind.
    mutating func addOne(of conditions: [Condition]) -> Bool {
        let first = keys.count
        var best = 0
        for condition in conditions {
            let start = keys.count
            if condition.test.addKeys(to: &self) {
                let strength = strength(of: start..<keys.count)
                if strength > best {
                    best = strength
                    keys.removeSubrange(first..<start)
                } else {
                    drop(from: start)
                }
            }
            guard condition.test.isPure(recordsCaptures) else { break }
        }
        return best > 0
    }

    /// The length of the shortest key, and more for one that is the whole value.
    private func strength(of range: Range<Int>) -> Int {
        var least = Int.max
        for key in keys[range] { least = min(least, key.text.count + (key.isWhole ? 1000 : 0)) }
        // No keys at all: a test that is never true.
        return least
    }
}
