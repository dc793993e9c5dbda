/// A pattern of `:matches` for a comparator whose normal forms have other lengths than the strings: `?` is one character,
/// of as many octets as it has there (RFC 5228 §2.7.1).
///
/// As in ``Glob`` the stars cut the pattern into segments, each of which is taken at the first place where it fits. A
/// segment's literal text is looked for in linear time; what follows it is tried at each place where that text is.
struct CharacterGlob: Sendable {
    private enum Piece: Sendable {
        case literal([UInt8])
        case one
    }

    private var segments: [[Piece]] = [[]]
    /// Whether the wildcards, from left to right, are stars.
    private var wildcards: [Bool] = []
    /// Whether there is a `?`.
    private(set) var asksForCharacters = false

    /// - Parameter pattern: in its comparator's normal form.
    init(_ pattern: [UInt8]) {
        var literal: [UInt8] = []
        var index = 0
        while index < pattern.count {
            switch pattern[index] {
            case 0x2A:
                append(&literal)
                segments.append([])
                wildcards.append(true)
            case 0x3F:
                append(&literal)
                segments[segments.count - 1].append(.one)
                wildcards.append(false)
                asksForCharacters = true
            case 0x5C where index + 1 < pattern.count:
                index += 1
                literal.append(pattern[index])
            default:
                literal.append(pattern[index])
            }
            index += 1
        }
        append(&literal)
    }

    private mutating func append(_ literal: inout [UInt8]) {
        if !literal.isEmpty { segments[segments.count - 1].append(.literal(literal)) }
        literal = []
    }

    /// What the wildcards stand for in `normal`, if the pattern matches all of it.
    ///
    /// - Parameter map: may be nil if the pattern does not ask for characters.
    func match(
        _ normal: [UInt8], _ map: CharacterMap?, in run: inout Interpretation
    ) throws(RuntimeFailure) -> [Range<Int>]? {
        var stars: [Range<Int>] = []
        var ones: [[Range<Int>]] = []
        guard let first = segments.first, let last = segments.last,
            let head = Self.fit(first, normal, at: 0, map)
        else { return nil }
        ones.append(head.ones)
        var position = head.end
        guard segments.count > 1 else { return position == normal.count ? captures(stars, ones) : nil }
        guard let tail = Self.fitBackwards(last, normal, endingAt: normal.count, map) else { return nil }
        for segment in segments[1..<(segments.count - 1)] {
            guard let (start, found) = try Self.find(segment, normal, from: position, map, in: &run) else {
                return nil
            }
            stars.append(position..<start)
            ones.append(found.ones)
            position = found.end
        }
        guard position <= tail.start else { return nil }
        stars.append(position..<tail.start)
        ones.append(tail.ones)
        return captures(stars, ones)
    }

    private func captures(_ stars: [Range<Int>], _ ones: [[Range<Int>]]) -> [Range<Int>] {
        var captures: [Range<Int>] = []
        var segment = 0
        var one = 0
        for isStar in wildcards {
            if isStar {
                captures.append(stars[segment])
                segment += 1
                one = 0
            } else {
                captures.append(ones[segment][one])
                one += 1
            }
        }
        return captures
    }

    // MARK: Segments

    private struct Fit {
        var end: Int
        /// What each `?` stands for.
        var ones: [Range<Int>] = []
    }

    /// Where the segment ends if it begins at `start`.
    private static func fit(
        _ segment: [Piece], _ normal: [UInt8], at start: Int, _ map: CharacterMap?
    ) -> Fit? {
        var fit = Fit(end: start)
        for piece in segment {
            switch piece {
            case .literal(let text):
                guard normal.count - fit.end >= text.count,
                    normal[fit.end..<(fit.end + text.count)].elementsEqual(text)
                else { return nil }
                fit.end += text.count
            case .one:
                guard let end = map?.endOfCharacter(at: fit.end) else { return nil }
                fit.ones.append(fit.end..<end)
                fit.end = end
            }
        }
        return fit
    }

    /// Where the segment begins if it ends at `end`.
    private static func fitBackwards(
        _ segment: [Piece], _ normal: [UInt8], endingAt end: Int, _ map: CharacterMap?
    ) -> (start: Int, ones: [Range<Int>])? {
        var start = end
        var ones: [Range<Int>] = []
        for piece in segment.reversed() {
            switch piece {
            case .literal(let text):
                guard start >= text.count, normal[(start - text.count)..<start].elementsEqual(text) else {
                    return nil
                }
                start -= text.count
            case .one:
                guard let begin = map?.startOfCharacter(endingAt: start) else { return nil }
                ones.append(begin..<start)
                start = begin
            }
        }
        return (start, ones.reversed())
    }

    /// The first place from `start` on where the segment fits.
    private static func find(
        _ segment: [Piece], _ normal: [UInt8], from start: Int, _ map: CharacterMap?,
        in run: inout Interpretation
    ) throws(RuntimeFailure) -> (start: Int, fit: Fit)? {
        guard let first = segment.first else { return (start, Fit(end: start)) }
        var place = start
        while place <= normal.count {
            if case .literal(let text) = first {
                let value = normal.span
                let wanted = text.span
                guard let next = value.firstRange(of: wanted, from: place) else { return nil }
                place = next
            }
            if segment.count > 1 { try run.spend(segment.count) }
            if let fit = fit(segment, normal, at: place, map) { return (place, fit) }
            place += 1
        }
        return nil
    }
}

/// A key of `:matches` for a comparator whose normal forms have other lengths than the strings.
struct CharacterMatchKey: MatchKey {
    let glob: CharacterGlob

    func matches(
        _ normal: [UInt8], _ text: [UInt8], in run: inout Interpretation
    ) throws(RuntimeFailure) -> Bool {
        try run.spend(normal.count)
        var map: CharacterMap?
        if glob.asksForCharacters { map = try Self.map(normal, text, in: &run) }
        guard let wildcards = try glob.match(normal, map, in: &run) else { return false }
        guard run.recordsCaptures else { return true }
        if map == nil { map = try Self.map(normal, text, in: &run) }
        let captures = wildcards.prefix(run.limits.matchVariable).map { map?.textRange($0) ?? 0..<0 }
        run.captures = MatchCaptures(text: text, wildcards: captures)
        return true
    }

    private static func map(
        _ normal: [UInt8], _ text: [UInt8], in run: inout Interpretation
    ) throws(RuntimeFailure) -> CharacterMap? {
        try run.spend(text.count)
        return CharacterMap(text: text, normal: normal)
    }
}
