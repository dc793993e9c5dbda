/// A pattern of `:matches`: `*` is any number of octets, `?` is one, a backslash takes their meaning away
/// (RFC 5228 §2.7.1).
///
/// The stars cut the pattern into segments. The first is held against the value's beginning, the last against its
/// end, and each between at the first place where it fits after the one before: since the earliest place leaves
/// the most for what follows, nothing is ever tried twice, and each star takes as little as possible, from the
/// left, as RFC 5229 §3.2 wants it. So the time is in proportion to the two lengths, but for segments
/// of more than 64 octets with a `?` between two stars, where each further 64 octets cost another pass.
struct Glob: Sendable {
    private let segments: [Segment]
    /// The wildcards from left to right: the captures.
    private let wildcards: [Wildcard]
    /// Octets that any match has.
    let minimum: Int

    private enum Wildcard {
        /// The star before segment `next`.
        case star(next: Int)
        case one(segment: Int, offset: Int)
    }

    init(_ pattern: [UInt8]) {
        var segments: [Segment] = []
        var wildcards: [Wildcard] = []
        var current = Segment()
        var index = 0
        while index < pattern.count {
            switch pattern[index] {
            case 0x2A:
                segments.append(current)
                current = Segment()
                wildcards.append(.star(next: segments.count))
            case 0x3F:
                wildcards.append(.one(segment: segments.count, offset: current.count))
                current.appendWildcard()
            case 0x5C where index + 1 < pattern.count:
                index += 1
                current.append(pattern[index])
            default:
                // A backslash at the end stands for itself.
                current.append(pattern[index])
            }
            index += 1
        }
        segments.append(current)
        self.segments = segments
        self.wildcards = wildcards
        minimum = segments.reduce(0) { $0 + $1.count }
    }

    /// Octets that any match has in one piece, as many as there are.
    var longestLiteral: [UInt8] {
        var longest: ArraySlice<UInt8> = []
        for segment in segments {
            let literal = segment.longestLiteral
            if literal.count > longest.count { longest = literal }
        }
        return [UInt8](longest)
    }

    /// Steps that a match against `count` octets takes at most, in the engine's own measure.
    func cost(_ count: Int) -> Int {
        var passes = 1
        var tables = 0
        for segment in segments.dropFirst().dropLast() where segment.hasWildcards {
            passes = max(passes, (segment.count + 63) / 64)
            tables += passes
        }
        return (count &+ minimum) &* passes &+ tables &* 256
    }

    /// Whether the pattern matches all of `text`; the places of its segments where it does.
    func match(_ text: [UInt8]) -> [Int]? {
        let span = text.span
        guard let first = segments.first, let last = segments.last, span.count >= minimum,
            first.fits(span, at: 0)
        else { return nil }
        guard segments.count > 1 else { return span.count == first.count ? [0] : nil }
        let end = span.count - last.count
        guard last.fits(span, at: end) else { return nil }
        var places = [0]
        places.reserveCapacity(segments.count)
        var position = first.count
        for segment in segments[1..<(segments.count - 1)] {
            guard let place = segment.firstPlace(in: span, from: position, to: end) else { return nil }
            places.append(place)
            position = place + segment.count
        }
        guard position <= end else { return nil }
        places.append(end)
        return places
    }

    /// What the wildcards stand for, at most `limit` of them, in a match whose segments are at `places`.
    func captures(_ places: [Int], limit: Int) -> [Range<Int>] {
        wildcards.prefix(limit).map { wildcard in
            switch wildcard {
            case .star(let next):
                let start = places[next - 1] + segments[next - 1].count
                return start..<max(start, places[next])
            case .one(let segment, let offset):
                let place = places[segment] + offset
                return place..<(place + 1)
            }
        }
    }
}

/// Octets between two stars, some of which may be `?`.
private struct Segment: Sendable {
    private var octets: [UInt8] = []
    /// Where the wildcards are; empty where there is none.
    private var isWildcard: [Bool] = []

    var count: Int { octets.count }
    var hasWildcards: Bool { !isWildcard.isEmpty }

    mutating func append(_ octet: UInt8) {
        octets.append(octet)
        if hasWildcards { isWildcard.append(false) }
    }

    mutating func appendWildcard() {
        while isWildcard.count < octets.count { isWildcard.append(false) }
        octets.append(0x3F)
        isWildcard.append(true)
    }

    /// The longest run of octets without a wildcard.
    var longestLiteral: ArraySlice<UInt8> {
        guard hasWildcards else { return octets[...] }
        var longest = 0..<0
        var start = 0
        for (index, isWildcard) in isWildcard.enumerated() {
            if isWildcard {
                start = index + 1
            } else if index + 1 - start > longest.count {
                longest = start..<(index + 1)
            }
        }
        return octets[longest]
    }

    /// Whether the segment fits at `place`, which leaves room for it.
    func fits(_ text: Span<UInt8>, at place: Int) -> Bool {
        guard place >= 0, place + octets.count <= text.count else { return false }
        for index in octets.indices where text[place &+ index] != octets[index] {
            guard hasWildcards, isWildcard[index] else { return false }
        }
        return true
    }

    /// The first place from `start` on where the segment fits and ends before `end`.
    func firstPlace(in text: Span<UInt8>, from start: Int, to end: Int) -> Int? {
        guard start + octets.count <= end else { return nil }
        if hasWildcards { return firstPlaceWithWildcards(in: text, from: start, to: end) }
        let wanted = octets.span
        return text.extracting(0..<end).firstRange(of: wanted, from: start)
    }

    /// Baeza-Yates and Gonnet's shift-or: a bit for each octet of the segment says whether the text up to here
    /// agrees with the segment up to there. Time does not depend on what the octets are.
    private func firstPlaceWithWildcards(in text: Span<UInt8>, from start: Int, to end: Int) -> Int? {
        let words = (octets.count + 63) / 64
        var table = [UInt64](repeating: 0, count: 256 * words)
        var wildcards = [UInt64](repeating: 0, count: words)
        for index in octets.indices {
            let bit: UInt64 = 1 << UInt64(index % 64)
            if isWildcard[index] {
                wildcards[index / 64] |= bit
            } else {
                table[Int(octets[index]) * words + index / 64] |= bit
            }
        }
        let accepted: UInt64 = 1 << UInt64((octets.count - 1) % 64)
        var state = [UInt64](repeating: 0, count: words)
        for index in start..<end {
            let row = Int(text[index]) * words
            var carry: UInt64 = 1
            for word in 0..<words {
                let next = state[word] >> 63
                state[word] = (state[word] << 1 | carry) & (table[row + word] | wildcards[word])
                carry = next
            }
            if state[words - 1] & accepted != 0 { return index + 1 - octets.count }
        }
        return nil
    }
}
