import Sieve

/// What the author of a test that was false, or of an action, may have meant: only where the values at hand say so.
enum NearMiss {
    /// - Parameter trace: what the test looked at last.
    static func hints(test node: ListedNode, _ trace: TestTrace) -> [String] {
        guard !trace.outcome, let comparison = trace.comparison else { return [] }
        var hints: [String] = []
        for key in comparison.keys {
            for value in trace.values where value.matched == nil {
                guard let hint = hint(node, trace, comparison, key.octets, value) else { continue }
                if !hints.contains(hint) { hints.append(hint) }
                if hints.count >= most { return hints }
            }
        }
        if trace.values.isEmpty, let hint = hintAtNothing(trace) { hints.append(hint) }
        return hints
    }

    private static let most = 3

    private static func hint(
        _ node: ListedNode, _ trace: TestTrace, _ comparison: TestTrace.Comparison, _ key: [UInt8],
        _ value: TestTrace.Value
    ) -> String? {
        guard !key.isEmpty else { return nil }
        let shown = "\"\(ShownText.line(key))\""
        let text = value.text.octets
        let source = value.source.flatMap { trace.sources.indices.contains($0) ? trace.sources[$0] : nil }
        if trace.name == "header", comparison.matchType == "is", key.contains(0x40), text.contains(key),
            let name = source?.name, holdsAddresses(name)
        {
            return "header compares the whole field, with name and brackets: "
                + "address :is \"\(name)\" \(shown) compares the address alone"
        }
        if trace.addressPart == "domain", key.contains(0x40) {
            return ":domain compares what is behind the @: the key has an @ in it"
        }
        if trace.addressPart == "localpart", key.contains(0x40) {
            return ":localpart compares what is in front of the @: the key has an @ in it"
        }
        switch comparison.matchType {
        case "is", "contains":
            if Glob.hasWildcards(key), Glob.matches(key.folded, text.folded) {
                return "\(shown) has wildcards, which only :matches understands"
            }
            if comparison.matchType == "is", text.folded.contains(key.folded), text.folded != key.folded {
                return "the value contains \(shown): :contains would be true"
            }
        case "matches":
            if !Glob.hasWildcards(key), text.folded.contains(key.folded) {
                return ":matches compares the whole value, and \(shown) has no wildcard: "
                    + "write \"*\(ShownText.line(key))*\", or :contains"
            }
            if Glob.hasWildcards(key), Glob.matches([0x2A] + key.folded + [0x2A], text.folded) {
                return "\(shown) matches part of the value: :matches compares all of it"
            }
        default: break
        }
        if comparison.comparator == "i;octet", text.folded == key.folded {
            return "the value differs from \(shown) in case only, which matters to i;octet"
        }
        return nil
    }

    private static func hintAtNothing(_ trace: TestTrace) -> String? {
        let fields = trace.sources.filter { $0.kind == .header }
        guard !fields.isEmpty, fields.count == trace.sources.count, fields.allSatisfy({ $0.raw.isEmpty }),
            let first = fields.first
        else { return nil }
        return fields.count == 1
            ? "the message has no field \(first.name)" : "the message has none of these fields"
    }

    private static func holdsAddresses(_ name: String) -> Bool {
        [
            "from", "to", "cc", "bcc", "sender", "reply-to", "resent-from", "resent-to", "delivered-to",
            "return-path",
        ]
        .contains(name)
    }

    /// - Parameter separator: between the levels of a mailbox name, as the site has it.
    static func hints(action node: ListedNode, separator: UInt8) -> [String] {
        guard node.name == "fileinto",
            let mailbox = node.arguments.last?.strings.first, mailbox.variables.isEmpty
        else { return [] }
        let other: UInt8 = separator == 0x2F ? 0x2E : 0x2F
        guard mailbox.bytes.contains(other), !mailbox.bytes.contains(separator) else { return [] }
        let shown = ShownText.line(mailbox.bytes.map { $0 == other ? separator : $0 })
        return [
            "levels of mailbox names are separated by \(Character(UnicodeScalar(separator))) here: \"\(shown)\" may be meant"
        ]
    }
}

/// A pattern of `:matches`, for hints only: octets, without backslashes.
private enum Glob {
    static func hasWildcards(_ pattern: [UInt8]) -> Bool { pattern.contains(0x2A) || pattern.contains(0x3F) }

    /// Both are short; the time is in proportion to their product.
    static func matches(_ pattern: [UInt8], _ text: [UInt8]) -> Bool {
        var position = 0
        var index = 0
        var star: (pattern: Int, text: Int)?
        while index < text.count {
            if position < pattern.count, pattern[position] == 0x2A {
                star = (position, index)
                position += 1
            } else if position < pattern.count, pattern[position] == 0x3F || pattern[position] == text[index]
            {
                position += 1
                index += 1
            } else if let last = star {
                position = last.pattern + 1
                index = last.text + 1
                star = (last.pattern, last.text + 1)
            } else {
                return false
            }
        }
        return pattern[position...].allSatisfy { $0 == 0x2A }
    }
}

extension [UInt8] {
    fileprivate var folded: [UInt8] { map { $0 &- 0x41 < 26 ? $0 | 0x20 : $0 } }

    /// Values of traces are at most 1,000 octets long.
    fileprivate func contains(_ part: [UInt8]) -> Bool {
        guard !part.isEmpty, part.count <= count else { return false }
        return (0...(count - part.count)).contains { self[$0..<($0 + part.count)].elementsEqual(part) }
    }
}
