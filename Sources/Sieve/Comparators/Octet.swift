// i;octet                                                                                    RFC 4790 §9.3

/// Octets as they are.
enum OctetComparator: Comparator {
    static let name = "i;octet"
    static let keepsOctets = true

    static func normalForm(_ value: MatchValue) -> [UInt8] { value.text }
}

extension SieveExtension {
    /// Requiring it is allowed, and changes nothing (RFC 5228 §2.7.3).
    static var octetComparator: SieveExtension { SieveExtension("comparator-i;octet") { _ in } }
}
