/// What a regular expression looks like, found without understanding all of it.
struct PatternScan {
    /// Whether it has a quantifier that wants little, such as `*?`.
    private(set) var isNonGreedy = false
    /// Whether `^` or `$` stand where nothing can match.
    private(set) var isHopeless = false
    /// The same expression, for a match in which letters fold: only those of ASCII do then, as in `i;ascii-casemap`.
    private(set) var foldingOnlyASCII: [UInt8] = []

    private let pattern: [UInt8]
    private var index = 0
    /// Whether something that takes up room stands before, in the same branch.
    private var hasContent = false
    /// Whether the pattern may have switched to lines, at whose ends `^` and `$` match too.
    private var hasLines = false
    /// Whether a `$` stands before, in the same branch.
    private var hasEnd = false

    init(_ pattern: [UInt8]) {
        self.pattern = pattern
        foldingOnlyASCII.reserveCapacity(pattern.count)
        while index < pattern.count { readItem() }
    }

    private mutating func readItem() {
        let byte = pattern[index]
        switch byte {
        case 0x5C:
            readEscape()
        case 0x5B:
            readClass()
        case 0x28, 0x7C, 0x29:
            take(1)
            if byte == 0x28, index < pattern.count, pattern[index] == 0x3F { readFlags() }
            // What a group or a branch begins with may be a `^`; behind one too, for all that is known here.
            hasContent = false
            hasEnd = false
        case 0x5E:
            if hasContent, !hasLines { isHopeless = true }
            take(1)
        case 0x24:
            take(1)
            hasEnd = true
        case 0x2A, 0x2B, 0x3F, 0x7D:
            take(1)
            if index < pattern.count, pattern[index] == 0x3F {
                isNonGreedy = true
                take(1)
            }
            // What may be there no time at all takes up no room for sure.
            if byte != 0x2B { hasContent = false }
            hasEnd = false
        case 0x80...:
            noteContent()
            var length = 1
            while index + length < pattern.count, pattern[index + length] & 0xC0 == 0x80 { length += 1 }
            takeUnfolded(pattern[index..<(index + length)])
            index += length
        default:
            noteContent()
            take(1)
        }
    }

    /// What stands between `(?` and the content of the group.
    private mutating func readFlags() {
        while index < pattern.count, pattern[index] != 0x29 {
            let byte = pattern[index]
            if byte == 0x6D { hasLines = true }
            take(1)
            if byte == 0x3A || byte == 0x3E { return }
        }
    }

    private mutating func noteContent() {
        if hasEnd, !hasLines { isHopeless = true }
        hasContent = true
    }

    private mutating func take(_ count: Int) {
        let end = min(index + count, pattern.count)
        foldingOnlyASCII += pattern[index..<end]
        index = end
    }

    private mutating func takeUnfolded(_ item: some Sequence<UInt8>) {
        foldingOnlyASCII += "(?-i:".utf8
        foldingOnlyASCII += item
        foldingOnlyASCII.append(0x29)
    }

    private mutating func readEscape() {
        let next = index + 1 < pattern.count ? pattern[index + 1] : 0
        switch next {
        case 0x51:
            // \Q…\E is literal text.
            hasContent = true
            take(2)
            while index < pattern.count {
                let isEnd = pattern[index] == 0x5C && index + 1 < pattern.count && pattern[index + 1] == 0x45
                take(isEnd ? 2 : 1)
                if isEnd { return }
            }
        case 0x41, 0x7A, 0x62, 0x42:
            take(2)
        default:
            noteContent()
            take(2)
        }
    }

    /// `[…]`: with letters beyond ASCII in it, folding is left to the letters of ASCII by naming both cases.
    private mutating func readClass() {
        noteContent()
        guard let end = endOfClass() else {
            take(pattern.count - index)
            return
        }
        let item = pattern[index..<end]
        if item.contains(where: { $0 >= 0x80 }) {
            var content = item.dropFirst().dropLast()
            let others = otherCases(content)
            // A hyphen at the end is itself only there.
            let hyphen: [UInt8] = content.last == 0x2D ? [0x2D] : []
            content = content.dropLast(hyphen.count)
            takeUnfolded([0x5B] + content + others + hyphen + [0x5D])
        } else {
            foldingOnlyASCII += item
        }
        index = end
    }

    /// Behind the bracket that closes the class.
    private func endOfClass() -> Int? {
        var place = index + 1
        if place < pattern.count, pattern[place] == 0x5E { place += 1 }
        if place < pattern.count, pattern[place] == 0x5D { place += 1 }
        while place < pattern.count {
            switch pattern[place] {
            case 0x5D: return place + 1
            case 0x5C: place += 2
            case 0x5B where place + 1 < pattern.count && pattern[place + 1] == 0x3A:
                // [:alpha:]
                place += 2
                while place < pattern.count, pattern[place] != 0x5D { place += 1 }
                place += 1
            default: place += 1
            }
        }
        return nil
    }

    /// The letters and ranges of letters of a class in the other case.
    private func otherCases(_ items: ArraySlice<UInt8>) -> [UInt8] {
        var others: [UInt8] = []
        var place = items.startIndex
        while place < items.endIndex {
            let byte = items[place]
            if byte == 0x5C {
                place += 2
                continue
            }
            if byte == 0x5B, place + 1 < items.endIndex, items[place + 1] == 0x3A {
                // [:alpha:]
                while place < items.endIndex, items[place] != 0x5D { place += 1 }
                place += 1
                continue
            }
            if place + 2 < items.endIndex, items[place + 1] == 0x2D {
                others += otherCases(from: byte, to: items[place + 2])
                place += 3
                continue
            }
            if byte.isLetter { others.append(byte ^ 0x20) }
            place += 1
        }
        return others
    }

    private func otherCases(from first: UInt8, to last: UInt8) -> [UInt8] {
        var others: [UInt8] = []
        for base in [UInt8(0x41), 0x61] {
            let low = max(first, base)
            let high = min(last, base + 25)
            if low <= high { others += [low ^ 0x20, 0x2D, high ^ 0x20] }
        }
        return others
    }
}

extension UInt8 {
    fileprivate var isLetter: Bool { (self | 0x20) &- 0x61 < 26 }
}
