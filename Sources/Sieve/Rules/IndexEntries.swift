/// The entries of an index, sorted into buckets.
struct IndexEntries {
    private(set) var bucketBits = 0
    /// Where each bucket's entries begin, and the number of all entries.
    private(set) var buckets: [UInt32] = []
    /// ``RuleIndex/entryWords`` words an entry.
    private(set) var words: [UInt32] = []
    /// For each source, bit 0: it has keys that are whole values; bits 1 to 4: keys with grams of this length.
    private(set) var kinds: [UInt32]

    /// - Parameter owners: the rule of each key.
    init(_ keys: RuleKeys, owners: [UInt32]) {
        kinds = [UInt32](repeating: 0, count: keys.sources.count)
        while 1 << bucketBits < owners.count { bucketBits += 1 }
        let text = keys.text.span
        let grams = GramCounts(keys)
        var unsorted: [UInt32] = []
        unsorted.reserveCapacity(owners.count * RuleIndex.entryWords)
        var places: [UInt32] = []
        places.reserveCapacity(owners.count)
        buckets = [UInt32](repeating: 0, count: 1 << bucketBits + 1)
        for (key, owner) in zip(keys.keys, owners) {
            let octets = text.extracting(key.text)
            let hash = KeyHash.of(octets)
            let (gram, offset) = key.isWhole ? (hash, 0) : grams.rarest(in: octets)
            let length = key.isWhole ? 0 : min(octets.count, 4)
            let bucket = KeyHash.bucket(gram, key.group, length: length, bits: bucketBits)
            places.append(UInt32(truncatingIfNeeded: bucket))
            buckets[bucket + 1] += 1
            kinds[key.group] |= 1 << UInt32(length)
            unsorted.append(gram)
            unsorted.append(hash)
            unsorted.append(owner)
            let shape = key.isWhole ? 0 : octets.count << 8 | offset
            unsorted.append(UInt32(truncatingIfNeeded: key.group << 16 | shape))
        }
        for bucket in 1..<buckets.count { buckets[bucket] += buckets[bucket - 1] }
        sort(unsorted, into: places)
    }

    /// Puts each entry into its bucket.
    private mutating func sort(_ unsorted: [UInt32], into places: [UInt32]) {
        words = [UInt32](repeating: 0, count: unsorted.count)
        var next = buckets
        for (entry, bucket) in places.enumerated() {
            let place = Int(next[Int(bucket)])
            next[Int(bucket)] += 1
            for word in 0..<RuleIndex.entryWords {
                words[place * RuleIndex.entryWords + word] = unsorted[entry * RuleIndex.entryWords + word]
            }
        }
    }
}

/// How often grams of four octets are in the keys; grams that share a count make no harm.
private struct GramCounts {
    private var counts: [UInt16]
    private let bits: Int

    init(_ keys: RuleKeys) {
        var bits = 8
        while 1 << bits < keys.text.count, bits < 16 { bits += 1 }
        self.bits = bits
        var counts = [UInt16](repeating: 0, count: 1 << bits)
        let text = keys.text.span
        // Of very many keys a part says enough.
        let stride = Swift.max(keys.keys.count / 4096, 1)
        var number = 0
        while number < keys.keys.count {
            let key = keys.keys[number]
            number += stride
            guard !key.isWhole, key.text.count >= 4 else { continue }
            var gram: UInt32 = 0
            var index = key.text.lowerBound
            let third = index &+ 3
            while index < key.text.upperBound {
                gram = gram << 8 | UInt32(text[index])
                if index >= third {
                    let place = Self.place(gram, bits)
                    if counts[place] < .max { counts[place] &+= 1 }
                }
                index &+= 1
            }
        }
        self.counts = counts
    }

    /// The gram of the fewest keys, and where in the key it is; all of a key that is shorter than a gram.
    func rarest(in key: Span<UInt8>) -> (gram: UInt32, offset: Int) {
        var gram: UInt32 = 0
        var best: (gram: UInt32, offset: Int) = (0, 0)
        var least = Int.max
        var index = 0
        while index < key.count {
            gram = gram << 8 | UInt32(key[index])
            index &+= 1
            guard index >= 4 else { continue }
            let count = Int(counts[Self.place(gram, bits)])
            if count < least {
                least = count
                best = (gram, index &- 4)
            }
        }
        return key.count < 4 ? (gram, 0) : best
    }

    private static func place(_ gram: UInt32, _ bits: Int) -> Int {
        Int((gram &* 0x9E37_79B1) >> UInt32(32 - bits))
    }
}
