import Platform

// :regex                                                                        draft-ietf-sieve-regex-01 §3

/// The key is a regular expression that matches somewhere in the value. What its groups stood for is kept for `${1}` and
/// up, the part that it matched for `${0}`.
///
/// - The leftmost match counts, of those the longest, as POSIX has it; where a pattern says with `*?` or its like that
///   it wants little, the match that Perl would find.
/// - Letters match as the comparator has it: `i;octet` takes octets as they are, the others take characters of UTF-8.
/// - `.` matches a line end too; `^` and `$` are the ends of the value.
struct RegexMatchType: MatchType {
    static let tag = "regex"

    var needsSubstrings: Bool { true }
    var leavesCaptures: Bool { true }
    /// RFC 5228 §2.10.6 would stop the script; a pattern made of a message's words must not do that to its owner.
    var passesOverInvalidKeys: Bool { true }

    static func compile(_ arguments: inout Arguments, _ validator: inout Validator) -> (any MatchType)? {
        RegexMatchType()
    }

    func key(_ text: [UInt8], _ comparator: any Comparator.Type) throws(InvalidKey) -> any MatchKey {
        let scan = PatternScan(text)
        var options: RegularExpression.Options = [.dotMatchesAll]
        if !scan.isNonGreedy { options.insert(.longest) }
        var pattern = text
        if comparator == OctetComparator.self {
            options.insert(.octets)
        } else {
            options.insert(.caseInsensitive)
            if comparator == CasemapComparator.self { pattern = scan.foldingOnlyASCII }
        }
        do {
            return Key(expression: try RegularExpression(pattern.span, options: options))
        } catch {
            throw InvalidKey(
                message: "no regular expression: \(error.description)",
                hint: text.first == 0x2A ? "write .* for any text, or :matches for a pattern with *" : nil)
        }
    }

    func doubt(about key: [UInt8]) -> String? {
        PatternScan(key).isHopeless
            ? "the regular expression matches nothing: ^ or $ stands in its middle" : nil
    }

    private struct Key: MatchKey {
        let expression: RegularExpression

        func matches(
            _ normal: [UInt8], _ text: [UInt8], in run: inout Interpretation
        ) throws(RuntimeFailure) -> Bool {
            try run.spend(text.count &* 2 &+ 100)
            let wanted = run.recordsCaptures ? min(expression.groups, run.limits.matchVariable) + 1 : 0
            guard let groups = try ranges(in: text, wanted, run) else { return false }
            guard let whole = groups.first ?? nil else { return true }
            let captures = groups.dropFirst().map { group -> Range<Int> in
                guard let group, group.lowerBound >= whole.lowerBound else { return 0..<0 }
                return (group.lowerBound - whole.lowerBound)..<(group.upperBound - whole.lowerBound)
            }
            run.captures = MatchCaptures(text: [UInt8](text[whole]), wildcards: captures)
            return true
        }

        private func ranges(
            in text: [UInt8], _ wanted: Int, _ run: Interpretation
        ) throws(RuntimeFailure) -> [Range<Int>?]? {
            let span = text.span
            do {
                return try expression.firstMatch(in: span, captures: wanted)
            } catch {
                throw run.policyFailure("the regular expression takes too long: \(error.description)")
            }
        }
    }
}
