/// Rules of one script, by their numbers.
struct RuleSet: Sendable, Equatable {
    let count: Int
    private var words: [UInt32]

    /// - Parameter words: a bit for each rule, the lowest first; what is missing is not in the set.
    init(count: Int, words: [UInt32] = []) {
        self.count = count
        self.words = words
        let needed = (count + 31) / 32
        while self.words.count < needed { self.words.append(0) }
    }

    mutating func add(_ rule: Int) {
        guard rule >= 0, rule < count else { return }
        words[rule / 32] |= 1 << UInt32(rule % 32)
    }

    mutating func addAll() {
        for index in words.indices { words[index] = .max }
    }

    func contains(_ rule: Int) -> Bool {
        rule >= 0 && rule < count && words[rule / 32] & (1 << UInt32(rule % 32)) != 0
    }

    /// The first rule of the set from `start` on.
    func next(from start: Int) -> Int? {
        guard start >= 0, start < count else { return nil }
        var index = start / 32
        var word = words[index] & (.max << UInt32(start % 32))
        while word == 0 {
            index += 1
            guard index < words.count else { return nil }
            word = words[index]
        }
        let rule = index * 32 + word.trailingZeroBitCount
        return rule < count ? rule : nil
    }
}
