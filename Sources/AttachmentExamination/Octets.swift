/// Bounded reading of octets that a stranger wrote: every offset may be anything, and what is not there is nil.
extension Span<UInt8> {
    func octet(_ offset: Int) -> UInt8? {
        offset >= 0 && offset < count ? self[offset] : nil
    }

    /// Two octets, the lower first.
    func u16(_ offset: Int) -> Int? {
        guard offset >= 0, offset < count - 1 else { return nil }
        return Int(self[offset]) | Int(self[offset &+ 1]) << 8
    }

    /// Four octets, the lowest first.
    func u32(_ offset: Int) -> Int? {
        guard offset >= 0, offset < count - 3, let low = u16(offset), let high = u16(offset &+ 2) else {
            return nil
        }
        return low | high << 16
    }

    /// Eight octets, the lowest first; at most ``Int/max``.
    func u64(_ offset: Int) -> Int? {
        guard offset >= 0, offset < count - 7, let low = u32(offset), let high = u32(offset &+ 4) else {
            return nil
        }
        return high >> 31 == 0 ? low | high << 32 : .max
    }

    /// Whether `text` stands at `offset`.
    func has(_ text: StaticString, at offset: Int = 0) -> Bool {
        guard offset >= 0, offset <= count, count - offset >= text.utf8CodeUnitCount else { return false }
        let wanted = text.description.utf8.span
        var index = 0
        while index < wanted.count {
            if self[offset &+ index] != wanted[index] { return false }
            index &+= 1
        }
        return true
    }

    /// Whether `octets` stand at `offset`.
    func has(_ octets: [UInt8], at offset: Int = 0) -> Bool {
        guard offset >= 0, offset <= count, count - offset >= octets.count else { return false }
        var index = 0
        while index < octets.count {
            if self[offset &+ index] != octets[index] { return false }
            index &+= 1
        }
        return true
    }

    /// Where `octets`, in lower case, stand first at or behind `from`, in letters of either case, and before `to`.
    func firstOffset(of octets: [UInt8], from: Int = 0, to: Int = .max) -> Int? {
        guard let first = octets.first else { return nil }
        let end = Swift.min(to, count) - octets.count
        var offset = Swift.max(from, 0)
        while offset <= end {
            if self[offset].asLowerCase == first {
                var index = 1
                while index < octets.count, self[offset &+ index].asLowerCase == octets[index] { index &+= 1 }
                if index == octets.count { return offset }
            }
            offset &+= 1
        }
        return nil
    }

    /// Whether the text, in lower case, occurs in letters of either case.
    func contains(_ text: StaticString, to end: Int = .max) -> Bool {
        firstOffset(of: Array(text.description.utf8), to: end) != nil
    }

    /// A copy of what there is in `range`.
    func copy(_ range: Range<Int>) -> [UInt8] {
        let lower = Swift.min(Swift.max(range.lowerBound, 0), count)
        let upper = Swift.min(Swift.max(range.upperBound, lower), count)
        let part = extracting(lower..<upper)
        return [UInt8](copying: part)
    }
}

extension [UInt8] {
    /// A copy of a span.
    fileprivate init(copying span: Span<UInt8>) {
        self = []
        reserveCapacity(span.count)
        var index = 0
        while index < span.count {
            append(span[index])
            index &+= 1
        }
    }

    /// Without blanks, line ends and NUL at its ends.
    var trimmed: [UInt8] {
        var (lower, upper) = (0, count)
        while lower < upper, self[lower] <= 0x20 { lower += 1 }
        while upper > lower, self[upper - 1] <= 0x20 { upper -= 1 }
        return Array(self[lower..<upper])
    }

    var lowercased: [UInt8] { map(\.asLowerCase) }
}

extension UInt8 {
    var asLowerCase: UInt8 { self &- 0x41 < 26 ? self | 0x20 : self }

    var isASCIILetterOrDigit: Bool { (self | 0x20) &- 0x61 < 26 || self &- 0x30 < 10 }
}

extension Int {
    /// The sum; ``max`` where there is none.
    func adding(_ other: Int) -> Int {
        let (sum, overflow) = addingReportingOverflow(other)
        return overflow ? .max : sum
    }
}
