import Platform

// i;unicode-casemap                                                                                RFC 5051

/// Characters in title case, decomposed until nothing is left to decompose. What is not UTF-8 is octets as they are.
enum UnicodeCasemapComparator: Comparator {
    static let name = "i;unicode-casemap"

    static func normalForm(_ value: MatchValue) -> [UInt8] {
        // What has no letters beyond ASCII differs from other comparators in nothing.
        value.text.contains { $0 >= 0x80 } ? unicodeCasemap(value.text) : value.folded
    }
}

extension SieveExtension {
    static var unicodeComparator: SieveExtension {
        SieveExtension("comparator-i;unicode-casemap") { language in
            language.add(comparator: UnicodeCasemapComparator.self)
        }
    }
}
